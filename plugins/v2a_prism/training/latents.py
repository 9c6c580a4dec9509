"""The latents of all windows: their sound, put through the autoencoder once and kept."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import numpy as np
import torch

import v2a
from v2a.errors import FileDamaged, InputError
from v2a.media import decode, sound
from v2a_diffusion.piecewise import moments_piecewise
from v2a_prism.config import Config
from v2a_prism.model import Autoencoder
from v2a_prism.sampling import PIECE
from v2a_prism.training.features import Tell
from v2a_prism.training.folder import SHORTEST, Trouble, Window
from v2a_prism.training.kept import Kept, Lying, Rows

_BLOCK = 1 << 16


def heard(window: Window, config: Config) -> Rows:
    """A window's sound (channels × samples) at the model's rate, followed by silence to a second where it is shorter."""
    video = window.source.video
    if video is None:
        read = sound.read(window.source.path, rate=config.rate, channels=config.sound, span=window.span)
        samples = np.asarray(read.samples)
    else:
        samples = _of_film(video, window.span, v2a.SoundNeed(config.rate, _BLOCK, config.sound))
    if not np.isfinite(samples).all():
        raise FileDamaged("it holds samples that are not numbers", where=str(window.source.path))
    length = math.ceil(max(window.span.duration, SHORTEST) * config.rate)
    return np.pad(samples[:, :length], ((0, 0), (0, max(0, length - samples.shape[1]))))


def latents(
    windows: Sequence[Window], autoencoder: Autoencoder, config: Config, kept: Kept, tell: Tell
) -> tuple[dict[Window, Lying], list[Trouble]]:
    """The means and raw scales of windows' latents (2 channels × positions), kept under the autoencoder's own numbers."""
    device = next(autoencoder.parameters()).device
    known = known_by(autoencoder)
    found: dict[Window, Lying] = {}
    troubles: list[Trouble] = []
    for done, window in enumerate(windows, 1):
        span = window.span
        made_from = ("latents", known, window.source.known, str(span.start), str(span.end))
        rows = kept.find(*made_from)
        if rows is None:
            try:
                samples = torch.from_numpy(heard(window, config)).to(device)
            except InputError as error:
                troubles.append(Trouble(window.source.path, error.what))
                continue
            with torch.inference_mode():
                moments = moments_piecewise(autoencoder, samples[None], PIECE)[0]
            rows = kept.put(moments.cpu().numpy(), *made_from)
            tell("autoencoder", done, len(windows))
        found[window] = rows
    return found, troubles


def known_by(autoencoder: Autoencoder) -> str:
    """A digest of the way from sound to latents, whichever file it came from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(autoencoder.encoder.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.float().contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()[:12]


def _of_film(video: v2a.Video, span: v2a.Span, need: v2a.SoundNeed) -> Rows:
    """The production sound of a span, on the picture's clock."""
    with decode.decode(video, [], [need], span) as decoding:
        blocks = [step.block.sound.samples for step in decoding if isinstance(step, decode.Heard)]
    return np.concatenate([np.zeros((need.channels, 0), np.float32), *blocks], axis=1)
