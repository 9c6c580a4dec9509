"""What something is to feel like: it describes the music, or the sound that it is said of, and is no sound itself."""

import pytest

from tests.builtin.planner.films import asked_for, plan


@pytest.mark.parametrize(
    ("brief", "prompt"),
    [
        ("it should feel like a heartbeat", "heartbeat, music"),
        ("tense music, should feel like a heartbeat", "tense music, heartbeat"),
        ("The music should feel like a heartbeat", "heartbeat music"),
    ],
)
def test_what_music_feels_like_is_no_sound(brief, prompt):
    assert [(c.kind, c.prompt) for c in asked_for(plan(brief))] == [("mx", prompt)]


@pytest.mark.parametrize(
    ("brief", "kinds"),
    [
        ("the rain should feel like a wall of drums", ["bg"]),
        ("footsteps at 0:10, should feel like thunder", ["fo"]),
        ("a sound like a heartbeat at 0:10", ["fx"]),
    ],
)
def test_what_a_sound_feels_like_makes_no_music(brief, kinds):
    assert [c.kind for c in asked_for(plan(brief))] == kinds
