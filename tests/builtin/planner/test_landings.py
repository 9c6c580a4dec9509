"""Where a brief wants music to land: hit points of the spotting list, with their weight and their name."""

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import asked_for, cues, observed, plan, span
from v2a.model import Hit


def hits(found):
    return [(float(hit.time), hit.name) for hit in found.hits]


@pytest.mark.parametrize(
    ("brief", "wanted"),
    [
        ("a mark at 0:04", [(4, "")]),
        ("hit at 0:12.5", [(12.5, "")]),
        ("Hit 0:08", [(8, "")]),
        ("hit point at 0:08", [(8, "")]),
        ("sync points: 0:08, 0:16", [(8, ""), (16, "")]),
        ("land on 0:21", [(21, "")]),
        ("accent the door slam at 0:08", [(8, "door slam")]),
        ("accent the door slam at 0:08 and the fall at 0:12.1", [(8, "door slam"), (12.1, "fall")]),
        ("punctuate the punch at 0:12", [(12, "punch")]),
        ("music should hit at 0:04 and 0:09", [(4, ""), (9, "")]),
        ("the score must land on 0:21", [(21, "")]),
        ("music hits at 01:00:12:13", [(12.52, "")]),
        ("accents at frame 100 and frame 125", [(4, ""), (5, "")]),
        ("accent frames 100, 125 and 150", [(4, ""), (5, ""), (6, "")]),
        ("hit at 50%", [(15, "")]),
        ("hit at the end of scene 1", [(12, "")]),
        ("land on the second scene, tense music", [(12, "")]),
        ("a mark at 0:04, another at 0:12.5", [(4, ""), (12.5, "")]),
        ("hits: 0:04 logo, 0:09 title card, 0:15 door slam", [(4, "logo"), (9, "title card"), (15, "door slam")]),
        ("Hits:\n0:04 logo\n0:09 title", [(4, "logo"), (9, "title")]),
        ("tense music with a stinger at 0:12", [(12, "stinger")]),
        ("the strings swell at 0:21", [(21, "swell")]),
        ("big drop at 0:12, edm", [(12, "drop")]),
        ("music should hit every cut", [(5, ""), (12, ""), (20, "")]),
        ("hit the cuts", [(5, ""), (12, ""), (20, "")]),
        ("Cinematic piano, every cut on the beat", [(5, ""), (12, ""), (20, "")]),
        ("hits on the cuts at 0:05 and 0:12, techno", [(5, ""), (12, "")]),
    ],
)  # fmt: skip
def test_what_is_to_land_is_a_hit_point_and_no_sound(brief, wanted):
    found = plan(brief)
    assert hits(found) == wanted
    assert {c.kind for c in asked_for(found)} <= {"mx"}
    assert not found.unplaced
    assert {hit.kind for hit in found.hits} == {"mark"}


@pytest.mark.parametrize(
    "brief",
    [
        "metal hit at 0:12",
        "sound design: deep hits at 0:10 and 0:20",
        "hit on metal at 0:12",
        "he hits the table at 0:12",
        "a ball hits the garage door at 5 s",
        "drum hit at 0:08",
        "sword hits at 0:04 and 0:09",
        "she lands on the floor at 0:08",
        "water drop at 0:10",
        "keys drop at 0:12, sad piano",
        "hit",
        "tennis ball hits",
        "match strike at 0:08",
        "button at 0:08",
    ],
)
def test_what_hits_in_the_picture_stays_a_sound(brief):
    found = plan(brief)
    assert not found.hits
    assert {"fo", "fx"} & {c.kind for c in asked_for(found)}


def test_marks_are_as_heavy_as_they_are_said_to_be():
    found = plan("epic music, big hits at 0:04 and 0:09, a soft accent at 0:20, a mark at 0:25")
    assert found.hits == (
        Hit(F(4), 25.0), Hit(F(9), 25.0), Hit(F(20), 4.0), Hit(F(25), 10.0),
    )  # fmt: skip
    assert [c.gain for c in cues(found, "mx")] == [0]


