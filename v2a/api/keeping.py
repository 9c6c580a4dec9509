"""Which takes stay though their cues may ask for others by now, and what is said of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from v2a.dsp.hitpoints import Limits
from v2a.errors import FileDamaged
from v2a.media import sheets
from v2a.model import Cue, Region, Span, SpottingList, Take, TempoMap
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


def broken(before: Sequence[Region], after: Sequence[Region], reel: str) -> Iterator[str]:
    """A note for each cue of music, which is numbered over all reels, that is another take in the next reel."""
    takes = {region.cue: region.take for region in before if region.stem == "mx"}
    for region in after:
        take = takes.get(region.cue)
        if take is not None and region.stem == "mx" and _origin(take) != _origin(region.take):
            yield (
                f"Cue {region.cue} comes from {reel}, where it is another take: they do not go on into each other. "
                "Take out its line 'take' in both lists, and give it one prompt and one seed."
            )


def _origin(take: Take) -> tuple[str, str, int, str]:
    """What two takes have in common that go on into each other."""
    return take.generator, take.prompt, take.seed, take.sound.path if take.generator == IMPORTED else ""


def still(cue: Cue, take: Take, limits: Limits) -> bool:
    """Whether a take is what its cue asks for now: its words, its seed, and of music in notes the tempo and the meter."""
    if (take.prompt, take.seed) != (cue.prompt, cue.seed):
        return False
    tempo = _tempo(take) if cue.tempo or cue.meter else None
    return tempo is None or limits.allows(tempo)


def _follows(cue: Cue, take: Take, timings: Timings) -> bool:
    """Whether music in notes has the tempo map that its cue has now; any other sound has none."""
    tempo = _tempo(take) if cue.kind == "mx" else None
    return tempo is None or tempo == timings.of(cue).tempo


def _tempo(take: Take) -> TempoMap | None:
    """The tempo map of music in notes; none of any other sound, nor where its notes cannot be read any more."""
    with contextlib.suppress(FileDamaged):
        return sheets.read(take.sheet).tempo if take.sheet else None
    return None


def _note(cue: Cue, why: str) -> str:
    return (
        f"Cue {cue.id} keeps take {cue.take}, which is chosen in the spotting list, though {why}: "
        "to have it made anew, remove its line 'take' there, or v2a takes reroll."
    )
