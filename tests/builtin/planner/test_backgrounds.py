"""The beds that nobody asked for: what they are, and where they begin and end."""

from dataclasses import replace
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


def test_what_the_brief_covers_stays_bare_but_for_the_crossing():
    found = beds("rain from 0:07 to 0:09")
    (rain,) = [bed for bed in found if "rain" in bed.prompt]
    before, after, *_ = sorted((bed for bed in found if bed is not rain), key=lambda bed: bed.span)
    assert (before.span.end + rain.span.start) / 2 == 7
    assert (rain.span.end + after.span.start) / 2 == 9
    for one, other in ((before, rain), (rain, after)):
        assert one.fade_out == other.fade_in == one.span.end - other.span.start


ROOM = (Scene(span(0, 30), (0, 1, 2, 3), interior=True),)


def recorded(*silence):
    """A room with quiet production sound, too uneven for an atmosphere, and silent at some times."""
    found = observed(scenes=ROOM, silence=tuple(silence))
    return replace(found, video=replace(found.video, sound=(object(),)), features={"loudness": object()})


def test_no_room_tone_plays_under_production_sound_unasked():
    found = plan("", recorded())
    assert cues(found, "bg") == []
    assert any("--fill" in note for note in found.notes)


def test_room_tone_is_laid_over_shots_without_any_sound():
    found = cues(plan("", recorded(span(5, 12))), "bg")
    assert [bed.prompt for bed in found] == ["room tone of a quiet interior"]
    assert (F(5) - F(1, 25), F(12) + F(1, 25)) == (found[0].span.start, found[0].span.end)
    assert cues(plan("", recorded(span(5, "11.5"))), "bg") == []


@pytest.mark.parametrize("asked", [{"sweeten": True}, {"original": "drop"}, {"original": "guide"}])
def test_room_tone_is_laid_where_it_is_asked_for(asked):
    assert "room tone" in cues(plan("", recorded(), **asked), "bg")[0].prompt
    assert "room tone" in cues(plan("room tone", recorded()), "bg")[0].prompt


def test_other_beds_are_laid_where_the_production_sound_has_no_atmosphere():
    outside = replace(recorded(), scenes=(Scene(span(0, 30), (0, 1, 2, 3), interior=False),))
    assert [bed.span for bed in cues(plan("", outside), "bg")] == [span(0, 30)]
