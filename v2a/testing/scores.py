"""The contract of generators of music: what is written in notes lies in its cue, and a tempo that is given is kept."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from v2a.builtin.executors.contract import checked
from v2a.model import Hit, Made, Meter, Request, Score, Span, TempoMap, Timing
from v2a.testing.findings import Finding

if TYPE_CHECKING:
    from v2a.testing.trying import Tried

_LENGTH = Fraction(6)
_HUMAN = 0.25
_MAPS = (
    TempoMap.even(97.0, Fraction(1, 4)),
    TempoMap.through(
        [(Fraction(-1), Fraction(0)), (Fraction(3), Fraction(2)), (Fraction(7), Fraction(39, 10))]
    ),
    TempoMap.even(60.0, meter=Meter(6, 8)),
)


def misplaced(score: Score | None, request: Request) -> str:
    """What in a score lies outside its cue; "" where nothing does, and where there is no score."""
    if score is None:
        return ""
    end = float(request.whole)
    for voice in score.voices:
        for note in voice.notes:
            if not -_HUMAN <= note.time < end:
                return f"has a note at {note.time:g} s in a cue of {end:g} s (voice {voice.name!r})"
    for mark in score.marks:
        if not 0 <= mark.time <= end:
            return f"has a mark at {mark.time:g} s in a cue of {end:g} s ({mark.name!r})"
    return ""


def tempo_findings(tried: Tried) -> Iterator[Finding]:
    """Every breach of the contract by a generator that was tried without a tempo and says that it takes one."""
    if "tempo" not in tried.card.accepts or not tried.makes_sound:
        return
    whole = tried.length(_LENGTH)
    for number, tempo in enumerate(_MAPS):
        hits = (Hit(tempo.time(4), 4.0, "mark", "a hit"),) if tempo.time(4) < whole else ()
        timing = Timing(tempo, hits, (Span(Fraction(0), whole),), (0.2,) * int(2 * whole), f"1M{number + 1}")
        request = tried.request(whole, number, timing=timing)
        answer = tried.make((request,))[0]
        yield from tried.answer_findings(request, answer)
        made = checked(answer, request)
        if isinstance(made, Made) and made.score is not None and made.score.tempo != tempo:
            yield tried.finding(
                "gives a score in another tempo than it was asked for",
                "Hand on request.timing.tempo as the score's tempo map.",
            )
            return
