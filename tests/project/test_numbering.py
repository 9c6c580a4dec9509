"""What new cues are called, in a film alone and in the reels of a programme."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.project.lists import PLAN, VIDEO, change, cue, read, spotted
from v2a.interfaces import Plan
from v2a.project import Numbering, Project
from v2a.project.numbering import Counted, Reel, reel_numbers

MUSIC = Plan(
    (cue(30, 40, "warm strings", "mx"), cue(0, 20, "tense strings", "mx"), cue(45, 60, "brass", "mx"))
)


def ids(folder):
    return [c.id for c in read(folder).cues]


def test_music_is_numbered_in_order_of_time(folder):
    assert [(c.id, c.prompt) for c in spotted(folder, MUSIC).cues] == [
        ("1M1", "tense strings"),
        ("1M2", "warm strings"),
        ("1M3", "brass"),
    ]


def test_music_that_comes_later_gets_the_next_number_and_none_is_used_twice(folder):
    spotted(folder, MUSIC)
    assert [c.id for c in spotted(folder, Plan((*MUSIC.cues, cue(22, 24, "sting", "mx")))).cues] == [
        "1M1",
        "1M4",
        "1M2",
        "1M3",
    ]
    with Project.open(folder, VIDEO) as project:
        project.remove("1M4")
    spotted(folder, Plan((*MUSIC.cues, cue(42, 44, "harp", "mx"))))
    assert ids(folder) == ["1M1", "1M2", "1M5", "1M3"]


def test_a_cue_that_the_user_writes_without_an_id_gets_a_number(folder):
    spotted(folder, MUSIC)
    path = folder / "spotting.toml"
    written = path.read_text(encoding="utf-8")
    path.write_text(
        written + '\n[[cue]]\nkind = "mx"\nin = 55\nout = 58\nprompt = "bells"\n', encoding="utf-8"
    )
    assert ids(folder)[-1] == "1M4"


def test_what_a_list_called_its_music_before_it_keeps(folder):
    spotted(folder, MUSIC)
    for number in (1, 2, 3):
        change(folder, f'id = "1M{number}"', f'id = "mx{number}"')
    assert ids(folder) == ["mx1", "mx2", "mx3"]
    spotted(folder, Plan((*MUSIC.cues, cue(22, 24, "sting", "mx"))))
    assert set(ids(folder)) >= {"mx1", "mx2", "mx3"}
    assert len(set(ids(folder))) == 4


def test_an_id_in_small_letters_counts_too(folder):
    spotted(folder, MUSIC)
    change(folder, 'id = "1M3"', 'id = "1m7"')
    spotted(folder, Plan((*MUSIC.cues, cue(22, 24, "sting", "mx"))))
    assert "1M8" in ids(folder)


@pytest.mark.parametrize(("name", "first"), [("harbour_R3.mov", "3M1"), ("harbour.mov", "1M1")])
def test_the_films_name_says_which_reel_it_is(folder, name, first):
    with Project.open(folder, replace(VIDEO, path=f"/films/{name}")) as project:
        assert project.respot(MUSIC).cues[0].id == first


def test_a_film_stays_the_reel_that_it_was_scored_as(folder):
    with Project.open(folder, VIDEO) as project:
        project.respot(MUSIC, numbering=Numbering(2))
    spotted(folder, Plan((*MUSIC.cues, cue(22, 24, "sting", "mx"))))
    assert ids(folder) == ["2M1", "2M4", "2M2", "2M3"]


def test_music_that_comes_over_from_an_earlier_reel_keeps_its_number(folder):
    over = replace(MUSIC.cues[1], seed=99)
    numbering = Numbering(2, {(99, "tense strings"): "1M4", (99, "brass"): "1M5"})
    with Project.open(folder, VIDEO) as project:
        project.respot(Plan((MUSIC.cues[0], over, MUSIC.cues[2])), numbering=numbering)
    assert ids(folder) == ["1M4", "2M1", "2M2"]
    with Project.open(folder, VIDEO) as project:
        again = project.respot(Plan((MUSIC.cues[0], over, MUSIC.cues[2])), numbering=numbering)
    assert [c.id for c in again.cues] == ["1M4", "2M1", "2M2"]


def test_a_number_from_elsewhere_that_is_taken_here_is_not_used_again(folder):
    spotted(folder, MUSIC)
    fresh = cue(50, 58, "gong", "mx", seed=7)
    with Project.open(folder, VIDEO) as project:
        project.respot(Plan((*MUSIC.cues, fresh)), numbering=Numbering(2, {(7, "gong"): "1M1"}))
    assert sorted(ids(folder)) == ["1M1", "1M2", "1M3", "2M1"]


def test_other_sounds_are_numbered_by_their_kind(folder):
    assert [c.id for c in spotted(folder).cues] == ["bg1", "1M1", "fx1", "fx2"]
    fresh = PLAN.cues[3]
    assert Numbering(1, {(1, fresh.prompt): "9M9"}).number_of(replace(PLAN.cues[0], seed=1)) == ""


@pytest.mark.parametrize(
    ("name", "under", "number"), [("fx12", "fx", 12), ("1M2", "1M", 2), ("12m3", "12M", 3), ("FX3", "fx", 3)]
)
def test_ids_are_counted_under_what_they_are(name, under, number):
    assert Counted.of(name) == Counted(under, number)


@pytest.mark.parametrize("name", ["door", "M1", "1M", "1M2A", "123M4", "mx", ""])
def test_ids_that_users_thought_up_are_not_counted(name):
    assert Counted.of(name) is None


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["a_R2.mov", "a_R3.mov"], (2, 3)),
        (["one.mov", "two.mov", "three.mov"], (1, 2, 3)),
        (["a_R2.mov", "end.mov"], (1, 2)),
        (["a_R2.mov", "b_R2.mov"], (1, 2)),
        (["film.mov"], (1,)),
    ],
)
def test_the_reels_of_a_programme_are_numbered_by_their_names_or_their_order(names, numbers):
    assert reel_numbers(names) == numbers


def test_a_reel_is_read_out_of_a_name():
    assert Reel.named("/films/Möwe reel 04.mov") == Reel("Möwe", 4)
    assert Reel.named("river2.mov") is None
