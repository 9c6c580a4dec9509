"""Hard cuts and flashes: the evidence for a cut at each frame, behind a gate for changes of light.

A jump of the picture that is gone again within some frames is a flash, if the frames between are blank or the same
picture in another light. So is a light that falls off more slowly over the same picture, as lightning does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.cutting import USUAL, likenesses, logits, pace
from v2a.builtin.observers.frames import luma
from v2a.model import nearest

_LASTING = Fraction(3, 5)
_AROUND = 7
_RATIO = 2.4
_SHARE = 0.22
_FLOOR = 0.012
_BACK = 3
_NEAR = 2
_SURE = 0.99
_LIGHT = 0.4
_RICH = 0.015
_UNLIKE = 0.5
_BLIND = 0.06
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Hard:
    """A cut before this frame."""

    frame: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Flash:
    """A flash that begins with this frame and is gone with frame `end`; its strength is the change of brightness
    (0 to 1)."""

    frame: int
    end: int
    strength: float
    confidence: float


@dataclass(frozen=True, slots=True)
class HardCuts:
    """Cuts and flashes in order; `pace` frames take the time of one at about 25 a second."""

    cuts: tuple[Hard, ...]
    flashes: tuple[Flash, ...]
    pace: int = 1

    @property
    def jumps(self) -> tuple[int, ...]:
        """The frames at which the picture jumps: cuts, and all that a flash may last."""
        lit = [n for f in self.flashes for n in range(f.frame, max(f.end, f.frame + _BACK * self.pace) + 1)]
        return tuple(sorted({*(c.frame for c in self.cuts), *lit}))


@dataclass(frozen=True)
class Seen:
    """What is read of a film to find its cuts, a row per frame: the unmatched change of each cell, small pictures,
    the contrast and the brightness."""

    change: NDArray[Any]
    signature: NDArray[np.uint8]
    contrast: NDArray[Any]
    brightness: NDArray[Any]


def hard_cuts(seen: Seen, rate: Fraction = Fraction(USUAL)) -> HardCuts:
    """Cuts and flashes in a film of so many frames a second; a flash is gone within three fifths of one."""
    times = pace(rate)
    lasting = max(4, nearest(_LASTING * rate))
    odds = logits(seen.change, seen.signature, seen.contrast, times)
    cuts: list[Hard] = []
    flashes: list[Flash] = []
    for frame in map(int, np.flatnonzero((odds > 0) | _jumps(seen))):
        lit = flashes[-1] if flashes and frame <= flashes[-1].end + 1 else None
        end = _flash_end(seen.signature, frame, lasting, _BACK * times)
        if lit is not None and (end or _same_light(seen.signature, frame, lit.frame - 1)):
            again = end and frame - lit.frame > lasting // 4 and _brighter(seen.signature, frame, lit)
            flashes[-1] = replace(lit, end=max(lit.end, end))
            if not again:
                continue
        if end:
            lighter = abs(float(seen.brightness[frame]) - float(seen.brightness[frame - 1]))
            flashes.append(Flash(frame, end, lighter, 0.9 if lighter > 0.1 else 0.5))
        elif (odds[frame] > 0 and not _relit(seen.signature, frame)) or (
            lit is not None and _other(seen, frame)
        ):
            _put(cuts, Hard(frame, _confidence(max(float(odds[frame]), 0.5))))
    return HardCuts(tuple(cuts), tuple(flashes), times)


def _put(cuts: list[Hard], cut: Hard) -> None:
    """Add a cut; of two within a few frames the likelier stays."""
    if cuts and cut.frame - cuts[-1].frame <= _NEAR:
        if cut.confidence > cuts[-1].confidence:
            cuts[-1] = cut
        return
    cuts.append(cut)


def _confidence(odds: float) -> float:
    """The probability, never quite certain."""
    return min(_SURE, 1 / (1 + math.exp(-odds)))


def _jumps(seen: Seen) -> NDArray[np.bool_]:
    """Where the picture changes far more than it does around, measured by its contrast: a cut or a light."""
    matched = np.asarray(seen.change, np.float32).reshape(len(seen.change), -1).mean(1)
    contrast = np.asarray(seen.contrast, np.float32)
    richest = np.maximum(contrast, np.concatenate([contrast[:1], contrast[:-1]])) + 0.01
    over = matched / (_RATIO * _median(matched) + _FLOOR)
    return np.asarray(np.minimum(over, matched / (_SHARE * richest)) > 1)


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The running median of the surroundings, without the frame itself and its neighbours."""
    padded = np.pad(values, _AROUND, mode="reflect" if len(values) > _AROUND else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    others = [n for n in range(2 * _AROUND + 1) if n != _AROUND]
    pieces = [np.median(windows[n : n + _BLOCK][:, others], axis=1) for n in range(0, len(windows), _BLOCK)]
    return np.concatenate(pieces).astype(np.float32)


def _flash_end(signature: NDArray[np.uint8], frame: int, lasting: int, blank: int) -> int:
    """The frame at which the picture before is back, where what lies between is only light; 0 where it is not.

    Nothing need be left of the picture in the first `blank` frames, nor in light that blinds and falls off evenly.
    """
    if frame == 0:
        return 0
    before, first = _unit(signature[frame - 1]), _unit(signature[frame])
    jump, over = _distance(before, first), _lighter(first, before)
    falling = over > 0 and float(luma(first).std()) < _BLIND
    for back in range(frame + 1, min(frame + lasting + 1, len(signature))):
        during, after = _unit(signature[back - 1]), _unit(signature[back])
        falling, over = falling and _lighter(during, before) <= over + 0.005, _lighter(during, before)
        light = _only_light(before, during) if back <= frame + blank else _alike(before, during)
        if not (light or falling):
            return 0
        if _distance(before, after) < 0.35 * jump + 0.01:
            return back
    return 0


def _lighter(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How much brighter one picture is than another (-1 to 1)."""
    return float(luma(one).mean() - luma(other).mean())


def _brighter(signature: NDArray[np.uint8], frame: int, lit: Flash) -> bool:
    """Whether light that falls off flares up again, by half of what it was and more."""
    return _lighter(_unit(signature[frame]), _unit(signature[frame - 1])) > 0.5 * lit.strength


def _same_light(signature: NDArray[np.uint8], frame: int, before: int) -> bool:
    """Whether this frame belongs to a flash or ends it: it is what was there before in this light or another."""
    there, here = _unit(signature[max(0, before)]), _unit(signature[frame])
    return _distance(there, here) < 0.35 * _distance(there, _unit(signature[frame - 1])) + 0.01 or _alike(
        there, here
    )


def _other(seen: Seen, frame: int) -> bool:
    """Whether the picture that comes in under a light is one of its own, unlike the one before in structure."""
    before, after = (luma(_unit(seen.signature[n])) for n in (frame - 1, frame))
    return min(seen.contrast[frame - 1 : frame + 1]) > _RICH and _likeness(before, after) < _UNLIKE


def _relit(signature: NDArray[np.uint8], frame: int) -> bool:
    """Whether only the light changes, for good, as when a lamp is switched on: the same picture, brighter by far more
    than it differs otherwise."""
    before, after = _unit(signature[frame - 1]), _unit(signature[frame])
    if not _alike(before, after):
        return False
    one, other = luma(before).ravel(), luma(after).ravel()
    left = float(other.std()) * math.sqrt(max(0.0, 1 - _likeness(one, other) ** 2))
    return left < _LIGHT * float(np.sqrt(np.mean((one - other) ** 2)))


def _alike(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two pictures have the same structure, left aside what all pictures with a sky above share."""
    flat = [light - light.mean(1, keepdims=True) for light in (luma(one), luma(other))]
    if min(float(each.std()) for each in flat) < 0.008:
        return False
    return _likeness(flat[0], flat[1]) > 0.9 and _likeness(luma(one), luma(other)) > 0.6


def _unit(signature: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(signature / np.float32(255), np.float32)


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.abs(one - other).mean())


def _only_light(before: NDArray[np.float32], during: NDArray[np.float32]) -> bool:
    one, other = luma(before).ravel(), luma(during).ravel()
    if other.std() < _BLIND:
        return True
    return bool(_likeness(one, other) > 0.6)


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The correlation of two pictures' brightness, whatever the light."""
    return float(likenesses(one[np.newaxis], other[np.newaxis])[0])
