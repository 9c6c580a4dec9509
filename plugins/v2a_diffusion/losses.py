"""What an autoencoder of sound is trained on: how far a sound is from another one, and a latent from plain noise."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

SIZES = (2048, 1024, 512, 256, 128, 64)
_FLOOR = 1e-4
"""What is quieter than this beside full scale is as good as silence: -80 dB."""


def spectra(made: Tensor, true: Tensor, sizes: Sequence[int] = SIZES) -> Tensor:
    """How far the magnitudes of two sounds (batch × channels × samples) are apart, at several resolutions.

    Spectral convergence and the logarithm's distance: Yamamoto et al., "Parallel WaveGAN", 2019, arXiv 1910.11480.
    """
    parts = []
    for size in sizes:
        ours, theirs = _magnitudes(made, size), _magnitudes(true, size)
        convergence = (theirs - ours).norm() / theirs.norm().clamp_min(_FLOOR)
        parts.append(convergence + (ours.log() - theirs.log()).abs().mean())
    return torch.stack(parts).mean()


def stereo_spectra(made: Tensor, true: Tensor, sizes: Sequence[int] = SIZES) -> Tensor:
    """The distance of spectra of both channels, and of what they have in common and what divides them.

    Steinmetz et al., "Automatic multitrack mixing with a differentiable mixing console", 2020, arXiv 2010.10291.
    """
    sides = spectra(made, true, sizes)
    if made.shape[1] != 2:
        return sides
    return (sides + spectra(_middle_and_side(made), _middle_and_side(true), sizes)) / 2


def divergence(mean: Tensor, deviation: Tensor) -> Tensor:
    """How far normal distributions are from the standard one, in nats a number.

    Kingma & Welling, "Auto-Encoding Variational Bayes", 2013, arXiv 1312.6114.
    """
    variance = deviation.square()
    return 0.5 * (mean.square() + variance - variance.log() - 1).mean()


def _middle_and_side(sound: Tensor) -> Tensor:
    left, right = sound.unbind(1)
    return torch.stack([left + right, left - right], 1)


def _magnitudes(sound: Tensor, size: int) -> Tensor:
    flat = sound.reshape(-1, sound.shape[-1]).float()
    window = torch.hann_window(size, device=sound.device)
    window = window / window.sum()
    found = torch.stft(flat, size, size // 4, window=window, pad_mode="constant", return_complex=True)
    # The gradient of a magnitude is without bounds at zero.
    return (found.real.square() + found.imag.square()).clamp_min(_FLOOR**2).sqrt()
