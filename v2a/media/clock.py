"""The clock of a film: when its first frame is shown, how long it lasts, and at what rate."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from v2a.media import container as files
from v2a.model import nearest

_STANDARD = tuple(Fraction(n, d) for n in (24, 25, 30, 48, 50, 60, 96, 100, 120, 240) for d in (1,)) + tuple(
    Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120, 240)
)
OPENING = 240
_TAIL = (Fraction(4), Fraction(30), Fraction(240), Fraction(1800))
_INDEX_LIMIT = 2_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the first frame shown lies in the container, the picture's length, rate and number of frames."""

    start: Fraction
    duration: Fraction
    rate: Fraction
    variable: bool
    frames: int | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A packet without its bytes: its times and length in ticks, its size, and whether it is shown."""

    pts: int | None
    dts: int | None
    duration: int
    size: int
    shown: bool


def stamp(packet: Any) -> Stamp:
    """What the clock needs of a packet."""
    return Stamp(packet.pts, packet.dts, int(packet.duration or 0), packet.size, not packet.is_discard)


@dataclass(frozen=True, eq=False)
class Opening:
    """The first frame that is shown, and the packets at the head of the file."""

    frame: Any
    packets: tuple[Stamp, ...]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The times of frames in a row (in ticks, in order), and how long the last one lasts where the file says so."""

    times: tuple[int, ...]
    last: int


def read_clock(opened: Any, stream: Any, opening: Opening) -> Clock:
    """Read the clock from index, head and tail; only a file that has neither index nor seeking is read whole."""
    base = Fraction(stream.time_base)
    first = opening.frame
    if first.pts is None and first.dts is None:
        return _untimed(opened.name, stream)
    start = first.pts if first.pts is not None else (first.dts or 0)
    head = _whole_part(opening.packets, start)
    intervals = _intervals(stream, head)
    rate = _rate(stream, head, base, intervals)
    variable = _varies(intervals, rate, base)
    tail = _tail(opened, stream, start)
    step = nearest(1 / rate / base) or 1
    last_frame = tail.last or step
    end = tail.times[-1] + last_frame if tail.times else start + last_frame
    duration = (end - start) * base
    if not variable:
        duration = max(_on_grid(duration, rate, base), 1 / rate)
    return Clock(start * base, duration, rate, variable, _frames(stream, duration, rate, variable))


def _untimed(path: str, stream: Any) -> Clock:
    """The clock of a bare stream of pictures, which carries no times: as many frames as there are packets."""
    rate = _rate(stream, _Stretch((), 0), Fraction(stream.time_base), [])
    with files.opened(path) as opened:
        frames = sum(stamp.size > 0 for stamp in _stamps(opened, opened.streams[stream.index]))
    return Clock(Fraction(0), max(frames, 1) / rate, rate, False, max(frames, 1))


def _on_grid(duration: Fraction, rate: Fraction, base: Fraction) -> Fraction:
    """Whole frames where the file's ticks are only too coarse to say so."""
    whole = nearest(duration * rate) / rate
    return whole if abs(whole - duration) <= 2 * base else duration


def _frames(stream: Any, duration: Fraction, rate: Fraction, variable: bool) -> int | None:
    if not variable:
        return max(nearest(duration * rate), 1)
    return int(stream.frames) or None


def _stamps(opened: Any, stream: Any) -> Iterator[Stamp]:
    """The packets from here on; a file that breaks off just ends."""
    return (stamp(packet) for packet in files.packets(opened, stream))


def _stretch(packets: Iterable[Stamp], start: int) -> _Stretch:
    """The times of those packets that are shown."""
    times: list[int] = []
    final, last = start - 1, 0
    for packet in packets:
        if packet.size and packet.shown and packet.pts is not None and packet.pts >= start:
            times.append(packet.pts)
            if packet.pts > final:
                final, last = packet.pts, packet.duration
    return _Stretch(tuple(sorted(set(times))), last)


def _whole_part(packets: tuple[Stamp, ...], start: int) -> _Stretch:
    """The times up to which no frame is missing: later ones may be waiting behind where we stopped reading."""
    reached = max((p.dts for p in packets if p.dts is not None), default=None)
    known = [p for p in packets if reached is None or p.pts is None or p.pts <= reached]
    return _stretch(known, start)


def _rewind(opened: Any, stream: Any, to: int | None = None) -> bool:
    try:
        opened.seek(stream.start_time or 0 if to is None else to, stream=stream, backward=True)
    except files.decode_errors():
        return False
    return True


def _tail(opened: Any, stream: Any, start: int) -> _Stretch:
    """The last frames that can be read, found from the end backwards."""
    base = Fraction(stream.time_base)
    end = _said_end(opened, stream, start)
    if end is not None:
        for back in _TAIL:
            target = max(end - nearest(back / base), start)
            if not _rewind(opened, stream, target):
                break
            found = _stretch(_stamps(opened, stream), start)
            if found.times:
                return found
            if target == start:
                break
    _rewind(opened, stream)
    return _stretch(_stamps(opened, stream), start)


def _said_end(opened: Any, stream: Any, start: int) -> int | None:
    base = Fraction(stream.time_base)
    if stream.duration:
        return int((stream.start_time or 0) + stream.duration)
    if opened.duration:
        begin = Fraction(opened.start_time or 0, 1_000_000)
        return nearest((begin + Fraction(opened.duration, 1_000_000)) / base)
    return None


def _intervals(stream: Any, head: _Stretch) -> list[int]:
    """Ticks from frame to frame: from the index where it lists every frame, else from the head."""
    index = getattr(stream, "index_entries", ())
    if (
        len(head.times) < OPENING
        or not len(head.times) < len(index) < _INDEX_LIMIT
        or len(index) < stream.frames
    ):
        times: list[int] = list(head.times)
    else:
        times = sorted(entry.timestamp for entry in index)
    return [after - before for before, after in itertools.pairwise(times)]


def _rate(stream: Any, head: _Stretch, base: Fraction, intervals: list[int]) -> Fraction:
    """The nominal rate: what the file says where the frames bear it out, else the usual interval."""
    said = [Fraction(r) for r in (stream.guessed_rate, stream.average_rate, stream.base_rate) if r]
    if not intervals:
        return _standard(next((r for r in said if 0 < r <= 1000), Fraction(25)))
    for rate in said:
        if 0 < rate <= 1000 and not _varies(intervals, rate, base):
            return _standard(rate)
    usual = sorted(intervals)[len(intervals) // 2] or 1
    mean = Fraction(sum(intervals), len(intervals))
    measured = 1 / (base * (mean if abs(mean - usual) <= 1 else usual))
    near = min(_STANDARD, key=lambda r: abs(r - measured))
    return near if abs(near / measured - 1) <= max(Fraction(1, 200), Fraction(1, usual)) else measured


def _standard(rate: Fraction) -> Fraction:
    near = min(_STANDARD, key=lambda r: abs(r - rate))
    return near if abs(near / rate - 1) < Fraction(1, 5000) else rate.limit_denominator(100_000)


def _varies(intervals: list[int], rate: Fraction, base: Fraction) -> bool:
    """Whether frames leave the grid of the rate by more than the file's ticks can be rounded."""
    step = 1 / rate / base
    slack = max(Fraction(3, 2), step / 50)
    at, due = 0, Fraction(0)
    for interval in intervals:
        at, due = at + interval, due + step
        if abs(at - due) > slack:
            return True
    return False
