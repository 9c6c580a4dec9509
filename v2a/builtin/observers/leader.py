"""The leader observer: what lies around the programme on a delivered reel: bars, slate, countdown, pops, run-out.

A sync pop says best where the programme begins and ends, then a whole hour of timecode with silence before it, then the
end of the colour bars and of what is held still and silent behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers.bars import bars_until
from v2a.builtin.observers.pops import Heard
from v2a.interfaces import Bench, Observer, ObserverCard
from v2a.model import Findings, Observations, Span, Timecode, Video

_HEAD, _TAIL = Fraction(150), Fraction(60)
_SLATE = Fraction(60)
_SHORTEST = Fraction(2)
_HELD, _MOSTLY = 0.003, 0.9
_HOUR = 3600


@dataclass(frozen=True)
class _Edge:
    """Where the programme begins or ends, and what says so."""

    time: Fraction
    by: str


class Leader(Observer):
    """Bars, slate, countdown and run-out around the programme, by their pops, their picture and the timecode."""

    card = ObserverCard(
        name="leader",
        version="1",
        about="bars, slate, countdown and run-out around the programme",
        after=("picture", "sound"),
        finds=("leader",),
    )

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """The leader before and behind the programme, where there is any."""
        if "attack" not in so_far.features or "bands" not in so_far.features:
            return Findings()
        film, heard = so_far.video, Heard.of(so_far)
        head, tail = _head(so_far, heard), _tail(film, heard)
        start, end = head.time if head else Fraction(0), tail.time if tail else film.duration
        if end - start < _SHORTEST:
            return Findings()
        found = (Span(Fraction(0), start), Span(end, film.duration))
        return Findings(
            leader=tuple(span for span in found if span.duration > 0),
            notes=tuple(_said(film, head, tail)),
        )


def _said(film: Video, head: _Edge | None, tail: _Edge | None) -> list[str]:
    """What is said of it: the first and the last frame of action, and how to have it otherwise."""
    parts = [f"before {film.timecode_at(head.time)} ({head.by})"] if head else []
    parts += [f"from {film.timecode_at(tail.time)} on ({tail.by})"] if tail else []
    if not parts:
        return []
    return [f"What lies {' and '.join(parts)} is leader: it is neither scored nor measured."]


def _head(seen: Observations, heard: Heard) -> _Edge | None:
    film = seen.video
    reach = min(_HEAD, film.duration)
    pop = heard.head_pop(reach)
    if pop is not None:
        return _Edge(film.frame_time(float(pop + lead(film))), "two seconds behind the sync pop")
    bars = bars_until(seen, reach)
    if bars is not None and not heard.no_programme(Fraction(0), bars):
        bars = None  # a test card in the film, with the film's sound before it or over it
    mark = _hour(film)
    sure = bars is not None or (mark is not None and heard.loud_after(mark))
    if mark is not None and sure and mark <= reach and heard.no_programme(Fraction(0), mark):
        return _Edge(mark, "the hour of the timecode")
    if bars is None:
        return None
    return _Edge(_behind_slate(seen, heard, bars), "the end of the bars and what is held behind them")


def _tail(film: Video, heard: Heard) -> _Edge | None:
    pop = heard.tail_pop(max(Fraction(0), film.duration - _TAIL))
    if pop is None or pop < lead(film):
        return None
    return _Edge(film.frame_time(float(pop - lead(film))), "two seconds before the tail pop")


def lead(film: Video) -> Fraction:
    """From a pop to the programme in seconds: two of timecode, which runs in whole frames."""
    return 2 * round(film.frame_rate) / film.frame_rate


def _hour(film: Video) -> Fraction | None:
    """The time of the first whole hour of timecode behind the film's start; nothing where it starts with one."""
    if film.start_timecode is None:
        return None
    start = film.timecode
    hour = int(str(start)[:2]) + 1
    mark = Timecode.parse(f"{hour:02}:00:00:00", start.rate, start.drop).since(start.wrapped)
    return film.frame_time(float(mark)) if _SHORTEST <= mark <= _HOUR else None


def _behind_slate(seen: Observations, heard: Heard, bars: Fraction) -> Fraction:
    """Where what is held still and silent behind the bars ends."""
    at = bars
    for shot in seen.shots:
        if shot.span.end <= at + Fraction(1, 50):
            continue
        if shot.span.start > bars + _SLATE or not (
            _held(seen, shot.span) and heard.no_programme(at, shot.span.end)
        ):
            break
        at = shot.span.end
    return at


def _held(seen: Observations, span: Span) -> bool:
    """Whether the picture stands still in nine of ten frames."""
    moves: NDArray[np.float32] = seen.features["difference"].within(span)[:, 0]
    return bool(len(moves)) and float((moves < _HELD).mean()) >= _MOSTLY
