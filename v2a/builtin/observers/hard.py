"""Hard cuts and flashes: an adaptive threshold over matched differences, behind a gate for flashes.

The threshold follows the median of the surroundings, as the adaptive detector of PySceneDetect follows their mean:
movement and shaking raise it, a cut stands out of it. What stands out and is gone again within a few frames is a
flash, if the frames between are blank or the same picture in another light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.frames import luma

_AROUND = 7
_RATIO = 2.4
_SHARE = 0.22
_FLOOR = 0.012
_BACK = 3
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Hard:
    """A cut before this frame."""

    frame: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Flash:
    """A flash that begins with this frame; its strength is the change of brightness (0 to 1)."""

    frame: int
    strength: float
    confidence: float


@dataclass(frozen=True, slots=True)
class HardCuts:
    """Cuts and flashes in order."""

    cuts: tuple[Hard, ...]
    flashes: tuple[Flash, ...]

    @property
    def jumps(self) -> tuple[int, ...]:
        """The frames at which the picture jumps: cuts, and all that a flash may last."""
        lit = [f.frame + n for f in self.flashes for n in range(_BACK + 1)]
        return tuple(sorted({*(c.frame for c in self.cuts), *lit}))


def hard_cuts(
    difference: NDArray[np.float32], signature: NDArray[np.uint8], colour: NDArray[np.float32]
) -> HardCuts:
    """Cuts and flashes out of the differences between frames, with a look at the frames' signatures."""
    matched, contrast = np.asarray(difference[:, 1]), np.asarray(colour[:, 5])
    ground = _median(matched)
    richest = np.maximum(contrast, np.concatenate([contrast[:1], contrast[:-1]])) + 0.01
    over = matched / (_RATIO * ground + _FLOOR)
    share = matched / (_SHARE * richest)
    score = np.minimum(over, share)
    cuts: list[Hard] = []
    flashes: list[Flash] = []
    for frame in np.flatnonzero(score > 1):
        lighter = float(difference[frame, 2])
        if _is_flash(signature, int(frame)):
            flashes.append(Flash(int(frame), lighter, 0.9 if lighter > 0.1 else 0.5))
        elif flashes and frame <= flashes[-1].frame + _BACK + 1 and _same_light(signature, int(frame)):
            continue
        elif cuts and frame == cuts[-1].frame + 1:
            if score[frame] > score[cuts[-1].frame]:
                cuts[-1] = Hard(int(frame), _confidence(score[frame]))
        else:
            cuts.append(Hard(int(frame), _confidence(score[frame])))
    return HardCuts(tuple(cuts), tuple(flashes))


def _confidence(score: float) -> float:
    return float(1 - 0.5 * np.exp(-2.0 * (score - 1)))


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The running median of the surroundings, without the frame itself and its neighbours."""
    padded = np.pad(values, _AROUND, mode="reflect" if len(values) > _AROUND else "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    others = [n for n in range(2 * _AROUND + 1) if n != _AROUND]
    pieces = [np.median(windows[n : n + _BLOCK][:, others], axis=1) for n in range(0, len(windows), _BLOCK)]
    return np.concatenate(pieces).astype(np.float32)


def _is_flash(signature: NDArray[np.uint8], frame: int) -> bool:
    """Whether the picture before comes back within a few frames, and what lies between is only light."""
    if frame == 0:
        return False
    before = _unit(signature[frame - 1])
    jump = _distance(before, _unit(signature[frame]))
    for back in range(frame + 1, min(frame + _BACK + 1, len(signature))):
        after = _unit(signature[back])
        if _distance(before, after) < 0.35 * jump + 0.01:
            return all(_only_light(before, _unit(signature[n])) for n in range(frame, back))
    return False


def _same_light(signature: NDArray[np.uint8], frame: int) -> bool:
    """Whether this frame ends a flash: it is what was there before the flash, or blank."""
    lows = range(max(0, frame - _BACK - 1), frame)
    here = _unit(signature[frame])
    jump = _distance(_unit(signature[frame - 1]), here)
    return any(_distance(_unit(signature[n]), here) < 0.35 * jump + 0.01 for n in lows)


def _unit(signature: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(signature / np.float32(255), np.float32)


def _distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    return float(np.abs(one - other).mean())


def _only_light(before: NDArray[np.float32], during: NDArray[np.float32]) -> bool:
    one, other = luma(before).ravel(), luma(during).ravel()
    if other.std() < 0.06:
        return True
    return bool(likeness(one, other) > 0.6)


def likeness(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The correlation of two pictures' brightness, whatever the light."""
    a, b = one - one.mean(), other - other.mean()
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / norm if norm > 1e-9 else 0.0
