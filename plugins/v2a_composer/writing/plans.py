"""What is to be composed for a request: the wish, the tempo map, the length, and what the picture says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import v2a
from v2a_composer.writing.dice import dice
from v2a_composer.writing.genres import Genre
from v2a_composer.writing.moods import Mood
from v2a_composer.writing.reading import Wish, read
from v2a_composer.writing.tonality import Key

_BRIDGED = 1.2


@dataclass(frozen=True)
class Quiet:
    """A stretch in seconds where someone speaks, and the texture is thinner."""

    start: float
    end: float


@dataclass(frozen=True)
class Plan:
    """What the composer is asked for; every time is in seconds of the cue. `arc` is 1 where it grows, -1 where it fades."""

    mood: Mood
    genre: Genre
    tempo: v2a.TempoMap
    length: float
    key: Key | None = None
    hits: tuple[v2a.Hit, ...] = ()
    sections: tuple[float, ...] = ()
    motion: tuple[float, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    arc: int = 0
    seed: int = 0

    @property
    def bpm(self) -> float:
        """The tempo that the cue begins with, in beats a minute."""
        return self.tempo.marks[0].bpm


def plan_for(request: v2a.Request) -> Plan:
    """What is to be composed for a request; without a timing the composer counts its own beats from the cue's start."""
    wish = read(
        request.prompt,
        request.avoid,
        str(request.params.get("mood", "")),
        str(request.params.get("genre", "")),
    )
    timing = request.timing
    hits = timing.hits if timing else _hits(request)
    return Plan(
        mood=wish.mood,
        genre=wish.genre,
        tempo=timing.tempo if timing else own_tempo(wish, request.seed),
        length=float(request.whole),
        key=wish.key,
        hits=hits if wish.struck else tuple(hit for hit in hits if hit.kind == "mark"),
        sections=tuple(float(s.start) for s in timing.sections if s.start > 0) if timing else (),
        motion=timing.motion if timing else (),
        quiet=_quiet([(float(s.span.start), float(s.span.end)) for s in request.speech]),
        arc=wish.arc,
        seed=request.seed,
    )


def own_tempo(wish: Wish, seed: int) -> v2a.TempoMap:
    """An even map from the cue's start, as fast as the mood goes, in the metre of the genre."""
    drawn = wish.mood.slow + (wish.mood.fast - wish.mood.slow) * float(dice(seed, "tempo").beta(2, 2))
    bpm = wish.bpm or round(drawn * wish.genre.pace, 1)
    return v2a.TempoMap.even(bpm, Fraction(0), wish.genre.meter)


def _hits(request: v2a.Request) -> tuple[v2a.Hit, ...]:
    """The moments of the picture, where nobody has weighed what is hit."""
    return tuple(
        v2a.Hit(m.time, 2 * m.strength * m.confidence, "moment")
        for m in request.moments
        if 0 <= m.time < request.whole
    )


def _quiet(spans: list[tuple[float, float]]) -> tuple[Quiet, ...]:
    """Where someone speaks; short pauses belong to the speech."""
    joined: list[Quiet] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1].end < _BRIDGED:
            joined[-1] = Quiet(joined[-1].start, max(joined[-1].end, end))
        else:
            joined.append(Quiet(start, end))
    return tuple(joined)
