"""Drones and beds in a brief: music where they have its mood or its players beside them, else what is heard behind all."""

import pytest

from tests.builtin.planner.films import asked_for, cues, plan, span


@pytest.mark.parametrize(
    ("brief", "prompt"),
    [
        ("0:05-0:20 low drones, tense.", "low drones tense"),
        ("low drones and strings from 0:05 to 0:20", "low drones and strings"),
        ("piano with a low rumble from 0:05 to 0:20", "piano with low rumble"),
    ],
)
def test_drones_beside_a_mood_or_a_player_are_music(brief, prompt):
    found = plan(brief)
    assert [(c.prompt, c.span) for c in cues(found, "mx")] == [(prompt, span(5, 20))]
    assert {c.kind for c in asked_for(found)} == {"mx"}


@pytest.mark.parametrize(
    "brief",
    ["drone of an engine, tense", "tense drone of an engine", "a drone flies by, tense", "fridge hum, tense"],
)
def test_drones_of_something_are_no_music(brief):
    kinds = {c.kind for c in asked_for(plan(brief))}
    assert "bg" in kinds
    assert "mx" not in kinds


@pytest.mark.parametrize(
    "prompt",
    ["Dark industrial bed", "tense bed", "warm bed under the dialogue", "ambient bed", "sparse rock bed"],
)
def test_a_bed_with_a_mood_or_a_genre_is_music(prompt):
    found = plan(f"{prompt} from 0:05 to 0:20")
    assert [(c.prompt, c.span) for c in asked_for(found) if c.kind == "mx"] == [(prompt, span(5, 20))]
    assert {c.kind for c in asked_for(found)} == {"mx"}


@pytest.mark.parametrize(
    "brief", ["bed of rain", "a dark bed of rain", "a dark rain bed", "a bed creaks at 0:10"]
)
def test_beds_of_what_sounds_are_no_music(brief):
    assert "mx" not in {c.kind for c in asked_for(plan(brief))}
