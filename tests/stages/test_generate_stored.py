"""What the generate stage finds again, and what it makes again."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from tests.scores import scored
from tests.stages.making import cue, samples
from v2a.media import sheets
from v2a.model import (
    Observations,
    Progress,
    Shot,
    Span,
)
from v2a.testing import film


def test_stored_takes_are_found_again_and_nothing_runs(table):
    cues = (cue("a", "beep", generator="sine"), cue("b", "step", "fo"))
    first = table.run(*cues)
    again = table.run(*cues)
    assert again == first
    assert not table.counted
    progress = [e for e in table.events if isinstance(e, Progress)]
    assert progress[-1].done == progress[-1].total == 2


def test_an_edit_makes_just_that_cue_again(table):
    cues = [cue(f"c{n}", "step", "fo", n, n + 1.0) for n in range(5)]
    table.run(*cues)
    edited = replace(cues[2], prompt="another step")
    made = table.run(*cues[:2], edited, *cues[3:])
    assert table.counted == [("generator", "mono", 1)]
    assert made.takes[2].prompt == "another step"
    kept = replace(edited, gain=-6.0, pan=0.5, nudge=3, fade_in=Fraction(1), locked=True, why="because")
    table.run(*cues[:2], kept, *cues[3:])
    assert not table.counted


def test_what_happens_elsewhere_in_the_film_changes_nothing(table):
    film_ = film(60)
    shots = (Shot(Span(Fraction(0), Fraction(10))), Shot(Span(Fraction(10), Fraction(60))))
    more = (shots[0], Shot(Span(Fraction(10), Fraction(30))), Shot(Span(Fraction(30), Fraction(60))))
    wanted = cue("a", "step", "fo", 2.0, 3.0)
    table.run(wanted, seen=Observations(film_, shots=shots))
    table.run(wanted, seen=Observations(replace(film_, path="/elsewhere/film.mp4"), shots=more))
    assert not table.counted


def test_a_lost_file_is_made_again(table):
    (take,) = table.run(cue("b", "step", "fo")).takes
    Path(take.sound.path).unlink()
    assert table.run(cue("b", "step", "fo")).takes == (take,)
    assert table.counted == [("generator", "mono", 1)]


def test_a_chosen_take_is_handed_on_and_nothing_runs_for_it(table):
    first, second = table.run(cue("c", "rain", "bg"), candidates=2).takes
    made = table.run(cue("c", "snow", "bg", take=second.id), cue("m", "x", muted=True), chosen={"c": second})
    assert made.takes == (second,)
    assert not table.counted
    assert first != second


def test_candidates_have_seeds_of_their_own(table):
    made = table.run(cue("c", "rain", "bg"), candidates=3)
    assert [t.candidate for t in made.takes] == [0, 1, 2]
    assert len({t.seed for t in made.takes}) == 3
    assert len({t.id for t in made.takes}) == 3
    assert not np.array_equal(samples(made.takes[0]), samples(made.takes[1]))
    assert table.run(cue("c", "rain", "bg")).takes == made.takes[:1]


def test_the_notes_of_a_take_lie_in_the_store_and_are_found_again(table):
    wanted = cue("m", "score 40", "fx", generator="trouble")
    (take,) = table.run(wanted).takes
    assert sheets.read(take.sheet) == scored(40)
    assert Path(take.sheet).is_relative_to(table.store.root)
    assert table.run(wanted).takes == (take,) and not table.counted
    Path(take.sheet).unlink()
    assert table.run(wanted).takes == (take,) and table.counted == [("generator", "trouble", 1)]
    assert not list(table.store.scratch_folder.glob("*.json"))


def test_a_take_without_notes_names_no_file(table):
    (take,) = table.run(cue("b", "step", "fo")).takes
    assert take.sheet == ""
