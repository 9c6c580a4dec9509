"""Clicks: single samples that nothing before them foretells and nothing after them carries on.

The residual of linear prediction is flat where a sound is what it was, whatever its colour; a splice, a lost sample or a
switched bit stands out of it for less than half a millisecond. What strikes in nature rings on, and is left alone; so is
what bursts, as gravel and embers do: it dies away over a millisecond or two, and over many samples. Where a sound sets in, a
click has to be the louder the higher its level rises.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Wave = NDArray[np.float64]

_FRAME, _ORDER = 4096, 16
_CLEAR, _AROUND = 0.0005, 0.004
_STANDS_OUT, _LOUD_ENOUGH = 12.0, 0.05
_BRIEFLY, _GONE, _FEW = 0.001, 20.0, 6.0
_APART = 0.01
_FLOOR = 10.0 ** (-80.0 / 20.0)


def clicks(blocks: Iterable[NDArray[np.float32]], rate: int) -> NDArray[np.float64]:
    """The times in seconds of the clicks in a sound that comes in blocks (channels × samples)."""
    found: list[float] = []
    margin = 2 * _FRAME
    held, at = np.zeros(0), 0
    for block in blocks:
        held = np.concatenate([held, np.asarray(block, np.float64).mean(axis=0)])
        if len(held) < 2 * margin + _FRAME:
            continue
        first = 0 if at == 0 else margin
        found += [(at + n) / rate for n in _within(held, rate) if first <= n < len(held) - margin]
        at, held = at + len(held) - 2 * margin, held[-2 * margin :]
    first = 0 if at == 0 else margin
    found += [(at + n) / rate for n in _within(held, rate) if n >= first]
    return _apart(np.array(sorted(found)))


def _within(mono: Wave, rate: int) -> NDArray[np.int64]:
    """The samples that stand out of the residual before them and behind them, and are not lost in the sound itself."""
    clear, around = round(_CLEAR * rate), round(_AROUND * rate)
    if len(mono) < 2 * around:
        return np.zeros(0, np.int64)
    residual = np.abs(_residual(mono))
    n = _likely(residual, around)
    if not len(n):
        return n
    energy, level = (np.concatenate([[0.0], np.cumsum(v * v)]) for v in (residual, mono))
    before = np.sqrt((energy[n - 2] - energy[n - around]) / (around - 2))
    behind = np.sqrt((energy[n + around] - energy[n + clear]) / (around - clear))
    usual = np.maximum(np.maximum(before, behind), _FLOOR)
    here = np.sqrt((level[n + around] - level[n - around]) / (2 * around))
    rise = np.sqrt(
        (level[n + around] - level[n]) / np.maximum(level[n - 2] - level[n - around], around * _FLOOR**2)
    )
    n = n[residual[n] > np.maximum(_STANDS_OUT * usual, _LOUD_ENOUGH * here * np.maximum(1.0, rise))]
    return np.asarray(n[_abrupt(residual, n, rate)])


def _abrupt(residual: Wave, n: NDArray[np.int64], rate: int) -> NDArray[np.bool_]:
    """Which of these samples are alone: hardly anything comes right behind them, or few samples hold all there is."""
    clear, briefly = round(_CLEAR * rate), max(1, round(_BRIEFLY * rate))
    near = residual[n[:, None] + np.arange(-clear, clear + briefly)] ** 2
    few = near.sum(axis=1) ** 2 < _FEW * (near**2).sum(axis=1)
    behind = near[:, 2 * clear :]
    return np.asarray(few | (residual[n] > _GONE * np.sqrt(behind.mean(axis=1))))


def _likely(residual: Wave, around: int) -> NDArray[np.int64]:
    """The samples of short blocks whose highest stands out of the blocks around them, which all clicks do."""
    size = around // 3
    blocks = residual[: len(residual) // size * size].reshape(-1, size)
    highest, energy = blocks.max(axis=1), np.einsum("bn,bn->b", blocks, blocks)
    beside = np.maximum(np.roll(energy, 2), np.roll(energy, -2))
    beside[:3], beside[-3:] = 0.0, 0.0
    found = np.flatnonzero(highest > np.maximum(_STANDS_OUT * np.sqrt(beside / around), _STANDS_OUT * _FLOOR))
    n = (found[:, None] * size + np.arange(size)).reshape(-1)
    rest = np.arange(len(blocks) * size, len(residual))
    n = np.concatenate([n, rest])
    return np.asarray(n[(n >= around) & (n < len(residual) - around)])


def _residual(mono: Wave) -> Wave:
    """What linear prediction of each frame by its own coefficients leaves over."""
    count = -(-len(mono) // _FRAME)
    frames = np.pad(mono, (0, count * _FRAME - len(mono))).reshape(count, _FRAME)
    coefficients = _predictors(frames)
    past = np.concatenate([np.zeros(_ORDER), mono, np.zeros(count * _FRAME - len(mono))])
    left = frames.copy()
    for lag in range(1, _ORDER + 1):
        earlier = past[_ORDER - lag : _ORDER - lag + count * _FRAME].reshape(count, _FRAME)
        left += coefficients[:, lag - 1 : lag] * earlier
    return left.reshape(-1)[: len(mono)]


def _predictors(frames: Wave) -> Wave:
    """The coefficients of each frame out of its middle half by Levinson's recursion, all frames at once."""
    half, quarter = _FRAME // 2, _FRAME // 4
    spectrum = np.fft.rfft(frames[:, quarter:-quarter] * np.hanning(half), 3 * half // 2, axis=1)
    alike = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)[:, : _ORDER + 1]
    alike[:, 0] = alike[:, 0] * (1 + 1e-9) + 1e-12
    found = np.zeros((len(frames), _ORDER + 1))
    found[:, 0] = 1.0
    error = alike[:, 0].copy()
    for order in range(1, _ORDER + 1):
        turned = alike[:, order:0:-1]
        reflection = -(found[:, :order] * turned).sum(axis=1) / error
        found[:, : order + 1] += reflection[:, None] * found[:, order::-1][:, : order + 1]
        error *= 1 - reflection**2
    return found[:, 1:]


def _apart(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of several that belong to one click the first."""
    if not len(times):
        return times
    return np.asarray(times[np.concatenate([[True], np.diff(times) > _APART])])
