"""Cues out of what a model wants: on the film's clock, within the scene, on the moments, and heard as they are seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import cast

import v2a
from v2a.model.observations import ShotSize
from v2a.model.spotting import RoomName, in_order
from v2a_planners.asks import Ask
from v2a_planners.checking import Answer, Wish
from v2a_planners.telling import Desk

_SHORTEST = Fraction(1, 10)
_HIT = Fraction(1)
_LEAD = Fraction(1, 50)
_WIDEST = 0.5
_BACK = 8
_FEET = ("footstep", "footfall", "steps", "walking")
# How far below full level a cue is trimmed and how far away it is heard, in dB and metres, as the shot is wide.
_SIZES: Mapping[ShotSize | None, tuple[float, float]] = {
    "close": (0.0, 0.5),
    "medium": (-2.0, 1.0),
    "wide": (-5.0, 2.5),
    None: (0.0, 1.0),
}


@dataclass
class Placed:
    """The cues of a stretch, what of the brief cannot be placed, and how many sounds were left out, by why."""

    cues: list[v2a.Cue] = field(default_factory=list)
    unplaced: list[v2a.Unplaced] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def place(answer: Answer, ask: Ask, desk: Desk, model: str) -> Placed:
    """What a model answered, as cues."""
    placed = Placed()
    for wish in _on_local_time(answer.wishes, ask):
        why = _refused(wish, ask, desk)
        cue = None if why else _cue(wish, ask, desk, _told(model, ask))
        if cue is not None and not wish.asked and desk.production.has(cue.kind, cue.span, cue.sync):
            cue, why = None, "the production sound already has it (--sweeten adds it)"
        if cue is None and wish.asked and wish.kind not in desk.kinds:
            placed.unplaced.append(v2a.Unplaced(wish.prompt, why))
        elif cue is None:
            placed.left_out[why or "it has no length there"] += 1
        else:
            placed.cues.append(_in_perspective(cue, wish, answer.room, desk))
    return placed


def _told(model: str, ask: Ask) -> str:
    return f"{model}, {ask.name}"


def _on_local_time(wishes: Sequence[Wish], ask: Ask) -> Sequence[Wish]:
    """The wishes in seconds from the stretch's start; a model that counts from the film's start is understood."""
    start, end = float(ask.span.start), float(ask.span.end)
    absolute = [w for w in wishes if start <= w.start <= end]
    if not wishes or len(absolute) < len(wishes) or any(w.start < end - start for w in wishes):
        return wishes
    return [
        replace(w, start=w.start - start, end=w.end - start, sync=None if w.sync is None else w.sync - start)
        for w in wishes
    ]


def _refused(wish: Wish, ask: Ask, desk: Desk) -> str:
    if wish.kind not in desk.kinds:
        return f"{wish.kind} was not asked for or cannot be made"
    if wish.kind == "mx" and not desk.looking.music and not wish.asked:
        return "music was not asked for"
    first = wish.start if wish.sync is None else min(wish.start, wish.sync)
    return "it lies outside its scene" if first >= ask.span.duration or max(wish.end, wish.start) < 0 else ""


def _cue(wish: Wish, ask: Ask, desk: Desk, why: str) -> v2a.Cue | None:
    lasting = wish.kind in ("bg", "mx", "vo")
    start, end = _time(wish.start, ask), _time(wish.end, ask)
    sync = None if lasting else _time(wish.start if wish.sync is None else wish.sync, ask)
    if wish.sync is None and end - start > 2 * _HIT:
        sync = None
    if lasting:
        start, end = _on_edges(start, end, ask, desk)
    elif end - start < _SHORTEST:
        end = start + _HIT
    reach = Fraction(desk.looking.snap).limit_denominator(1000)
    moment = desk.film.moment_near(sync, reach, ask.span) if sync is not None and reach else None
    if moment is not None and sync is not None:
        start, end, sync = start + moment.time - sync, end + moment.time - sync, moment.time
        start = min(start, sync - _LEAD)
    if sync is not None:
        start, end = min(start, sync), max(end, sync + _SHORTEST)
    span = v2a.Span(start, max(start, end)).intersection(ask.span)
    if span is None or span.duration < _SHORTEST / 2:
        return None
    if sync is not None and not span.contains(sync):
        sync = None
    return v2a.Cue(
        id="",
        kind=wish.kind,
        span=span,
        prompt=wish.prompt,
        sync=sync,
        avoid=wish.avoid,
        suggested=wish.confidence < desk.request.confidence,
        confidence=round(wish.confidence, 2),
        why=f"{why}, on a {moment.kind} in the picture" if moment else why,
    )


def _time(seconds: float, ask: Ask) -> Fraction:
    """A time of the stretch on the film's clock, within the stretch."""
    time = ask.span.start + Fraction(round(seconds * 1000), 1000)
    return max(ask.span.start, min(ask.span.end, time))


