"""A film with two cues of music, and where its sheets go."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import pretty_midi

from tests.builtin.planner.films import film
from v2a.media import sheets as files
from v2a.model import (
    Cue,
    Hit,
    Licence,
    Observations,
    Region,
    Score,
    SoundFile,
    Span,
    SpottingList,
    Take,
    Timecode,
)
from v2a.stages.delivering.places import Destination
from v2a.stages.scoring.timing import Timings

VIDEO = replace(film(60), start_timecode=Timecode.parse("01:00:00:00", F(25)), path="harbour_R2.mov")
CUE = Cue("2M1", "mx", Span(F(10), F(30)), "tense strings")
SONG = Cue("2M2", "mx", Span(F(40), F(50)), "a song")
LISTED = SpottingList(VIDEO.identity, 1, cues=(CUE, SONG), hits=(Hit(F(42), 10.0, "mark", "the door"),))
TIMINGS = Timings(Observations(VIDEO), LISTED)


def played(folder: Path, score: Score | None, cue: Cue = CUE, **more) -> Region:
    """A region of a take with these notes."""
    sheet = ""
    if score is not None:
        path = folder / f"{cue.id}.json"
        files.write(path, score)
        sheet = str(path)
    sound = SoundFile("x.npy", 48_000, 2, 48_000 * int(cue.span.duration))
    take = Take(
        "t", cue.id, sound, "composer", "1", 1, 0, cue.prompt, Licence("MIT"),
        notes=("tense, D minor",), sheet=sheet, **more.pop("take", {}),
    )  # fmt: skip
    return Region(cue.id, "mx", take, more.pop("span", cue.span), **more)


def starts(path: Path) -> list[float]:
    voices = pretty_midi.PrettyMIDI(str(path)).instruments
    return sorted(note.start for voice in voices if voice.name != "Click" for note in voice.notes)


def to(folder: Path, stems: bool = True) -> Destination:
    return Destination(
        folder / "harbour_R2.scored.mov", folder / "stems" if stems else None, folder / "p.v2a"
    )
