"""Briefs in short, by people in a hurry or in a language that is not theirs: nothing of them is lost without a word."""

import pytest

from tests.builtin.planner.films import cues, plan
from v2a.builtin.planner.shorthand import told_plainly


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Sc1 dry, sc. 2 tense", "scene 1 dry, scene 2 tense"),
        ("pad thru scene 1", "pad through scene 1"),
        ("sparse pno, no perc", "sparse piano, no percussion"),
        ("until the second 71, then", "until 1:11, then"),
        ("the second 10 seconds", "the second 10 seconds"),
        ("at the minute 1:00", "at 1:00"),
        ("Silence to 1:05.", "Silence until 1:05."),
        ("0:08 (title)", "0:08 title"),
    ],
)
def test_what_is_said_in_short_is_written_out(said, plain):
    assert told_plainly(said) == plain


@pytest.mark.parametrize(
    ("brief", "pieces"),
    [
        ("mx in 0:08 out 0:21. sparse pno.", {("sparse piano", 8, 21)}),
        ("drums @0:12, hard out 0:21", {("drums", 12, 21)}),
        (
            "mysterious piano 0:00-0:12, epic choir and taikos 0:12-0:25",
            {("mysterious piano", 0, 12), ("epic choir and taikos", 12, 25)},
        ),
        (
            "at the minute 0:12 the music changes for something joyful, before it is melancholic",
            {("melancholic music", 0, 12), ("joyful music", 12, 30)},
        ),
        ("strings 0:05-0:12. Silence to 0:21. Then solo piano", {("strings", 5, 12), ("solo piano", 21, 30)}),
        ("rain for ten seconds, then piano until the end credits at 0:25", {("piano", 10, 25)}),
        (
            "suspense until 0:12, after comes a explosion of the orchestra",
            {("suspense music", 0, 12), ("explosion of the orchestra", 12, 30)},
        ),
        ("the middle should be playful pizzicato", {("playful pizzicato", 10, 20)}),
        (
            "leave 0:10 to 0:20 without music; slow strings",
            {("slow strings", 0, 10), ("slow strings", 20, 30)},
        ),
        (
            "sad music in the begin and from 0:12 more happy, with piano and the violins",
            {("sad music", 0, 12), ("more happy music, piano, violins", 12, 30)},
        ),
    ],
)
def test_such_briefs_are_read(brief, pieces):
    found = plan(brief)
    assert {(c.prompt, c.span.start, c.span.end) for c in cues(found, "mx")} == pieces
    assert not found.unplaced


@pytest.mark.parametrize(
    ("brief", "times"),
    [
        ("tense music. Can we have the music hit right as the car stops at 0:18?", [18]),
        ("full orchestra, rhythmic hits on every cut", [5, 12, 20]),
    ],
)
def test_such_hits_are_the_musics(brief, times):
    found = plan(brief)
    assert [h.time for h in found.hits] == times
    assert not [c for c in cues(found, "fx") if c.why.startswith("brief")]
