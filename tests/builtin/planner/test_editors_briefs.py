"""Briefs for music as film editors write them: where each piece plays, what a composer reads of it, and what it lands on."""

import tomllib
from fractions import Fraction as F
from pathlib import Path

import pytest

from tests.builtin.planner.films import asked_for, cues, moment, observed, plan, shots, span
from v2a.model import Scene
from v2a_composer.writing.reading import read

BRIEFS = tomllib.loads(Path(__file__).with_name("editors_briefs.toml").read_text("utf-8"))
FRAME, FADE = 0.021, F(31, 10)


def seen():
    """The film of the briefs."""
    scenes = (
        Scene(span(0, 24), (0, 1, 2)),
        Scene(span(24, 60), (3, 4, 5, 6)),
        Scene(span(60, 88), (7, 8, 9)),
    )
    moments = (moment(12.1), moment(31), moment(45, "start"), moment(65, "contact"))
    return observed(88, shots=shots(0, 8, 16, 24, 33, 42, 51, 60, 70, 80, 88), scenes=scenes, moments=moments)


def heard(cue, start, end, text, *avoid):
    """Whether a cue is the piece that is wanted."""
    wanted, got = read(text, ", ".join(avoid)), read(cue.prompt, cue.avoid)
    reads = all(getattr(wanted, name) == getattr(got, name) for name in ("mood", "genre", "key", "arc"))
    there = abs(cue.span.start - F(str(start))) <= F(1, 10) and abs(cue.span.end - F(str(end))) <= FADE
    return reads and there and set(filter(None, cue.avoid.split(", "))) == set(avoid)


def lands(time, wanted):
    low, high = wanted if isinstance(wanted, list) else (wanted - FRAME, wanted + FRAME)
    return low <= time <= high


def understood(brief, music, hits=(), tempo="", others=()):
    """Whether a brief becomes what is expected of it, and nothing else."""
    found = plan(brief, seen())
    pieces, marks = sorted(cues(found, "mx"), key=lambda c: c.span), [float(h.time) for h in found.hits]
    return (
        len(pieces) == len(music)
        and all(heard(cue, *wanted) for cue, wanted in zip(pieces, music))
        and (not tempo or tempo in {cue.tempo for cue in pieces})
        and len(marks) == len(hits)
        and all(map(lands, marks, hits))
        and not found.unplaced
        and {c.kind for c in asked_for(found)} - {"mx"} == set(others)
    )


@pytest.mark.parametrize(
    ("part", "count", "least"),
    [("tuning", 40, 39), ("second", 20, 18), ("third", 20, 19), ("held_out", 20, 19), ("people", 25, 12)],
)
def test_briefs_as_film_editors_write_them(part, count, least):
    lost = [row["brief"] for row in BRIEFS[part] if not understood(**row)]
    assert len(BRIEFS[part]) == count
    assert count - len(lost) >= least, lost
