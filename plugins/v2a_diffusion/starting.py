"""Where the training of an autoencoder starts: with every layer as loud as the next one wants it, on real sound.

From plain random weights an Oobleck's latents and its sound are thousands of times too quiet, and it learns for long to
be silent.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from v2a_diffusion.oobleck import Convolution, Oobleck, Residual, Transposed

_BRANCH = 0.3
_NOISE = -3.0


def start(autoencoder: Oobleck, sound: Tensor) -> None:
    """Scale the weights of all convolutions so that what comes out of each varies by 1 for this sound (batch × channels ×
    samples), what is added in residual blocks by less, and the last by as much as the sound.

    Salimans and Kingma 2016, "Weight Normalization" (arXiv 1602.07868), section 3.
    """
    branches = {block.layers[-1] for block in autoencoder.modules() if isinstance(block, Residual)}
    last = [m for m in autoencoder.decoder.modules() if isinstance(m, Convolution)][-1]
    wanted = dict.fromkeys(branches, _BRANCH) | {last: float(sound.std())}

    def scale(layer: nn.Module, given: Any, out: Tensor) -> Tensor:
        share = wanted.get(layer, 1.0) / float(out.std().clamp_min(1e-12))
        layer.weight_g.mul_(share)
        if layer.bias is not None:
            layer.bias.mul_(share)
        return out * share

    with torch.no_grad(), ExitStack() as hooks:
        for layer in autoencoder.modules():
            if isinstance(layer, Convolution | Transposed):
                hooks.callback(layer.register_forward_hook(scale).remove)
        latents = autoencoder.encode(sound)
        autoencoder.decode(latents)
    _quieten(autoencoder)


def _quieten(autoencoder: Oobleck) -> None:
    """Let latents be drawn near to their means at first."""
    head = [m for m in autoencoder.encoder.modules() if isinstance(m, Convolution)][-1]
    half = len(head.bias) // 2
    with torch.no_grad():
        head.weight_g[half:] *= 0.1
        head.bias[half:] = _NOISE
