"""Shots in one place become one scene, whatever lies between; what is no use as a row does no harm."""

import itertools
import time
from fractions import Fraction

import numpy as np
import pytest

from v2a.builtin.observers.grouping import Kind, Likeness, few, runs
from v2a.model import Shot, Span

PLAIN = Likeness(0.6, 30.0)


def shots(order, length=Fraction(2), **given):
    return [Shot(Span(n * length, (n + 1) * length), **given) for n in range(len(order))]


def rows(order, seed=0):
    """One row for every shot: each letter looks like itself and like no other."""
    rng = np.random.default_rng(seed)
    made = []
    for letter in order:
        row = np.zeros(30)
        row[ord(letter) - ord("A")] = 1
        row = np.abs(row + rng.normal(0, 0.01, 30))
        made.append((row / np.linalg.norm(row))[np.newaxis].astype(np.float32))
    return made


def grouped(order, **given):
    return [order[r.first : r.last + 1] for r in runs(shots(order, **given), [Kind(rows(order), PLAIN)])]


@pytest.mark.parametrize(
    ("order", "scenes"),
    [
        ("AAA", ["AAA"]),
        ("ABC", ["A", "B", "C"]),
        ("ABABAB", ["ABABAB"]),
        ("ABACD", ["ABA", "C", "D"]),
        ("ABCACBDED", ["ABCACB", "DED"]),
        ("ABAXYZXYZ", ["ABA", "XYZXYZ"]),
        ("A", ["A"]),
        ("", []),
    ],
)
def test_cutting_back_and_forth_is_one_scene(order, scenes):
    assert grouped(order) == scenes


def test_a_place_seen_again_much_later_is_another_scene():
    assert grouped("ABCDEFGHIJKLMA")[-1] == "A"
    assert grouped("ABA", length=Fraction(90)) == ["A", "B", "A"]


def test_the_further_apart_the_more_alike_shots_must_be():
    assert PLAIN.chance(0.62) > 0.5 > PLAIN.chance(0.62, 2)


def test_every_scene_but_the_first_says_how_sure_its_cut_is():
    found = list(runs(shots("AABB"), [Kind(rows("AABB"), PLAIN)]))
    assert found[0].confidence == 1.0 and found[1].confidence > 0.9
    near = [np.array([[0.8, 0.6]], np.float32), np.array([[1.0, 0.0]], np.float32)]
    (_, unsure) = runs(shots("AB"), [Kind(near, Likeness(0.81, 30.0))])
    assert 0.5 <= unsure.confidence < 0.7


def test_a_dissolve_between_two_shots_asks_for_more():
    near = [np.array([[0.8, 0.6]], np.float32), np.array([[1.0, 0.0]], np.float32)]
    kinds = [Kind(near, Likeness(0.79, 30.0))]
    assert len(list(runs(shots("AB"), kinds))) == 1
    assert len(list(runs(shots("AB", transition_in="dissolve"), kinds))) == 2


def test_shots_without_rows_stay_with_the_one_before():
    order = "ABBA"
    some = rows(order)
    some[1] = some[2] = np.zeros((0, 30), np.float32)
    assert len(list(runs(shots(order), [Kind(some, PLAIN)]))) == 1
    assert len(list(runs(shots("ABC"), []))) == 1


def test_two_kinds_are_weighed_together():
    order = "AB"
    apart, alike = Kind(rows("AB"), PLAIN), Kind(rows("AA"), PLAIN, weight=3.0)
    assert len(list(runs(shots(order), [apart]))) == 2
    assert len(list(runs(shots(order), [apart, alike]))) == 1


def test_rows_that_are_no_use_are_left_out():
    clock = np.arange(6) / 2
    values = np.ones((6, 4), np.float32)
    values[0], values[2, 1], values[4] = np.nan, np.inf, 0
    first, second = few(values, clock, shots("AB", length=Fraction(3, 2)))
    assert len(first) == 1 and len(second) == 2
    assert np.allclose(np.linalg.norm(np.concatenate([first, second]), axis=1), 1)
    assert all(not len(each) for each in few(values[:0], clock[:0], shots("AB")))


def test_ten_thousand_shots_take_time_in_proportion():
    letters = "".join(a for a, _ in zip(itertools.cycle("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), range(10_000)))
    begun = time.process_time()
    found = list(runs(shots(letters, length=Fraction(1, 6)), [Kind(rows(letters), PLAIN)]))
    assert len(found) == 10_000
    assert time.process_time() - begun < 20
