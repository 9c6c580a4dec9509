"""The music of a film on paper: of each cue its notes where it has them, and its tempo.

Music without notes, such as a song from elsewhere or a take that was cut to its cue, is the tempo map and the hit points that
it was fitted to.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.errors import FileDamaged
from v2a.media import sheets
from v2a.model import Hit, Region, Score, ScoreMark, SpottingList, Take, TempoMap, Timing, to_seconds
from v2a.stages.arranging.fitting import heard
from v2a.stages.scoring.timing import Timings

_KEY = re.compile(r"\b([A-G](?:[#b♯♭])?) (major|minor)\b")
_SIGNS = str.maketrans("♯♭", "#b")
_NEAR = 0.1
# What music calls a stroke on a hit that has no name.
_STING = "hit"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cue of music on paper: its number, what is played, and how long it is; `at` is where its time begins in the film.

    `whole` says that its notes are there; where they are not, `kept` says that its beats fall on those of the tempo map all the
    same, and `remark` what else is to be said.
    """

    cue: str
    name: str
    score: Score
    length: Fraction
    at: Fraction
    key: str = ""
    whole: bool = True
    kept: bool = True
    remark: str = ""


def music(regions: Sequence[Region], spotting: SpottingList, timings: Timings | None) -> tuple[Sheet, ...]:
    """The sheets of all music that has notes or was timed; each cue once."""
    found = (_sheet(region, spotting, timings) for region in regions if region.stem == "mx")
    return tuple({sheet.cue: sheet for sheet in found if sheet is not None}.values())


def _sheet(region: Region, spotting: SpottingList, timings: Timings | None) -> Sheet | None:
    take, cue = region.take, spotting.cue(region.cue)
    timing = None if timings is None or cue is None else timings.of(cue)
    prompt = take.prompt if cue is None or take.sheet else cue.prompt
    named = Sheet(
        region.cue,
        f"{region.cue}: {prompt}",
        Score(TempoMap.even(120), ()),
        region.span.duration,
        region.span.start,
        key_of(take),
    )
    if take.sheet and region.edit is None:
        with contextlib.suppress(FileDamaged):
            return _as_heard(named, region, sheets.read(take.sheet), timing)
    if timing is None or cue is None:
        return None
    follows = None if region.edit is None else region.edit.follows
    return replace(
        named,
        score=Score(follows or timing.tempo, (), tuple(_marks(timing.hits))),
        length=cue.span.duration,
        at=cue.span.start + region.moved,
        key="",
        whole=False,
        kept=follows is not None,
        remark=_remark(region),
    )


def _remark(region: Region) -> str:
    """What is to be said of music whose notes are not written down."""
    if region.take.sheet:
        return ", for it was cut to its cue" if region.edit is not None else ", for its score cannot be read"
    if region.edit is not None and region.edit.follows is None:
        return "; it has no plain beat that would follow them"
    return ""


def key_of(take: Take) -> str:
    """The key that the notes on a take tell of, such as D minor; "" where they tell of none."""
    found = next((match for note in take.notes if (match := _KEY.search(note))), None)
    return "" if found is None else f"{found[1].translate(_SIGNS)} {found[2]}"


def _as_heard(sheet: Sheet, region: Region, score: Score, timing: Timing | None) -> Sheet:
    """The notes where they are heard in the film: the cue's time begins behind what of the take lies before its in."""
    lead = region.take.lead
    begin = region.span.start - region.offset
    if region.anchors:
        score = stretched(score, region, lead)
    at = begin + heard(lead, region.anchors)
    points = _marks(() if timing is None else timing.hits)
    marks = [*score.marks, *(mark for mark in points if not _there(mark, score.marks))]
    marks.sort(key=lambda mark: mark.time)
    length = max(region.span.end - at, to_seconds(_last(score)))
    return replace(sheet, score=replace(score, marks=tuple(marks)), length=length, at=at)


def _last(score: Score) -> float:
    """When the last note ends, which in a cue that goes on in the next reel is there."""
    return max((note.time + note.length for voice in score.voices for note in voice.notes), default=0.0)


def stretched(score: Score, region: Region, lead: Fraction) -> Score:
    """A score in the time in which its take is heard where that is stretched."""
    points, zero = region.anchors, heard(lead, region.anchors)

    def moved(time: Fraction) -> Fraction:
        return heard(time + lead, points) - zero

    def told(time: float) -> float:
        return float(moved(to_seconds(time)))

    tempo = score.tempo
    times = {Fraction(0), *(mark.time for mark in tempo.marks), *(point.source - lead for point in points)}
    beats = sorted({tempo.beat(time) for time in times})
    warped = TempoMap.through([(b, moved(tempo.time(b))) for b in beats], tempo.meter, tempo.downbeat)
    voices = (
        replace(
            voice,
            notes=tuple(
                replace(n, time=told(n.time), length=told(n.time + n.length) - told(n.time))
                for n in voice.notes
            ),
        )
        for voice in score.voices
    )
    marks = (replace(mark, time=told(mark.time)) for mark in score.marks)
    return Score(warped, tuple(voices), tuple(marks))


def _marks(hits: Iterable[Hit]) -> Iterator[ScoreMark]:
    """Hit points by name: what the user called them, else what they are."""
    for hit in hits:
        yield ScoreMark(float(hit.time), hit.name or hit.kind)


def _there(mark: ScoreMark, marks: Sequence[ScoreMark]) -> bool:
    """Whether it is marked already, where the music sounds it: by that name or by none, on its beat."""
    return any(other.name in (mark.name, _STING) and abs(other.time - mark.time) < _NEAR for other in marks)
