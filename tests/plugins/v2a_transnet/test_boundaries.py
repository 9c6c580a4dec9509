"""What the network says, in frames; and how it counts beside what was found without it."""

import numpy as np
import pytest

from v2a_transnet.boundaries import Boundary, crossed, heard, returns, sharpened, weighed
from v2a_transnet.network import Answer


def answer(count=100, middle=(), part=()):
    one, many = np.zeros(count, np.float32), np.zeros(count, np.float32)
    for at, value in middle:
        one[at] = value
    for low, high in part:
        many[low:high] = 0.9
    return Answer(one, many)


def test_a_cut_begins_after_the_frame_that_is_marked():
    (told,) = heard(answer(middle=[(29, 0.9)], part=[(29, 30)]), 1000)
    assert (told.first, told.last, told.at, told.kind) == (1030, 1030, 1030, "cut")


def test_a_slow_transition_has_the_ends_of_its_parts():
    (told,) = heard(answer(middle=[(40, 0.6), (41, 0.8)], part=[(30, 52)]), 0)
    assert (told.first, told.last, told.at, told.kind) == (30, 52, 41, "dissolve")
    assert told.confidence == np.float32(0.8)


def test_what_is_rather_unlikely_is_not_told():
    assert list(heard(answer(middle=[(29, 0.4)]), 0)) == []


def test_a_doubtful_dissolve_stands_or_falls_with_the_network():
    doubt = Boundary(30, 50, 40, "dissolve", 0.6)
    assert weighed(doubt, answer(middle=[(40, 0.95)]), 0).confidence > 0.8
    assert weighed(doubt, answer(), 0).confidence < 0.5


def test_cuts_within_one_place_and_wipes_are_not_the_networks_to_deny():
    for kind in ("cut", "wipe"):
        doubt = Boundary(30, 30, 30, kind, 0.6)
        assert weighed(doubt, answer(), 0).confidence == 0.6 or kind == "cut"
        assert weighed(doubt, answer(), 0).confidence > 0.5


def test_what_takes_seconds_is_not_the_networks_to_deny():
    doubt = Boundary(30, 100, 65, "dissolve", 0.6)
    assert weighed(doubt, answer(200), 0).confidence == pytest.approx(0.6)
    assert weighed(doubt, answer(200, middle=[(65, 0.95)]), 0).confidence > 0.8


def test_what_is_certain_stays_as_it_is():
    sure = Boundary(30, 50, 40, "dissolve", 0.95)
    assert weighed(sure, answer(), 0) is sure


def test_two_names_for_one_boundary_are_one():
    dissolve = Boundary(30, 50, 40, "dissolve", 0.6)
    assert crossed(Boundary(52, 52, 52, "cut", 0.9), [dissolve])
    assert not crossed(Boundary(60, 60, 60, "cut", 0.9), [dissolve])


def test_being_in_the_way_is_the_same_among_thousands():
    others = [Boundary(n, n + 4, n + 2, "cut", 0.9) for n in range(0, 100_000, 20)]
    for first in range(5000, 5040):
        near = any(o.first <= first + 3 and o.last >= first - 3 for o in others[240:260])
        assert crossed(Boundary(first, first, first, "cut", 0.9), others) == near


def test_a_cut_found_on_every_second_frame_is_put_where_the_picture_changes():
    film = np.concatenate([np.zeros((11, 27, 48, 3), np.uint8), np.full((9, 27, 48, 3), 200, np.uint8)])
    assert sharpened(Boundary(6, 6, 6, "cut", 0.9), film, 2).at == 11
    assert sharpened(Boundary(3, 8, 5, "dissolve", 0.9), film, 2).last == 16
    assert sharpened(Boundary(0, 0, 0, "cut", 0.9), film[:1], 2).at == 0


def test_a_picture_that_comes_back_is_a_flash():
    rng = np.random.default_rng(0)
    here, there = rng.integers(0, 255, (2, 27, 48, 3)).astype(np.uint8)
    film = np.stack([here] * 10 + [there] * 2 + [here] * 10)
    assert returns(film, Boundary(10, 12, 10, "cut", 0.9))
    assert not returns(np.stack([here] * 10 + [there] * 10), Boundary(10, 10, 10, "cut", 0.9))
