"""Who plays alone, and what of a chatty brief a composer is told: `only guitar` as it is said, `kind of` not at all."""

import pytest

from tests.builtin.planner.films import asked_for, cues, plan


@pytest.mark.parametrize(
    ("brief", "prompt"),
    [
        ("Only guitar", "only guitar"),
        ("just a piano", "just piano"),
        ("I want only sad guitar from 0:10", "only sad guitar"),
        ("No drums, just strings", "just strings"),
        ("just soft pads", "soft pads"),
        ("just add piano", "piano"),
        ("only in scene 2: piano", "piano"),
        ("just some sad music", "sad music"),
    ],
)
def test_only_and_just_leave_all_others_out(brief, prompt):
    assert [c.prompt.lower() for c in cues(plan(brief), "mx")] == [prompt]


def test_only_says_nothing_of_a_background():
    assert [c.prompt for c in asked_for(plan("only birds"))] == ["birds"]


@pytest.mark.parametrize(
    ("brief", "prompt"),
    [
        ("Bring in something warm and hopeful, maybe a guitar?", "warm and hopeful, guitar"),
        ("maybe some kind of sad piano", "sad piano"),
        ("a sort of jazz, I think", "jazz"),
        ("bring in hopeful strings at 0:10", "hopeful strings"),
        ("sad piano, you know, slow", "sad piano, slow"),
        ("a kind, warm piano", "warm piano"),
    ],
)
def test_chatter_is_no_part_of_a_prompt(brief, prompt):
    assert [c.prompt for c in cues(plan(brief), "mx")] == [prompt]


def test_what_somebody_hates_is_left_out():
    (cue,) = cues(plan("playful pizzicato, I hate xylophone"), "mx")
    assert (cue.prompt, cue.avoid) == ("playful pizzicato", "xylophone")
