from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import moment, observed, plan, span
from v2a.model import Scene, Shot

TAGGED = Scene(span(0, 30), (0,), interior=False, tags=("street",))
INSIDE = Scene(span(0, 30), (0,), interior=True)


def spot(scene, size=None, brief="", kinds=("fo", "fx")):
    """The cue of one moment in a shot of that size."""
    seen = replace(
        observed(moments=(moment(F(10), "impact", 0.8, x=0.9),), scenes=(scene,)),
        shots=(Shot(span(0, 30), "start", size=size),),
    )
    return plan(brief, seen, kinds=kinds).cues[0]


@pytest.mark.parametrize(("scene", "room"), [(TAGGED, "street"), (INSIDE, "small")])
def test_a_sound_is_in_the_room_of_its_scene(scene, room):
    assert spot(scene).room == room


def test_nothing_is_heard_around_a_sound_that_may_be_anywhere():
    cue = spot(Scene(span(0, 30), (0,)))
    assert (cue.room, cue.distance) == ("", 1.0)


@pytest.mark.parametrize(
    ("size", "trim", "metres"), [("close", 0, 0.5), ("medium", -2, 1.0), ("wide", -5, 2.5)]
)
def test_a_sound_is_as_far_away_as_the_shot_is_wide(size, trim, metres):
    cue = spot(INSIDE, size)
    assert cue.distance == metres
    assert cue.gain == pytest.approx(spot(INSIDE).gain + trim)


def test_what_the_brief_asks_for_is_in_the_room_too():
    assert spot(INSIDE, "wide", "a hammer at 5 s").room == "small"


def test_backgrounds_and_music_are_in_no_room():
    seen = replace(observed(scenes=(INSIDE,)), shots=(Shot(span(0, 30), "start", size="wide"),))
    found = plan("rain, sad piano", seen, kinds=("bg", "mx")).cues
    assert found and {(c.room, c.distance) for c in found} == {("", 1.0)}


def test_footsteps_stay_in_the_centre():
    seen = observed(moments=tuple(moment(F(5) + n * F(1, 2), "contact", x=0.9) for n in range(5)))
    assert {c.pan for c in plan("", seen, kinds=("fo",)).cues} == {0.0}
    walk = plan("a man walks on grass", seen, kinds=("fo",)).cues
    assert walk and {c.pan for c in walk if not c.suggested} == {0.0}
    assert {c.pan for c in plan("footsteps on gravel", seen, kinds=("fo",)).cues if not c.suggested} == {0.0}


@pytest.mark.parametrize(
    ("brief", "room"),
    [
        ("footsteps in a church at 5 s", "church"),
        ("a door slams in a large hall at 5 s", "hall"),
        ("a hammer in a small room at 5 s", "small"),
        ("a car passes down the street at 5 s", "street"),
        ("church. a door slams at 5 s", "church"),
        ("a ball hits the garage door at 5 s", ""),
        ("a ball hits the car at 5 s", ""),
    ],
)
def test_a_sound_is_in_the_room_that_the_brief_names(brief, room):
    found = plan(
        brief, observed(moments=(), scenes=(Scene(span(0, 30), (0,)),)), kinds=("fo", "fx", "bg")
    ).cues
    assert {c.room for c in found if c.kind != "bg"} == {room}


def test_the_brief_goes_before_the_picture():
    assert spot(INSIDE, brief="a hammer in a church at 5 s").room == "church"
