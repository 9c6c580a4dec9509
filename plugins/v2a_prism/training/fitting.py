"""Training an autoencoder of sound from its beginning: spectra at many resolutions, and latents near to plain noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from v2a_diffusion.losses import SIZES, divergence, stereo_spectra
from v2a_diffusion.oobleck import LEAST_SCALE, drawn
from v2a_diffusion.training import draws_of
from v2a_prism.model import Autoencoder
from v2a_prism.training.kept import Rows

_SPECTRA, _WAVE, _DIVERGENCE = 1.0, 1.0, 1e-4
_QUIET = 1e-4


@dataclass(frozen=True, eq=False)
class SoundLesson:
    """Sounds (channels × samples each), of which parts of `length` samples are learnt, a whole number of hops."""

    sounds: Sequence[Rows]
    length: int

    def __len__(self) -> int:
        """How many there are."""
        return len(self.sounds)

    def some(self, count: int) -> Tensor:
        """Parts of sounds from all over, to start on."""
        every = max(1, len(self) // count)
        return torch.stack([self._part(n, draws_of(n)) for n in range(0, len(self), every)][:count])

    def loss(self, network: nn.Module, examples: Sequence[int], draws: torch.Generator) -> Tensor:
        """How far what comes out is from what went in, and how far the latents are from standard noise."""
        assert isinstance(network, Autoencoder)
        device = next(network.parameters()).device
        sound = torch.stack([self._part(n, draws) for n in examples]).to(device)
        moments = network.moments(sound)
        made = network.decode(drawn(moments, draws))
        mean, raw = moments.float().chunk(2, dim=1)
        sizes = [size for size in SIZES if size <= self.length]
        far = _SPECTRA * stereo_spectra(made.float(), sound, sizes) + _WAVE * _off(made, sound)
        return far + _DIVERGENCE * divergence(mean, F.softplus(raw) + LEAST_SCALE)

    def _part(self, number: int, draws: torch.Generator) -> Tensor:
        sound = self.sounds[number]
        first = int(torch.randint(0, max(1, sound.shape[1] - self.length + 1), (), generator=draws))
        part = torch.from_numpy(sound[:, first : first + self.length].copy())
        return F.pad(part, (0, self.length - part.shape[1]))


def _off(made: Tensor, sound: Tensor) -> Tensor:
    """How far two waves are apart, beside how loud the true one is."""
    return (made - sound).abs().mean() / sound.abs().mean().clamp_min(_QUIET)
