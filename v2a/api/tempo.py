"""The tempi that land on a film's hit points, and the tempo map as a file: what `v2a tempo` shows and writes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from v2a.dsp.hitpoints import Landing, Limits, Tally, breaths, candidates, fitted, landings, tally
from v2a.errors import CannotWrite, UnknownName
from v2a.files import whole
from v2a.media import midi
from v2a.model import Cue, Hit, Observations, ScoreMark, Span, TempoMap, Video
from v2a.project.marks import WEIGHT
from v2a.stages.scoring.following import followed
from v2a.stages.scoring.hits import hits_of, local
from v2a.stages.scoring.options import TempoOptions
from v2a.stages.scoring.timing import sections_of

if TYPE_CHECKING:
    from v2a.api.session import Session

SUFFIXES = (".mid", ".midi", ".csv")
COLUMNS = ("bar", "beat", "time", "timecode", "bpm", "hit", "error_frames")


@dataclass(frozen=True)
class Map:
    """One way to count a stretch of a film: a tempo map in its time, and what its beats land on.

    `bpm` is its tempo, or the one that it keeps near.
    """

    bpm: float
    tempo: TempoMap
    landings: tuple[Landing, ...]
    tally: Tally

    @property
    def even(self) -> bool:
        """Whether it is one tempo throughout."""
        return len(self.tempo.marks) == 1

    def bar(self, beat: int) -> tuple[int, int]:
        """The bar of a beat and its place in it, both counted from 1; bar 1 begins with the first downbeat of the stretch."""
        meter, downbeat = self.tempo.meter.counted, self.tempo.downbeat
        first = -((-self.tempo.beat(Fraction(0)) + downbeat) // meter) * meter + downbeat
        bar, place = divmod(beat - int(first), meter)
        return bar + 1, place + 1


@dataclass(frozen=True)
class Found:
    """What counts a stretch of a film, best first; the first of the maps is what music gets. Times are the stretch's own.

    `follows` where it follows music that is there.
    """

    video: Video
    span: Span
    limits: Limits
    maps: tuple[Map, ...]
    follows: bool
    cue: Cue | None = None

    @property
    def best(self) -> Map:
        """What music gets."""
        return self.maps[0]

    @property
    def whole(self) -> Span:
        """All of the stretch in its own time."""
        return Span(Fraction(0), self.span.duration)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hit points."""
        return tuple(landing.hit for landing in self.best.landings)


def find(session: Session, marks: Sequence[Hit] = (), cue_id: str | None = None, most: int = 8) -> Found:
    """The tempi that fit a film, a part of it or one of its cues; `marks` are hit points besides those of the list."""
    options: TempoOptions = session.options("tempo")
    cue = None if cue_id is None else _music(session, cue_id)
    seen = session.observe()
    listed = session.project.read()
    known = (*(listed.hits if listed else ()), *marks)
    if cue is None:
        span, limits = session.span or seen.programme, options.limits(seen.video)
    else:
        span, limits = cue.span, options.limits_of(cue, seen.video)
    found = counted(seen, span, limits, known, most, follow=cue is None or not cue.tempo)
    return replace(found, cue=cue)


def _music(session: Session, cue_id: str) -> Cue:
    cue = session.cue(cue_id)
    if cue.kind != "mx":
        music = ", ".join(each.id for each in session.spotting().cues if each.kind == "mx")
        raise UnknownName(
            f"cue {cue_id} is {cue.kind}, and only music (mx) has a tempo",
            where=str(session.project.path),
            remedy=f"Name a cue of music: {music}." if music else "There is no cue of music in the list.",
        )
    return cue


def counted(
    seen: Observations, span: Span, limits: Limits, marks: Sequence[Hit], most: int, *, follow: bool
) -> Found:
    """The tempi that fit a stretch of a film within limits; music that is there is followed where that is wanted."""
    hits, length = local(hits_of(seen, marks, span), span.start), span.duration
    there = followed(seen.music, span, limits.meter, hits) if follow else None
    if there is not None:
        landed = landings(there, hits, limits)
        first = Map(float(median(mark.bpm for mark in there.marks)), there, landed, tally(landed))
    else:
        calm = breaths(hits, sections_of(seen, span))
        fit = fitted(hits, length, limits, breaths=calm)
        bpm = fit.tempo.marks[0].bpm if fit.steady else fit.base
        first = Map(bpm, fit.tempo, fit.landings, fit.tally)
    even = (Map(c.bpm, c.tempo, c.landings, c.tally) for c in candidates(hits, length, limits, most))
    others = tuple(each for each in even if each.tempo != first.tempo)
    return Found(seen.video, span, limits, (first, *others), there is not None)


def mark(time: Fraction, weight: float | None) -> Hit:
    """A mark of the user's at a time of the film."""
    return Hit(time, WEIGHT if weight is None else weight, "mark")


def check_output(path: Path) -> None:
    """Refuse a file that is called like neither of those that can be written."""
    if path.suffix.lower() not in SUFFIXES:
        raise CannotWrite(
            "a tempo map is written as MIDI or CSV",
            where=str(path),
            remedy="Choose a name that ends in .mid or .csv.",
        )


def write(found: Found, path: Path) -> None:
    """Write the best map, whole or not at all, as what its name says: MIDI or CSV."""
    check_output(path)
    if path.suffix.lower() == ".csv":
        with whole(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(COLUMNS)
            table.writerows(rows(found))
        return
    marks = [ScoreMark(float(hit.time), title(hit)) for hit in found.hits]
    name = found.cue.id if found.cue else Path(found.video.path).stem
    place = midi.Place(found.video.timecode, found.span.start, name)
    midi.write_tempo(path, found.best.tempo, found.span.duration, marks, place)


def title(hit: Hit) -> str:
    """What a hit is called."""
    return hit.name or hit.kind


def rows(found: Found) -> Iterator[tuple[str, ...]]:
    """A row for each beat: where it is counted and heard, and the hits that it is meant for; times are the film's."""
    best, start = found.best, found.span.start
    landed: dict[int, list[Landing]] = {}
    for landing in best.landings:
        landed.setdefault(landing.beat, []).append(landing)
    numbers = best.tempo.numbers(found.whole)
    for beat in sorted({*numbers, *landed}):
        time, own = best.tempo.time(beat), landed.get(beat, [])
        bar, place = best.bar(beat)
        yield (
            str(bar),
            str(place),
            f"{float(start + time):.6f}",
            str(found.video.timecode_at(start + time)),
            f"{best.tempo.bpm(time):.3f}",
            "; ".join(title(one.hit) for one in own),
            "; ".join(f"{one.frames:+.2f}" for one in own),
        )
