"""Joins the windows of a cue into one take, in their order, whatever order they come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from v2a.dsp.crossfade import across
from v2a.interfaces import Bounce
from v2a.media import resample
from v2a.model import Credit, Request, SoundFile, Synced, nearest
from v2a.model.licence import Commercial, strictest
from v2a.stages.generating.canvas import BLOCK, Canvas
from v2a.stages.generating.windows import Window

RATE = 48_000
_WHOLE = ""
_FADE = RATE // 2


@dataclass(frozen=True)
class Joined:
    """A finished take's sound at 48 kHz, its named parts and the file with its notes, where it has one, still in the
    scratch folder, and what is known of it."""

    sound: SoundFile
    parts: dict[str, SoundFile]
    sync: Fraction | None
    credits: tuple[Credit, ...]
    notes: tuple[str, ...]
    commercial: Commercial | None = None
    synced: Synced | None = None
    score: str = ""

    def discard(self) -> None:
        """Remove its files."""
        for sound in (self.sound, *self.parts.values()):
            Path(sound.path).unlink(missing_ok=True)
        _unlink(self.score)


class Joining:
    """The windows of one cue so far."""

    def __init__(self, request: Request, windows: Sequence[Window], scratch: Callable[[str], Path]) -> None:
        """Join the windows of a request for a whole cue, in scratch files."""
        self._request = request
        self._windows = windows
        self._scratch = scratch
        self._canvases: dict[str, Canvas] = {}
        self._early: dict[int, Bounce] = {}
        self._next = 0
        self._tail: Canvas | None = None
        self._syncs: dict[int, Fraction] = {}
        self._credits: list[Credit] = []
        self._notes: list[str] = []
        self._terms: list[Commercial] = []
        self._score = ""

    @property
    def complete(self) -> bool:
        """Whether all windows are there."""
        return self._next == len(self._windows)

    @property
    def awaited(self) -> int:
        """The number of the window that is to be joined next."""
        return self._next

    def add(self, number: int, bounce: Bounce) -> None:
        """Take one window; it is joined as soon as those before it are."""
        self._early[number] = bounce
        while self._next in self._early:
            ready = self._early.pop(self._next)
            if not self._next:
                self._score, ready = ready.score, replace(ready, score="")
            self._join(self._next, ready)
            self._next += 1
            remove(ready)

    def tail(self) -> SoundFile | None:
        """What was joined of the stretch where the next window overlaps the last one."""
        if not 0 < self._next < len(self._windows):
            return None
        used, end = self._windows[self._next].used, self._windows[self._next - 1].used.end
        start, stop = nearest(used.start * self._request.rate), nearest(end * self._request.rate)
        last = self._canvases[_WHOLE].read(start, stop)
        self._drop_tail()
        self._tail = Canvas.new(self._scratch(".npy"), self._request.rate, len(last), stop - start)
        self._tail.write(0, last)
        return self._tail.sound

    def finished(self) -> Joined:
        """The whole at 48 kHz, exactly as long as the cue."""
        self._drop_tail()
        length = nearest(self._request.whole * RATE)
        files = {name: self._delivered(canvas, length) for name, canvas in self._canvases.items()}
        sound = files.pop(_WHOLE)
        terms = strictest(self._terms) if self._terms else None
        found = (tuple(self._credits), tuple(self._notes))
        return Joined(sound, files, self._sync(), *found, terms, score=self._score)

    def discard(self) -> None:
        """Remove all scratch files."""
        self._drop_tail()
        for bounce in self._early.values():
            remove(bounce)
        for canvas in self._canvases.values():
            canvas.path.unlink(missing_ok=True)
        _unlink(self._score)

    def _drop_tail(self) -> None:
        if self._tail is not None:
            self._tail.path.unlink(missing_ok=True)
            self._tail = None

    def _join(self, number: int, bounce: Bounce) -> None:
        self._put(_WHOLE, number, bounce.sound)
        for part in bounce.parts:
            self._put(part.name, number, part.sound)
        if bounce.sync is not None:
            self._syncs[number] = self._windows[number].asked.start + bounce.sync
        self._terms += [bounce.commercial] if bounce.commercial is not None else []
        self._credits += [c for c in bounce.credits if c not in self._credits]
        self._notes += [n for n in bounce.notes if n not in self._notes]

    def _put(self, name: str, number: int, sound: SoundFile) -> None:
        canvas = self._canvas(name, sound.channels)
        window = self._windows[number]
        used = window.used.samples(self._request.rate)
        samples = sound.open().samples[:, used.start - window.asked.samples(self._request.rate).start :]
        overlap = 0
        if number:
            before = self._windows[number - 1].used.samples(self._request.rate)
            overlap = min(max(0, before.stop - used.start), used.length)
        if overlap:
            old = canvas.read(used.start, used.start + overlap)
            canvas.write(used.start, across(old, samples[:, :overlap], _fade(overlap)))
        for start in range(overlap, used.length, BLOCK):
            canvas.write(used.start + start, samples[:, start : min(start + BLOCK, used.length)])

    def _canvas(self, name: str, channels: int) -> Canvas:
        if name not in self._canvases:
            request = self._request
            self._canvases[name] = Canvas.new(
                self._scratch(".npy"), request.rate, channels, request.whole_length
            )
        return self._canvases[name]

    def _delivered(self, canvas: Canvas, length: int) -> SoundFile:
        if canvas.rate == RATE:
            return canvas.sound
        out = Canvas.new(self._scratch(".npy"), RATE, canvas.channels, length)
        stream = resample.Resampler(canvas.rate, RATE, canvas.channels)
        at = 0
        for block in canvas.blocks():
            ready = stream(block)
            out.write(at, ready)
            at += ready.shape[1]
        out.write(at, stream.flush())
        canvas.path.unlink()
        return out.sound

    def _sync(self) -> Fraction | None:
        wanted = self._request.sync
        for number, time in self._syncs.items():
            if wanted is not None and self._windows[number].used.contains(wanted):
                return time
        return next(iter(self._syncs.values()), None)


def remove(bounce: Bounce) -> None:
    """Remove the files of a window."""
    for sound in (bounce.sound, *(part.sound for part in bounce.parts)):
        Path(sound.path).unlink(missing_ok=True)
    _unlink(bounce.score)


def _unlink(path: str) -> None:
    if path:
        Path(path).unlink(missing_ok=True)


def _fade(overlap: int) -> int:
    """Half of an overlap and at most half a second: the rest of it is room to hide in."""
    return max(1, min(_FADE, overlap // 2))
