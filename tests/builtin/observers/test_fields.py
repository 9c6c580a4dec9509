"""Jumps and stops out of momentum, and what moments that come in even beats do for each other."""

import numpy as np
import pytest

from v2a.builtin.observers import evidence as parts
from v2a.builtin.observers.belief import AGAINST, FITTED
from v2a.builtin.observers.evidence import STOPS, TURNS, Cells, evidence
from v2a.builtin.observers.fields import highest, kicks, stops_in
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


def test_no_evidence_counts_against_its_meaning():
    for names, curve in ((STOPS, FITTED.stops), (TURNS, FITTED.turns)):
        assert len(names) == len(curve.weights)
        assert all(
            (w <= 0) if name in AGAINST else (w >= 0) for name, w in zip(names, curve.weights, strict=True)
        )
    assert FITTED.slope > 0 and FITTED.beat >= 0


def test_a_long_film_is_concluded_in_parts_alike(monkeypatch):
    rng = np.random.default_rng(5)
    count = 700
    momentum = rng.normal(0, 0.01, (count, 9, 12, 3)).astype(np.float16)
    momentum[..., 2] = np.abs(momentum[..., 2])
    change = np.abs(rng.normal(0, 0.01, (count, 9, 12, 3, 4))).astype(np.float16)
    cells = Cells(momentum, change, np.full(count, 0.04), 16 / 9)
    whole = [np.concatenate([getattr(p, kind).rows for p in evidence(cells)]) for kind in ("stops", "turns")]
    monkeypatch.setattr(parts, "_BLOCK", 128)
    pieces = list(evidence(cells))
    assert [p.first for p in pieces] == list(range(0, count, 128))
    for kind, rows in zip(("stops", "turns"), whole, strict=True):
        assert np.isfinite(rows).all() and len(rows) == count
        np.testing.assert_allclose(np.concatenate([getattr(p, kind).rows for p in pieces]), rows, atol=1e-4)
