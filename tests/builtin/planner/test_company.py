"""Backgrounds that a brief wants with music: they are heard as long as that."""

import pytest

from tests.builtin.planner.films import asked_for, plan


def heard(brief):
    return {
        c.prompt: (round(float(c.span.start)), round(float(c.span.end)))
        for c in asked_for(plan(brief))
        if c.kind == "bg"
    }


@pytest.mark.parametrize(
    "brief",
    [
        "A guitar in scene 2, with wind and birds.",
        "A guitar in scene 2 with wind and birds.",
        "In scene 2 a guitar, with strings, with wind and birds",
    ],
)
def test_backgrounds_with_the_music_of_a_scene_keep_to_it(brief):
    assert heard(brief) == {"wind": (12, 30), "birds": (12, 30)}


@pytest.mark.parametrize(
    "brief",
    [
        "piano, with wind and birds",
        "A guitar in scene 2; wind and birds.",
        "A guitar in scene 2, with wind and birds throughout",
    ],
)
def test_backgrounds_of_their_own_time_or_of_no_music_of_a_scene_are_heard_as_before(brief):
    assert heard(brief) == {"wind": (0, 30), "birds": (0, 30)}


@pytest.mark.parametrize(
    "brief",
    [
        "Leave 0:10 to 0:20 without music so that we hear the wind and the birds; before and after it a slow piano.",
        "No music from 0:10 to 0:20 so we can hear the wind and birds. Piano.",
    ],
)
def test_what_a_pause_of_the_music_lets_us_hear_is_heard_there(brief):
    found = {prompt.removeprefix("the "): times for prompt, times in heard(brief).items()}
    assert found == {"wind": (10, 20), "birds": (10, 20)}


def test_what_is_heard_beside_music_without_a_time_is_heard_throughout():
    assert list(heard("Piano, so that we hear the rain").values()) == [(0, 30)]
