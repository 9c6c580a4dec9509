"""Scores for tests: one that can be played, and those that no sequencer takes."""

from fractions import Fraction

from v2a.model import Eased, Note, Score, ScoreMark, TempoMap, TempoMark, Voice


def scored(notes: int) -> Score:
    """A score of one voice with so many notes."""
    played = tuple(Note(n * 0.06, 0.05, 40 + n % 40, 1 + n % 127) for n in range(notes))
    tempo = TempoMap.through([(Fraction(n), Fraction(n * 4001, 8000)) for n in range(4)])
    return Score(tempo, (Voice("Violins", "strings", 48, played),), (ScoreMark(0.5, "A"),))


def _misplayed(*notes: Note, program: int = 0) -> Score:
    return Score(TempoMap.even(120), (Voice("Horn", "brass", program, notes),))


MISPLAYED = {
    "late": _misplayed(Note(float("inf"), 1.0, 60, 64)),
    "back": _misplayed(Note(1.0, -1.0, 60, 64)),
    "high": _misplayed(Note(1.0, 1.0, 128, 64)),
    "mute": _misplayed(Note(1.0, 1.0, 60, 0)),
    "half": _misplayed(Note(1.0, 1.0, 60.5, 64)),  # type: ignore[arg-type]
    "soft": _misplayed(Note(1.0, 1.0, 60, 64, Eased(0.1, 0))),
    "none": _misplayed(program=128),
    "stop": Score(TempoMap((TempoMark(Fraction(0), 0.0),)), ()),
    "mark": Score(TempoMap.even(120), (), (ScoreMark(float("nan"), "A"),)),
    "text": "C major",
}
