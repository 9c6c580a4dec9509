"""The hit points that a brief asks for: they come and go with it, and what the user does to them stays."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from tests.project.lists import PLAN, VIDEO, change, read
from v2a.model import Hit, Span
from v2a.project import Project, Scope

DOOR, KISS = Hit(F(4), 10.0, "mark", "door"), Hit(F(25, 2), 25.0, "mark", "kiss")


def spotted(folder, *hits, scope=None):
    with Project.open(folder, VIDEO) as project:
        return project.respot(replace(PLAN, hits=hits), seed=7, scope=scope).hits


def test_they_are_hit_points_of_the_list(folder):
    assert spotted(folder, DOOR, KISS) == (DOOR, KISS) == read(folder).hits
    text = (folder / "spotting.toml").read_text()
    assert '[[hit]]\ntime = "01:00:04:00"\nname = "door"\n' in text
    assert '[[hit]]\ntime = 12.5\nweight = 25\nname = "kiss"\n' in text


def test_the_same_brief_again_changes_no_byte(folder):
    spotted(folder, DOOR, KISS)
    before = (folder / "spotting.toml").read_bytes()
    spotted(folder, DOOR, KISS)
    assert (folder / "spotting.toml").read_bytes() == before


def test_they_go_with_the_brief_that_asked_for_them_and_the_users_own_stay(folder):
    spotted(folder, DOOR, KISS)
    path = folder / "spotting.toml"
    path.write_text(path.read_text() + "\n[[hit]]\ntime = 20\n")
    assert spotted(folder, KISS) == (KISS, Hit(F(20), 10.0))
    assert spotted(folder) == (Hit(F(20), 10.0),)


def test_one_that_the_user_took_out_stays_out(folder):
    spotted(folder, DOOR, KISS)
    change(folder, '[[hit]]\ntime = "01:00:04:00"\nname = "door"\n', "")
    assert spotted(folder, DOOR, KISS) == (KISS,)
    assert spotted(folder, DOOR, KISS) == (KISS,)


@pytest.mark.parametrize(
    ("old", "new", "meant"),
    [
        ('time = "01:00:04:00"', 'time = "01:00:05:00"', replace(DOOR, time=F(5))),
        ('name = "door"', 'name = "door"\nweight = 30', replace(DOOR, weight=30.0)),
    ],
)
def test_one_that_the_user_changed_is_his(folder, old, new, meant):
    spotted(folder, DOOR)
    change(folder, old, new)
    assert spotted(folder, DOOR) == (meant,)
    assert spotted(folder) == (meant,)


def test_one_at_a_mark_that_is_there_is_not_added(folder):
    path = folder / "spotting.toml"
    spotted(folder)
    path.write_text(path.read_text() + "\n[[hit]]\ntime = 4\nname = 'mine'\n")
    assert spotted(folder, DOOR) == (replace(DOOR, name="mine"),)


@pytest.mark.parametrize("scope", [Scope(Span(F(10), F(20))), Scope(kinds=("fx",))])
def test_what_is_not_spotted_again_keeps_them(folder, scope):
    spotted(folder, DOOR)
    assert spotted(folder, scope=scope) == (DOOR,)
    assert spotted(folder) == ()


def test_times_between_frames_are_known_again(folder):
    odd = Hit(F(100, 3), 10.0, "mark", "third")
    spotted(folder, odd)
    assert len(spotted(folder, odd)) == 1
    assert spotted(folder) == ()
