"""Who plays alone: `only guitar` and `just a piano` reach the composer as they are said."""

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