def test_the_heaviest_of_two_at_one_time_is_kept():
    assert plan("hit at 0:04, tense music. A big hit at 0:04").hits == (Hit(F(4), 25.0),)


@pytest.mark.parametrize(
    ("brief", "why"),
    [
        ("mark at 0:99, tense music", "that is outside the film, which ends at 0:30"),
        ("hit from 0:10 to 0:20, tense music", "a hit is at one time; write it, such as 'hit at 0:12'"),
        ("hit the explosion, epic music", "nothing tells when that is; write a time, such as 'hit at 0:12'"),
        ("no music, hit at 0:12", "there is no music to land there"),
    ],
)
def test_a_hit_that_cannot_be_placed_is_said(brief, why):
    found = plan(brief)
    assert [each.why for each in found.unplaced] == [why]
    assert not found.hits


def test_a_hit_outside_the_part_that_is_spotted_is_said():
    found = plan("tense music, hit at 0:12", span=span(0, 10))
    assert [each.why for each in found.unplaced] == ["it lies outside the part of the film that is spotted"]


def test_a_hit_where_no_music_plays_is_noted():
    found = plan("tense music until 0:10, hit at 0:20")
    assert hits(found) == [(20, "")]
    assert "No music plays at 0:20, where the brief wants a hit." in found.notes


@pytest.mark.parametrize(
    "brief",
    [
        "epic music, ends on a hit at 0:21",
        "epic music, end with a button at 0:21",
        "epic music, button ending on 0:21",
        "epic music. The music ends at 0:21 with a hit",
        "epic music, ending on a chord at 0:21",
    ],
)
def test_music_that_ends_on_a_hit_has_room_to_ring(brief):
    found = plan(brief)
    (cue,) = cues(found, "mx")
    assert (cue.prompt, cue.span) == ("epic music", span(0, 24))
    assert [time for time, _ in hits(found)] == [21]
    assert not found.unplaced and not asked_for(found)[1:]


def test_music_that_ends_on_what_is_seen_lands_there():
    found = plan("finish on the logo at 0:21, epic")
    assert hits(found) == [(21, "logo")]
    assert [c.span for c in cues(found, "mx")] == [span(0, 24)]


@pytest.mark.parametrize(("borders", "time"), [((0, 12, 26, 30), 26), ((0, 12, 20, 30), 27)])
def test_without_a_time_it_ends_on_the_last_cut_that_leaves_it_room_or_before_its_end(borders, time):
    from tests.builtin.planner.films import shots

    found = plan("epic music that ends on a hit", observed(shots=shots(*borders)))
    assert hits(found) == [(time, "")]
    assert any(f"ends on a hit at 0:{time}" in note for note in found.notes)


@pytest.mark.parametrize(
    ("brief", "wanted"),
    [
        ("epic music, hit at 0:12, ends on a hit", [12, 27]),
        ("epic music, hit at 0:28, ends on a hit", [28, 29]),
        ("epic music, hits at 0:04 and 0:27, ends on a hit", [4, 27, 28.5]),
    ],
)
def test_the_hit_at_the_end_comes_behind_those_that_were_asked_for(brief, wanted):
    assert [float(hit.time) for hit in plan(brief, observed()).hits] == wanted


def test_other_sounds_keep_their_place_in_the_sentence():
    found = plan("piano. Hit at 0:12 and rain, bell at 0:20")
    assert hits(found) == [(12, "")]
    assert {(c.kind, c.prompt) for c in asked_for(found)} == {("mx", "piano"), ("bg", "rain"), ("fx", "bell")}


def test_music_that_comes_then_comes_with_the_hit():
    found = plan("hopeful strings, hit at 0:12, then gentle until the end")
    assert [(c.span.start, c.prompt) for c in cues(found, "mx")] == [
        (0, "hopeful strings"),
        (12, "gentle music"),
    ]
