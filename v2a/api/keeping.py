"""Takes that the user chose and that no longer are what their cues ask for: they stay, and it is said."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from v2a.errors import FileDamaged
from v2a.media import sheets
from v2a.model import Cue, Span, SpottingList, Take
from v2a.stages.scoring.timing import Timings

IMPORTED = "import"
"""The generator of a take that the user brought in."""


def outdated(listed: SpottingList, takes: Sequence[Take], timings: Timings, programme: Span) -> Iterator[str]:
    """A note for each cue whose chosen take was made for other words, or of music for another tempo or other hit points.

    Music that goes over into another reel is let be: its tempo follows from that one too.
    """
    chosen = {(take.cue, take.id): take for take in takes}
    for cue in listed.sounding:
        take = chosen.get((cue.id, cue.take or ""))
        if take is None or take.generator == IMPORTED:
            continue
        if take.prompt != cue.prompt:
            yield _note(cue, f"it was made for {take.prompt!r}")
        elif programme.intersection(cue.span) == cue.span and not _follows(cue, take, timings):
            yield _note(cue, "it was made for another tempo, meter or other hit points")


def _follows(cue: Cue, take: Take, timings: Timings) -> bool:
    """Whether music in notes has the tempo map that its cue has now; any other sound has none."""
    if cue.kind == "mx" and take.sheet:
        with contextlib.suppress(FileDamaged):
            return sheets.read(take.sheet).tempo == timings.of(cue).tempo
    return True


def _note(cue: Cue, why: str) -> str:
    return (
        f"Cue {cue.id} keeps take {cue.take}, which is chosen in the spotting list, though {why}: "
        "to have it made anew, remove its line 'take' there, or v2a takes reroll."
    )
