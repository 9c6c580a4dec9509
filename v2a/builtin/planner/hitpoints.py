"""The hit points that a brief asks for, once it is known where music plays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.clock import clock_text
from v2a.builtin.planner.desk import Desk
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.landings import RINGS
from v2a.builtin.planner.spans import overlapping
from v2a.builtin.planner.wishes import Landing
from v2a.model.spotting import Cue, Unplaced
from v2a.model.tempo import Hit
from v2a.model.time import Span

# How long before the end of the music a cut may be that its last chord falls on, in seconds.
_LAST = (Fraction(2), Fraction(5))


@dataclass(frozen=True)
class Landings:
    """Hit points, what of them cannot be placed, and what the user should know."""

    hits: tuple[Hit, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    notes: tuple[str, ...] = ()


def landed_on(desk: Desk, cues: Sequence[Cue]) -> Landings:
    """Where music lands, as the brief says."""
    landings = desk.understood.landings
    music = sorted((c.span for c in cues if c.kind == "mx"), key=lambda span: span.end)
    if not landings:
        return Landings()
    if not music:
        return Landings(
            unplaced=tuple(Unplaced(each.text, "there is no music to land there") for each in landings)
        )
    landings = tuple(_where_music_plays(each, music, desk.film) if each.every else each for each in landings)
    asked = [time for each in landings if not each.every for time in each.times if time < music[-1].end]
    timed = [
        _at_the_end(each, music[-1], desk.film, max(asked, default=None))
        if each.ending and not each.times
        else each
        for each in landings
    ]
    hits = tuple(_hits(timed))
    silent = [
        clock_text(h.time) for h in hits if not overlapping(music, Span(h.time, h.time + desk.film.frame))
    ]
    notes = [
        f"The music ends on a hit at {clock_text(new.times[0])}, {_where(new, desk.film)}; move it in the spotting list."
        for new, old in zip(timed, landings)
        if not old.times
    ]
    if silent:
        notes.append(f"No music plays at {', '.join(silent)}, where the brief wants a hit.")
    return Landings(hits, notes=tuple(notes))


def _where_music_plays(landing: Landing, music: Sequence[Span], film: Film) -> Landing:
    """All cuts are those at which there is music; without any there all of them, which is said."""
    heard = [t for t in landing.times if overlapping(music, Span(t, t + film.frame))]
    return replace(landing, times=tuple(heard or landing.times))


def _at_the_end(landing: Landing, last: Span, film: Film, asked: Fraction | None) -> Landing:
    """Where music ends that is to end on a hit: on the last cut that leaves its chord room to ring, else where it would.

    It comes behind the last hit that was asked for, in the middle of what is left where that is too little to ring.
    """
    low, high = (max(last.start, last.end - away) for away in reversed(_LAST))
    cuts = [cut for cut in film.cuts if low <= cut <= high and (asked is None or cut >= asked)]
    latest = max(last.start, last.end - RINGS)
    if asked is not None and latest <= asked:
        latest = (asked + last.end) / 2
    return replace(landing, times=(cuts[-1] if cuts else latest,))


def _where(landing: Landing, film: Film) -> str:
    return (
        "on the last cut before its end" if landing.times[0] in film.cuts else "where its last chord can ring"
    )


def _hits(landings: Sequence[Landing]) -> Iterator[Hit]:
    """All hit points, each once."""
    seen: dict[Fraction, Hit] = {}
    for hit in (hit for landing in landings for hit in landing.hits):
        if hit.time not in seen or hit.weight > seen[hit.time].weight:
            seen[hit.time] = hit
    yield from (seen[time] for time in sorted(seen))
