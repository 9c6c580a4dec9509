"""Backgrounds that come, go and give way to others, as a brief says it."""

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import asked_for, cues, observed, plan


def beds(brief, seconds=60):
    """Prompt, in, out and fades in seconds of each background of a film of one minute."""
    found = cues(plan(brief, observed(seconds)), "bg")
    return [
        (c.prompt, *map(float, (c.span.start, c.span.end, c.fade_in, c.fade_out)))
        for c in found
        if "still air" not in c.prompt
    ]


@pytest.mark.parametrize(
    ("brief", "fade"),
    [
        ("rain that stops at 0:20", 3),
        ("the rain stops gradually at 0:20", 8),
        ("rain ends at 0:20", 3),
        ("rain, it fades away between 0:10 and 0:20", 10),
    ],
)
def test_what_stops_is_gone_by_then(brief, fade):
    [(_, start, end, _, out)] = beds(brief)
    assert (start, end, out) == (0, 20, fade)


@pytest.mark.parametrize(
    ("brief", "fade"), [("rain begins at 0:20", 3), ("the rain slowly sets in at 0:20", 8)]
)
def test_what_begins_comes_from_then_on(brief, fade):
    assert beds(brief) == [("rain", 20, 60, fade, 0.5)]


def test_what_comes_and_goes_does_both():
    assert beds("rain starts at 0:10 and stops at 0:40") == [("rain", 10, 40, 3, 3)]


@pytest.mark.parametrize(
    ("brief", "old", "new", "length"),
    [
        ("light rain that turns into a storm at 0:30", "light rain", "storm, rain", 3),
        ("birds slowly give way to crickets at 0:30", "birds", "crickets", 8),
        ("dusk falls at 0:30", "birds", "crickets", 12),
        ("dusk falls at 0:30: birds give way to crickets", "birds", "crickets", 12),
        ("day breaks at 0:30", "crickets", "birds", 12),
        ("birds until 0:30, then crickets", "birds", "crickets", 3),
        ("birds until 0:30, then crickets until the end", "birds", "crickets", 3),
    ],
)
def test_one_background_gives_way_to_another(brief, old, new, length):
    """Half of the change lies before the time that is named, and both fades are as long as it."""
    half = length / 2
    assert beds(brief) == [(old, 0, 30 + half, 0.25, length), (new, 30 - half, 60, length, 0.5)]


def test_nothing_is_bare_while_a_background_goes():
    found = cues(plan("rain that stops at 0:20", observed(60)), "bg")
    rain, air = sorted(found, key=lambda c: c.span.start)
    assert (air.span.start, air.fade_in) == (rain.span.end - rain.fade_out, rain.fade_out)


@pytest.mark.parametrize(
    ("brief", "out"), [("rain that slowly stops", 60), ("it stops raining in the first 30 seconds", 30)]
)
def test_without_a_time_it_goes_in_the_course_of_the_film(brief, out):
    [(_, start, end, _, fade)] = beds(brief)
    assert (start, end) == (0, out)
    assert fade >= 3


@pytest.mark.parametrize(
    ("brief", "begin", "length"),
    [("wind that picks up from 0:10 to 0:30", 10, 20), ("the wind gets stronger at 0:20", 20, 10)],
)
def test_what_grows_is_there_before(brief, begin, length):
    assert beds(brief) == [("wind", 0, 60, 0.25, 0.5), ("strong wind", begin, 60, length, 0.5)]


@pytest.mark.parametrize(
    ("brief", "trend"),
    [
        ("the rain becomes heavier at 0:20", "up"),
        ("rain gets heavier from 0:20 to 0:30", "up"),
        ("the wind drops at 0:20", "down"),
        ("the rain eases off at 0:20", "down"),
        ("a storm that calms down from 0:20 to 0:30", "down"),
    ],
)
def test_what_grows_or_eases_is_there_all_along(brief, trend):
    """The stronger one of two swells from then on, or is gone by then."""
    soft, strong = sorted(beds(brief), key=lambda bed: bed[0].startswith("strong"))
    assert soft[1:3] == (0, 60)
    assert strong[1:4:2] == (20, 10) if trend == "up" else strong[2:5:2] == (30, 10)


def test_what_falls_silent_goes():
    assert beds("the crowd falls silent at 0:20") == [("crowd", 0, 20, 0.25, 3)]


def test_what_stops_may_start_again():
    first, second = beds("the rain stops at 0:20 and starts again at 0:30")
    assert (first[0], second[0]) == ("rain", "rain")
    assert first[1:] == (0, 20, 0.25, 3)
    assert second[1:] == (30, 60, 3, 0.5)


def test_one_end_of_a_stretch_may_be_slow():
    [(_, start, end, into, out)] = beds("rain from 0:10, stops at 0:20")
    assert (start, end, out) == (9.875, 20, 3)
    assert into < 0.5


def test_what_would_stop_after_the_film_does_not_stop():
    [(_, start, end, _, out)] = beds("rain that stops at 1:10")
    assert (start, end, out) == (0, 60, 0.5)


def test_picking_something_up_is_still_a_sound():
    found = asked_for(plan("she picks up a cup at 0:03", observed(60)))
    assert [(c.kind, c.sync) for c in found] == [("fo", F(3))]


@pytest.mark.parametrize(
    "brief", ["a bell at the end", "the start of rain", "stop", "dusk", "turns into rain"]
)
def test_odd_words_do_no_harm(brief):
    assert plan(brief, observed(60)).cues


def test_a_change_outside_the_film_is_said():
    assert "outside the film" in plan("night falls at 1:30", observed(60)).unplaced[0].why
