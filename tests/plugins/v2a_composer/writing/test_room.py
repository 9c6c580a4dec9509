"""Room for hits: loud music breathes before them and comes back below; soft music and music under speech go on."""

from dataclasses import replace
from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import notes, planned
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.plans import Quiet
from v2a_composer.writing.room import settled
from v2a_composer.writing.scoring import compose
from v2a_composer.writing.sheet import Line, Sheet
from v2a_composer.writing.staging import Part

EVEN = v2a.TempoMap.even(96)
BEAT = 60
TIME = float(EVEN.time(BEAT))


def marked(prompt, seconds=70, kind="mark", **more):
    hits = (v2a.Hit(EVEN.time(BEAT), 10.0, kind),)
    return replace(planned(prompt, seconds), tempo=EVEN, hits=hits, **more)


def held(score, time):
    """How many held notes sound at a time; the runs into hits are struck or short."""
    return sum(n.time <= time < n.time + n.length and n.length > 0.2 for n in notes(score))


@pytest.mark.parametrize("prompt", ["epic", "action", "triumphant"])
def test_a_tutti_breathes_before_a_mark_for_half_a_beat(prompt):
    plan = marked(prompt)
    score, plain = compose(plan), compose(replace(plan, hits=()))
    assert held(plain, TIME - 0.2) >= 5
    assert held(score, TIME - 0.5) >= 5
    assert held(score, TIME - 0.2) <= 1


def test_what_was_held_comes_back_with_the_hit_and_softer():
    plan = marked("epic")
    score, plain = compose(plan), compose(replace(plan, hits=()))

    def carried(score):
        return [n for n in notes(score) if abs(n.time - TIME) < 0.03 and n.length > 0.3 and n.pitch > 36]

    back, before = carried(score), carried(plain)
    assert len(back) >= 5
    assert max(n.velocity for n in back if n.length > 1.5) < 0.8 * max(n.velocity for n in before)


@pytest.mark.parametrize("prompt", ["calm", "sad", "warm", "nostalgic"])
def test_soft_music_has_no_gap(prompt):
    plan = marked(prompt)
    score, plain = compose(plan), compose(replace(plan, hits=()))
    for before in (0.3, 0.2, 0.1, 0.05):
        assert held(score, TIME - before) >= min(2, held(plain, TIME - before))


@pytest.mark.parametrize("prompt", ["epic", "action"])
def test_there_is_no_hole_under_speech(prompt):
    score = compose(marked(prompt, quiet=(Quiet(TIME - 6, TIME + 6),)))
    assert all(held(score, TIME - before / 20) for before in range(1, 40))


def test_only_marks_and_the_strongest_moments_interrupt_the_music():
    weights = (1.5, 6.0)
    beats = (BEAT, BEAT + 9)
    hits = tuple(v2a.Hit(EVEN.time(b), w, "moment") for b, w in zip(beats, weights))
    score = compose(replace(planned("epic", 70), tempo=EVEN, hits=hits))
    weak, strong = (held(score, float(EVEN.time(b)) - 0.2) for b in beats)
    assert weak >= 3 > strong


def test_loud_music_settles_under_the_ceiling_and_soft_music_is_left_alone():
    chair = CHAIRS["violins1"]

    def lines(velocity, count):
        held = [v2a.Note(n * 1.0, 1.0, 60 + k, velocity) for n in range(20) for k in range(count)]
        return [Line(Part(chair, "choir", ()), held)]

    assert settled(lines(60, 6)) == lines(60, 6)
    loud = Sheet(settled(lines(120, 9)))
    assert loud.power(5, 15) == pytest.approx(2.0, rel=0.1)
    assert settled([]) == []


def test_two_marks_close_by_are_both_sounded():
    hits = tuple(v2a.Hit(EVEN.time(Fraction(b)), 10.0, "mark") for b in (60, 61, Fraction(125, 2)))
    score = compose(replace(planned("epic", 70), tempo=EVEN, hits=hits))
    for hit in hits:
        assert sum(abs(n.time - float(hit.time)) < 0.03 for n in notes(score)) >= 10
    assert all(n.length > 0 for n in notes(score))
