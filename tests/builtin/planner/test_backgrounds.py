"""The beds that nobody asked for: what they are, and where they begin and end."""

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import cues, observed, plan, shots, span
from v2a.model import Atmosphere, Scene


def beds(brief="", **seen):
    return cues(plan(brief, observed(**seen)), "bg")


@pytest.mark.parametrize("interior", [None, False])
def test_what_is_no_room_gets_no_room_tone(interior):
    found = beds(scenes=(Scene(span(0, 30), (0, 1, 2, 3), interior=interior),))
    assert len(found) == 1
    assert not {"room", "hum", "interior"} & set(found[0].prompt.replace(",", "").split())


def test_an_unknown_place_is_softer_than_a_known_one():
    unknown = beds(scenes=(Scene(span(0, 30), (0, 1, 2, 3)),))
    inside = beds(scenes=(Scene(span(0, 30), (0, 1, 2, 3), interior=True),))
    assert "room tone" in inside[0].prompt
    assert unknown[0].gain < inside[0].gain - 6


def test_a_bed_begins_with_its_shot_where_an_atmosphere_ends_inside_it():
    late = Atmosphere(span(0, 22), -40.0)
    assert [bed.span.start for bed in beds(atmosphere=(late,))] == [F(20) - F(1, 25)]
    early = Atmosphere(span(22, 30), -40.0)
    assert [bed.span.end for bed in beds(atmosphere=(early,))] == [F(20) + F(1, 25)]


def test_a_shot_that_is_mostly_covered_gets_no_bed():
    seen = {"shots": shots(0, 10), "scenes": (Scene(span(0, 10), (0,), interior=True),), "moments": ()}
    assert beds(seconds=10, atmosphere=(Atmosphere(span(0, "8.8"), -46.0),), **seen) == []
    [bed] = beds(seconds=10, atmosphere=(Atmosphere(span(0, "1.2"), -46.0),), **seen)
    assert bed.span == span(0, 10)


def test_what_the_brief_covers_stays_bare_to_the_frame():
    found = beds("rain from 0:07 to 0:09")
    assert [bed.span.start for bed in found if "rain" not in bed.prompt] == [0, 9]
