"""What a music service is asked for: every mark of the user that there is room for."""

from fractions import Fraction as F

import pytest

from v2a.api.briefs import Landmark, prompt
from v2a.model import Cue, Span, TempoMap
from v2a.stages.arranging.marks import strong

CUE = Cue("1M1", "mx", Span(F(0), F(60)), "sad piano")


def landmark(time, weight, kind="cut"):
    return Landmark(F(time), weight, kind, "", 1, 1, 0.0)


def asked(*hits, limit=200):
    return prompt(CUE, 96.0, TempoMap.even(96), hits, limit)


def test_every_mark_of_the_user_is_named():
    hits = [landmark(t, w, "mark") for t, w in ((10, 10), (20, 25), (31, 10), (42, 10), (53, 3))]
    assert asked(*hits, landmark(5, 40)).endswith("changes at 0:10, 0:20, 0:31, 0:42, 0:53")


def test_the_heaviest_marks_stay_where_room_is_short():
    said = asked(landmark(10, 10, "mark"), landmark(20, 25, "mark"), landmark(31, 12, "mark"), limit=105)
    assert said.endswith("changes at 0:20, 0:31") and len(said) <= 105


def test_without_marks_the_three_strongest_are_named():
    hits = [landmark(10 * n, w) for n, w in enumerate((4, 9, 5, 6, 8), 1)]
    assert asked(*hits).endswith("changes at 0:20, 0:40, 0:50")


def test_music_is_not_asked_to_change_at_plain_cuts():
    assert "changes" not in asked(*(landmark(5 * n, 0.99) for n in range(1, 10)))
    assert asked(landmark(5, 1.0), landmark(30, 2.0, "scene"), landmark(31, 1.0)).endswith("changes at 0:30")


def test_music_is_not_asked_to_change_as_it_begins_or_ends():
    hits = [landmark(t, 10, "mark") for t in (F(1, 2), 30, F("59.99"))]
    assert asked(*hits).endswith("changes at 0:30")


@pytest.mark.parametrize("limit", [40, 80, 200])
def test_no_prompt_is_longer_than_is_asked_for(limit):
    assert len(asked(*(landmark(5 * n, 10, "mark") for n in range(1, 12)), limit=limit)) <= limit


def test_marks_matter_else_what_weighs_half_of_the_heaviest():
    cuts = [landmark(1, 2), landmark(2, 8), landmark(3, 4)]
    assert [p.time for p in strong(cuts)] == [2, 3]
    mark = landmark(4, 1, "mark")
    assert strong([*cuts, mark]) == (mark,) and strong(()) == ()
