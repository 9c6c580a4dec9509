"""A take that was made from the picture, put in sync with it: lag and drift first, then single strokes.

Models that see the picture are late, early or slow by amounts that they do not know. What is heard in such a take is
held against the moments that were seen, and it is moved only where that is sure and makes it better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.sound import Sound
from v2a.dsp.alignment import Alignment, align
from v2a.dsp.lags import Reach
from v2a.dsp.marks import Marks
from v2a.interfaces import Bench
from v2a.media.resample import reblocked
from v2a.model import Notice, Request, SoundFile, Synced, Video
from v2a.stages.generating.canvas import BLOCK, Canvas
from v2a.stages.generating.joining import Joined
from v2a.stages.listening import hear
from v2a.stages.moving import heard_marks, moved, seen_marks

# A stroke is moved by itself where it is this far off in seconds, where both sides are sure, and between quiet places.
_NEAR, _FAR = 0.012, 0.06
_SURE, _CERTAIN = 0.7, 0.9
_AFTER, _BEFORE = 0.08, 0.02
_QUIET = 0.1
_STEP, _FADE = 0.005, 0.01
_BETTER = 0.001
_LOST = 0.3


def aligned(
    joined: Joined, request: Request, film: Video, bench: Bench, scratch: Callable[[str], Path]
) -> Joined:
    """The take as it is in sync, with what was moved; the same sound where nothing is sure or better."""
    seen = seen_marks(request.moments)
    if joined.sync is not None or not len(seen.times):
        return joined
    quietly = replace(bench, tell=_unsaid)
    heard = _heard(joined.sound, film, quietly)
    reach = Reach(frame=float(1 / film.frame_rate))
    correction = _Correction(align(seen, heard, reach), scratch)
    if correction.found.abstained:
        return replace(joined, synced=_left(correction.found, correction.found.why))
    after = correction.of(joined.sound)
    if correction.found.confidence >= _CERTAIN:
        late = align(seen, _heard(after, film, quietly), reach)
        correction = replace(correction, shifts=_Shifts.of(late, seen, after))
        after = _replaced(after, correction.of(joined.sound))
    if correction.moves and _error(seen, _heard(after, film, quietly)) < _error(seen, heard) - _BETTER:
        Path(joined.sound.path).unlink()
        parts = {name: _replaced(part, correction.of(part)) for name, part in joined.parts.items()}
        return replace(joined, sound=after, parts=parts, synced=correction.done())
    Path(after.path).unlink()
    left = _left(correction.found, "it would be no better") if correction.moves else correction.done()
    return replace(joined, synced=left)


def _left(found: Alignment, why: str) -> Synced:
    """Nothing is moved, and why."""
    return Synced(0.0, 0.0, found.confidence, abstained=True, why=why)


@dataclass(frozen=True)
class _Correction:
    """What is done to a take and to each of its parts: a lag and drift taken out, and single strokes moved."""

    found: Alignment
    scratch: Callable[[str], Path]
    shifts: _Shifts | None = None

    def of(self, sound: SoundFile) -> SoundFile:
        """The sound as it is after that, in a new file."""
        after = self._written(moved(sound.blocks(BLOCK), self.found, sound.rate, sound.channels), sound)
        if self.shifts is None:
            return after
        return _replaced(after, self._written(self.shifts.blocks(after), after))

    def _written(self, blocks: Iterator[NDArray[np.float32]], like: SoundFile) -> SoundFile:
        canvas, at = Canvas.new(self.scratch(".npy"), like.rate, like.channels, like.length), 0
        for block in reblocked(blocks, BLOCK, like.channels):
            canvas.write(at, block)
            at += block.shape[1]
        return canvas.sound

    @property
    def moves(self) -> bool:
        """Whether anything is moved."""
        return self.found.moves or self.shifts is not None

    def done(self) -> Synced:
        """What was moved and by how much."""
        found = self.found
        strokes = tuple(self.shifts.seconds) if self.shifts is not None else ()
        lag, drift = (found.lag, found.drift) if found.moves else (0.0, 0.0)
        return Synced(lag, drift, found.confidence, strokes)


def fitting(sound: SoundFile, request: Request, film: Video, bench: Bench) -> float | None:
    """How well what is heard in a take meets what is seen, from 0 to 1; nothing where nothing is seen."""
    seen = seen_marks(request.moments)
    if not len(seen.times):
        return None
    off = _error(seen, _heard(sound, film, replace(bench, tell=_unsaid)))
    return max(0.0, 1.0 - off / _LOST) if np.isfinite(off) else 0.0


def _error(seen: Marks, heard: Marks) -> float:
    """How far what is seen lies from what is heard nearest to it, in seconds, as its surest know; far is far."""
    if not len(heard.times):
        return np.inf
    off = np.abs(seen.times[:, None] - heard.times[None, :]).min(axis=1)
    return float((seen.weight * np.minimum(off, _LOST)).sum() / max(seen.weight.sum(), 1e-9))


def _unsaid(notice: Notice) -> None:
    """Nobody is told of the listening."""


def _heard(sound: SoundFile, film: Video, bench: Bench) -> Marks:
    need = Sound.card.sound
    assert need is not None
    blocks = (
        np.repeat(block, 2, axis=0) if sound.channels == 1 else block[:2]
        for block in sound.blocks(need.block)
    )
    return heard_marks(hear(blocks, film, Sound(), bench, "take").onsets)


def _replaced(old: SoundFile, new: SoundFile) -> SoundFile:
    Path(old.path).unlink()
    return new


@dataclass(frozen=True, eq=False)
class _Shifts:
    """Stretches of a take that are moved by themselves: where each begins in samples, and by how much it is late."""

    starts: NDArray[np.int64]
    late: NDArray[np.int64]
    rate: int

    @property
    def seconds(self) -> list[float]:
        """By how much the stretches that are moved are moved."""
        return [float(late) / self.rate for late in self.late if late]

    @classmethod
    def of(cls, found: Alignment, seen: Marks, sound: SoundFile) -> _Shifts | None:
        """The strokes that are still off, where both sides are sure and it is quiet before and behind; none if none."""
        sure = {t for t, w in zip(seen.times, seen.weight, strict=True) if w >= _SURE}
        pairs = sorted((h, h - s) for s, h in found.pairs if s in sure)
        if not any(_NEAR < abs(late) <= _FAR for _, late in pairs):
            return None
        samples, rate = sound.open().samples, sound.rate
        starts, shifts = [0], [0]
        for number, (time, late) in enumerate(pairs):
            following = pairs[number + 1][0] if number + 1 < len(pairs) else time + 1.0
            behind_last = max(pairs[number - 1][0] + _AFTER, starts[-1] / rate) if number else time - 0.5
            before = _quietest(samples, rate, behind_last, time - _BEFORE)
            behind = _quietest(samples, rate, time + _AFTER, following - _BEFORE - abs(late))
            if before is None or behind is None or not _NEAR < abs(late) <= _FAR:
                continue
            starts += [max(starts[-1], before), behind]
            shifts += [round(late * rate), 0]
        if not any(shifts):
            return None
        return cls(np.array(starts), np.array(shifts), rate)

    def blocks(self, sound: SoundFile) -> Iterator[NDArray[np.float32]]:
        """The take with each stretch where it belongs, crossfaded in the quiet between."""
        samples, fade = sound.open().samples, round(_FADE * self.rate)
        ends = [*self.starts[1:].tolist(), sound.length]
        for number, (start, end) in enumerate(zip(self.starts.tolist(), ends, strict=True)):
            made = _stretch(samples, start, end, int(self.late[number]))
            if number and end > start:
                width = min(fade, end - start)
                rising = 0.5 - 0.5 * np.cos((np.arange(width) + 0.5) / width * np.pi)
                old = _stretch(samples, start, start + width, int(self.late[number - 1]))
                made[:, :width] = (rising * made[:, :width] + (1 - rising) * old).astype(np.float32)
            yield made


def _stretch(samples: NDArray[np.float32], start: int, end: int, late: int) -> NDArray[np.float32]:
    """What stands from one sample to another once the sound is so many samples earlier; silence outside it."""
    made = np.zeros((len(samples), end - start), np.float32)
    first, last = max(0, start + late), min(samples.shape[1], end + late)
    if first < last:
        made[:, first - start - late : last - start - late] = samples[:, first:last]
    return made


def _quietest(samples: NDArray[np.float32], rate: int, start: float, end: float) -> int | None:
    """The quietest place of a stretch in samples; none where it is not quiet beside what sounds around it."""
    first, last, step = max(0, round(start * rate)), round(end * rate), round(_STEP * rate)
    last = min(last, samples.shape[1])
    if last - first < 2 * step:
        return None
    part = np.abs(np.array(samples[:, first : first + (last - first) // step * step])).max(axis=0)
    levels = part.reshape(-1, step).max(axis=1)
    around = np.abs(np.array(samples[:, max(0, first - rate // 4) : last + rate // 4])).max()
    at = int(levels.argmin())
    return first + at * step + step // 2 if levels[at] <= _QUIET * around else None
