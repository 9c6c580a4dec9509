"""Sentences in words that nobody knows: what is said in them in figures stays with them, and is told."""

import pytest

from tests.builtin.planner.films import cues, plan


@pytest.mark.parametrize(
    "brief",
    [
        "Cue A 0:00-0:10 blorp, 110bpm. Cue B 0:10-0:20 strings.",
        "piano from 0:00 to 0:05. 110bpm blorp from 0:05 to 0:10. strings from 0:12",
    ],
)
def test_a_tempo_in_a_sentence_that_is_not_placed_reaches_no_other_music(brief):
    found = plan(brief)
    assert {c.tempo for c in cues(found, "mx")} == {""}
    assert [u.text for u in found.unplaced][-1] == "110bpm"


@pytest.mark.parametrize("brief", ["blorp. 120 bpm. Piano.", "blorp, piano, 120 bpm", "120 bpm. Piano."])
def test_a_tempo_of_its_own_sentence_holds_for_the_music_beside_it(brief):
    assert [c.tempo for c in cues(plan(brief), "mx")] == ["120"]
