"""Found times against known ones: as many pairs as can be, nearest first, and figures that can be done by hand."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from v2a.model import Span
from v2a.testing import Mark, agreement, matched, overlap

TIMES = st.lists(st.integers(0, 60).map(lambda n: n / 10), max_size=9)


def marks(*times, kind=""):
    return [Mark(t, kind) for t in times]


def pairs_of(found, truth, within):
    return [(p.found, p.truth) for p in matched(found, truth, within)]


def test_what_is_just_near_enough_counts():
    assert pairs_of(marks(1.08), marks(1.0), 0.08) == [(0, 0)]
    assert pairs_of(marks(1.081), marks(1.0), 0.08) == []
    assert pairs_of(marks(0.92), marks(1.0), 0.08) == [(0, 0)]


def test_each_belongs_to_one_at_most():
    assert pairs_of(marks(1.0, 1.01, 1.02), marks(1.01), 0.1) == [(1, 0)]
    assert pairs_of(marks(1.01), marks(1.0, 1.01, 1.02), 0.1) == [(0, 1)]


def test_two_pairs_are_better_than_one_that_is_nearer():
    assert pairs_of(marks(1.0, 1.1), marks(1.1, 1.2), 0.1) == [(0, 0), (1, 1)]


def test_what_lasts_is_met_up_to_its_ends():
    dissolve = Mark(5.0, "dissolve", half=1.0)
    assert pairs_of(marks(4.0, 8.0), [dissolve], 0.08) == [(0, 0)]
    assert pairs_of(marks(6.08), [dissolve], 0.08) == [(0, 0)]
    assert pairs_of(marks(6.1), [dissolve], 0.08) == []


def test_order_does_not_matter():
    assert pairs_of(marks(3.0, 1.0, 2.0), marks(2.0, 3.0, 1.0), 0.1) == [(0, 1), (1, 2), (2, 0)]


@settings(max_examples=300, deadline=None)
@given(TIMES, TIMES, st.sampled_from([0.1, 0.3, 1.0]))
def test_no_matching_is_better(found, truth, within):
    """The same number of pairs and the same error in all as the Hungarian method on the whole table."""
    pairs = matched(marks(*found), marks(*truth), within)
    assert len({p.found for p in pairs}) == len({p.truth for p in pairs}) == len(pairs)
    errors = [abs(found[p.found] - truth[p.truth]) for p in pairs]
    assert all(e <= within + 1e-5 for e in errors)
    table = np.abs(np.subtract.outer(np.array(found), np.array(truth))).reshape(len(found), len(truth))
    cost = np.where(table <= within + 1e-6, table - 1000, 0)
    rows, columns = linear_sum_assignment(cost)
    best = [table[r, c] for r, c in zip(rows, columns) if cost[r, c] < 0]
    assert len(errors) == len(best)
    assert sum(errors) == pytest.approx(sum(best), abs=1e-6)


def test_ten_thousand_of_each_are_no_trouble():
    rng = np.random.default_rng(3)
    truth = np.cumsum(rng.uniform(0.02, 0.06, 10_000))
    found = truth + rng.normal(0, 0.004, len(truth))
    began = time.process_time()
    told = agreement(marks(*found), marks(*truth), 0.08)
    assert told.f1 == 1.0
    assert time.process_time() - began < 5


def test_figures_by_hand():
    found = [Mark(1.02, "cut"), Mark(3.0, "cut"), Mark(4.3, "fade"), Mark(9.0, "cut")]
    truth = [Mark(1.0, "cut"), Mark(4.0, "dissolve", half=0.5), Mark(9.0, "cut"), Mark(12.0, "cut")]
    told = agreement(found, truth, 0.08)
    assert (told.found, told.truth, told.right, told.met) == (4, 4, 3, 3)
    assert told.precision == told.recall == told.f1 == 0.75
    assert told.error == pytest.approx(0.02)
    assert told.spread == pytest.approx(0.3 * 0.9 + 0.02 * 0.1)
    assert told.named == pytest.approx(2 / 3)
    cut, dissolve, fade = (told.kinds[name] for name in ("cut", "dissolve", "fade"))
    assert (cut.precision, cut.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (dissolve.precision, dissolve.recall, dissolve.named) == (None, 1.0, 0.0)
    assert (fade.precision, fade.recall) == (1.0, None)


def test_nothing_to_compare_is_no_figure():
    told = agreement([], [], 0.1)
    assert (told.precision, told.recall, told.f1, told.error) == (None, None, None, None)
    assert agreement(marks(1.0), [], 0.1).f1 == 0.0
    assert agreement([], marks(1.0), 0.1).recall == 0.0


def test_stretches_of_time():
    found = [Span(Fraction(0), Fraction(2)), Span(Fraction(1), Fraction(3)), Span(Fraction(8), Fraction(9))]
    truth = [Span(Fraction(2), Fraction(4)), Span(Fraction(4), Fraction(6))]
    told = overlap(found, truth)
    assert (told.found, told.truth, told.both) == (4.0, 4.0, 1.0)
    assert told.precision == told.recall == told.f1 == 0.25
    assert overlap([], []).f1 is None