def _on_edges(start: Fraction, end: Fraction, ask: Ask, desk: Desk) -> tuple[Fraction, Fraction]:
    """What lasts begins and ends with the stretch or on a cut, where it nearly does."""
    edges = [ask.span.start, ask.span.end]
    edges += [shot.span.start for shot in desk.film.shots_in(ask.span)]
    reach = Fraction(desk.looking.snap).limit_denominator(1000)

    def near(time: Fraction) -> Fraction:
        close = min(edges, key=lambda edge: (abs(edge - time), edge))
        return close if abs(close - time) <= reach else time

    return near(start), near(end)


def _in_perspective(cue: v2a.Cue, wish: Wish, room: str, desk: Desk) -> v2a.Cue:
    """Foley and effects as far away as the shot is wide, in the scene's room, where they are seen."""
    if cue.kind not in ("fo", "fx"):
        return cue
    shot = desk.film.shot_at(cue.sync if cue.sync is not None else cue.span.start)
    gain, distance = _SIZES[shot.size if shot is not None else None]
    moment = None if cue.sync is None else desk.film.moment_near(cue.sync, Fraction(0), cue.span)
    across = moment.x - 0.5 if moment is not None else (wish.pan or 0.0) / 2
    feet = any(word in cue.prompt.casefold() for word in _FEET)
    return replace(
        cue,
        gain=round(
            gain - (5.0 * (1 - max(0.0, min(1.0, moment.strength))) if moment is not None else 0.0), 1
        ),
        pan=0.0 if feet else round(max(-_WIDEST, min(_WIDEST, across)), 3),
        room=cast(RoomName, room),
        distance=distance if room else 1.0,
    )


def joined(cues: Iterable[v2a.Cue], within: Fraction) -> tuple[v2a.Cue, ...]:
    """The cues in order of time, each once: what lasts goes on over the border between two scenes as one cue."""
    alike: dict[tuple[str, str], list[v2a.Cue]] = {}
    for cue in sorted(cues, key=lambda c: (c.span.start, c.kind, c.prompt)):
        before = alike.setdefault((cue.kind, cue.prompt.casefold()), [])
        at = next((n for n in range(len(before))[: -_BACK - 1 : -1] if _same(before[n], cue, within)), None)
        if at is None:
            before.append(cue)
        else:
            before[at] = _both(before[at], cue)
    return in_order(tuple(cue for found in alike.values() for cue in found))


def _same(one: v2a.Cue, other: v2a.Cue, within: Fraction) -> bool:
    if one.sync is not None or other.sync is not None:
        return one.sync is not None and other.sync is not None and abs(one.sync - other.sync) < within
    return other.span.start <= one.span.end


def _both(one: v2a.Cue, other: v2a.Cue) -> v2a.Cue:
    span = one.span if one.sync is not None else v2a.Span(one.span.start, max(one.span.end, other.span.end))
    return replace(
        one,
        span=span,
        suggested=one.suggested and other.suggested,
        confidence=max(one.confidence, other.confidence),
    )
