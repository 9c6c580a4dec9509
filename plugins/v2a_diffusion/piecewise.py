"""Autoencoders in pieces, so that memory does not grow with length: the pieces overlap by as much as a sample hears.

An Oobleck hears only so far around a latent (`reach`). Pieces that see that far beyond their ends, or farther, agree with
the whole but for rounding; that is the default. A shorter overlap costs less and errs at the joins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from v2a_diffusion.oobleck import DILATIONS, Oobleck, OobleckShape, drawn

_KERNEL = 7
_NARROW = 3


@dataclass(frozen=True)
class Reach:
    """How many latents before and after one are heard: when sound is made of it, and when it is made of sound."""

    decoding: int
    encoding: int


def reach(shape: OobleckShape) -> Reach:
    """How far the autoencoder hears, from its kernels and strides."""
    around = sum(d * (_KERNEL // 2) for d in DILATIONS)
    samples = _KERNEL // 2
    for stride in shape.strides:
        samples = -(-(samples + around + 2 * stride - 1 - -(-stride // 2)) // stride)
    decoding = samples + _KERNEL // 2
    samples = _NARROW // 2
    for stride in reversed(shape.strides):
        samples = samples * stride + 2 * stride - 1 - -(-stride // 2) + around
    return Reach(decoding, -(-(samples + _KERNEL // 2) // shape.hop))


@dataclass(frozen=True)
class Piece:
    """A stretch of latents to keep, within the longer one that is worked on."""

    first: int
    last: int
    low: int
    high: int


def pieces(length: int, size: int, overlap: int) -> Iterator[Piece]:
    """Stretches of `size` that meet, each worked on with `overlap` more on both sides, as far as there are any."""
    for first in range(0, length, size):
        last = min(first + size, length)
        yield Piece(first, last, max(0, first - overlap), min(length, last + overlap))


def decode_piecewise(
    model: Oobleck, latents: Tensor, size: int | None = 128, overlap: int | None = None
) -> Tensor:
    """Sound of latents (batch × latent × positions), `size` of them at a time; all at once where it is None."""
    hop = model.shape.hop
    around = reach(model.shape).decoding if overlap is None else overlap

    def work(piece: Piece) -> Tensor:
        sound = model.decode(latents[..., piece.low : piece.high])
        return sound[..., (piece.first - piece.low) * hop : (piece.last - piece.low) * hop]

    return _joined(work, latents.shape[-1], size, around)


def encode_piecewise(
    model: Oobleck,
    sound: Tensor,
    size: int | None = 128,
    overlap: int | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Latents of sound (batch × channels × samples), which is filled up with silence to a whole number of hops."""
    return drawn(moments_piecewise(model, sound, size, overlap), generator)


def moments_piecewise(
    model: Oobleck, sound: Tensor, size: int | None = 128, overlap: int | None = None
) -> Tensor:
    """The means and raw scales of those latents, one behind the other."""
    hop = model.shape.hop
    sound = F.pad(sound, (0, -sound.shape[-1] % hop))
    around = reach(model.shape).encoding if overlap is None else overlap

    def work(piece: Piece) -> Tensor:
        moments = model.moments(sound[..., piece.low * hop : piece.high * hop])
        return moments[..., piece.first - piece.low : piece.last - piece.low]

    return _joined(work, sound.shape[-1] // hop, size, around)


def _joined(work: Callable[[Piece], Tensor], length: int, size: int | None, overlap: int) -> Tensor:
    return torch.cat([work(piece) for piece in pieces(length, size or max(length, 1), overlap)], dim=-1)
