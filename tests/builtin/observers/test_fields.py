"""Jumps and stops out of momentum, and what moments that come in even beats do for each other."""

import numpy as np
import pytest

from v2a.builtin.observers import course
from v2a.builtin.observers import evidence as parts
from v2a.builtin.observers.belief import evidence_rows, fitted, odds
from v2a.builtin.observers.evidence import Cells, evidence
from v2a.builtin.observers.fields import Jumps, highest, kicks, stops_in
from v2a.builtin.observers.rhythm import support
from v2a.builtin.observers.windows import summed, windows

WHERE = windows(9, 12, 16 / 9)


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_trend_is_no_kick_and_a_blow_is(stride):
    time = np.arange(60, dtype=np.float32)
    smooth = np.stack([3 * time, -time], -1)[:, None]
    np.testing.assert_allclose(kicks(smooth, stride), 0, atol=1e-3)
    struck = smooth * (time < 30)[:, None, None]
    at = int(np.linalg.norm(kicks(struck, stride)[:, 0], axis=-1).argmax()) + 3 * stride
    assert abs(at - 30) <= stride


def test_windows_sum_what_lies_in_them_and_lie_in_their_parents():
    rng = np.random.default_rng(2)
    cells = rng.normal(0, 1, (5, 9, 12, 3)).astype(np.float32)
    sums = summed(cells, WHERE)
    for n, (top, bottom, left, right) in enumerate(WHERE.bounds):
        np.testing.assert_allclose(sums[:, n], cells[:, top:bottom, left:right].sum((1, 2)), atol=1e-4)
        outer = WHERE.bounds[WHERE.parents[n]]
        assert min(bottom, outer[1]) > max(top, outer[0]) and min(right, outer[3]) > max(left, outer[2])
    assert (WHERE.bounds[-1] == (0, 9, 0, 12)).all()


def test_highest_looks_to_both_sides():
    rows = np.zeros((20, 2), np.float32)
    rows[10, 1] = 1
    assert np.flatnonzero(highest(rows, 3)[:, 1]).tolist() == list(range(7, 14))


def amounts(course):
    rows = np.zeros((len(course), len(WHERE.bounds)), np.float32)
    rows += np.asarray(course, np.float32)[:, None]
    return np.pad(rows, ((3, 3), (0, 0)))


def test_what_ends_at_once_stops_and_what_slows_down_does_not():
    sudden = [0.0] * 30 + [1.0] * 20 + [0.0] * 30
    slow = [0.0] * 30 + [*np.linspace(1, 0, 20)] + [0.0] * 30
    assert stops_in(amounts(sudden), WHERE, 1, 0.01).relative.max() > 0.9
    assert stops_in(amounts(slow), WHERE, 1, 0.01).relative.max() < 0.2


def test_an_even_beat_bears_out_and_a_crowd_of_doubts_does_not():
    times, odds = [1.0, 1.5, 2.0, 2.5, 4.1], [2.0, 2.0, -1.0, 2.0, 2.0]
    even = support(times, odds)
    assert even[2] == 1.0 and even[4] == 0.0
    assert max(support(times, [-5.0] * 5)) == 0.0
    assert support([], []) == []


def test_a_course_is_told_over_its_greatest_and_follows_its_window():
    rows = np.zeros((40, 2), np.float32)
    rows[10:20, 1] = 5
    told = course.amounts(rows, np.ones(40, np.intp), 1, 0.0005)
    assert told.shape == (40, course.STEPS)
    np.testing.assert_allclose(told[19], [1.0] * 7 + [0.0] * 6, atol=1e-3)
    assert not course.amounts(rows, np.zeros(40, np.intp), 1, 0.0005).any()
    slow = course.amounts(rows.repeat(2, axis=0), np.ones(80, np.intp), 2, 0.0005)
    np.testing.assert_allclose(slow[38], told[19], atol=1e-3)


def test_what_comes_back_goes_the_other_way_along_its_jump():
    parts = np.zeros((46, 1, 2), np.float32)
    parts[:23, 0, 1], parts[23:, 0, 1] = 1, -1
    field = Jumps(parts, kicks(parts, 1), np.ones((40, 1)), np.ones((40, 1)))
    told = course.along(field, np.zeros(40, np.intp), 1, 0.001)[20]
    assert told[: course.REACH].max() < -0.9 and told[course.REACH + 1 :].min() > 0.9


def test_the_belief_that_comes_with_v2a_fits_its_evidence():
    seen = next(evidence(Cells(*noise(60), np.full(60, 0.04), 16 / 9)))
    rows = evidence_rows(seen)
    belief = fitted()
    for network in (belief.likely, belief.when):
        assert rows.shape[1] == len(network.middle) == len(network.inner)
        far = network.said(rows * 1e6)
        assert np.isfinite(far).all() and np.allclose(far, network.said(rows * 1e9))
    assert belief.slope > 0 and belief.beat >= 0
    told = odds(seen, belief)
    assert np.abs(told.late).max() <= 2


def noise(count):
    rng = np.random.default_rng(5)
    momentum = rng.normal(0, 0.01, (count, 9, 12, 3)).astype(np.float16)
    momentum[..., 2] = np.abs(momentum[..., 2])
    return momentum, np.abs(rng.normal(0, 0.01, (count, 9, 12, 3, 4))).astype(np.float16)


def test_a_long_film_is_concluded_in_parts_alike(monkeypatch):
    count = 700
    cells = Cells(*noise(count), np.full(count, 0.04), 16 / 9)
    whole = np.concatenate([evidence_rows(p) for p in evidence(cells)])
    monkeypatch.setattr(parts, "_BLOCK", 128)
    pieces = list(evidence(cells))
    assert [p.first for p in pieces] == list(range(0, count, 128))
    assert np.isfinite(whole).all() and len(whole) == count
    np.testing.assert_allclose(np.concatenate([evidence_rows(p) for p in pieces]), whole, atol=1e-4)
