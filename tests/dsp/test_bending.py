"""Times bent to others: as near as the bound allows, and never beyond it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from v2a.dsp.bending import bent

SWAY = np.cumsum(0.5 * (1 + 0.04 * np.sin(np.arange(80) / 9)))
EVEN = SWAY[0] + np.arange(80) * 0.5


@pytest.mark.parametrize("most", [0.01, 0.02, 0.03])
def test_it_is_the_least_that_the_bound_allows(most):
    weights = np.where(np.arange(80) % 16 == 0, 5.0, 1.0)
    got = bent(SWAY, EVEN, weights, most)
    lengths, root = np.diff(SWAY), np.sqrt(weights)
    low, high = (
        np.concatenate([[free], lengths * (1 + by)]) for free, by in ((-np.inf, -most), (np.inf, most))
    )
    best = lsq_linear(np.tril(np.ones((80, 80))) * root[:, None], EVEN * root, (low, high))
    assert (weights * (got - EVEN) ** 2).sum() <= 2 * best.cost * 1.01
    assert (np.abs(np.diff(got) / lengths - 1) <= most + 1e-9).all()


def test_what_is_within_the_bound_is_met():
    np.testing.assert_array_equal(bent(SWAY, EVEN, np.ones(80), 0.05), EVEN)
    assert bent(np.array([1.0]), np.array([2.0]), np.ones(1), 0.04) == [2.0]


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40), st.integers(0, 2**31), st.floats(0.0, 0.1))
def test_nothing_is_stretched_beyond_the_bound(count, seed, most):
    rng = np.random.default_rng(seed)
    source = np.cumsum(rng.uniform(0.2, 1.0, count))
    got = bent(source, np.cumsum(rng.uniform(0.2, 1.0, count)), rng.uniform(0.5, 8, count), most)
    assert (np.abs(np.diff(got) / np.diff(source) - 1) <= most + 1e-9).all()
