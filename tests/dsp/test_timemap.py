from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.dsp.timemap import TimeMap
from v2a.errors import StretchRefused
from v2a.model import Anchor

RATE = 1000


def test_time_runs_evenly_between_anchors_and_as_it_did_outside():
    found = TimeMap.of(1000, 1100, RATE, [Anchor(F(1, 2), F(3, 5))])
    assert found.length == 1100
    np.testing.assert_allclose(found.heard_at(np.array([0, 250, 500, 1000.0])), [0, 300, 600, 1100])
    np.testing.assert_allclose(
        found.played_at(np.array([-20, 300, 600, 1100, 1130.0])), [-20, 250, 500, 1000, 1030]
    )
    np.testing.assert_allclose(found.slopes, [1.2, 1.0])


def test_around_an_onset_time_runs_as_it_did():
    found = TimeMap.of(10_000, 10_400, RATE).keeping(np.array([3000, 7000]), 200)
    heard = found.heard_at(np.array([2800, 3000, 3200, 6800, 7000, 7200.0]))
    np.testing.assert_allclose(np.diff(heard)[[0, 1, 3, 4]], 200)
    np.testing.assert_allclose(heard[[1, 4]], [3120, 7280])
    assert found.length == 10_400


@pytest.mark.parametrize("beside", [-300, -90, 0, 90, 300])
def test_an_anchor_is_kept_beside_an_onset(beside):
    anchor = Anchor(F(5), F("5.2"))
    plain = TimeMap.of(10_000, 10_300, RATE, [anchor])
    found = plain.keeping(np.array([5000 + beside]), 200)
    np.testing.assert_allclose(found.heard_at(np.array([5000.0, 5000.0 + beside])), [5200, 5200 + beside])


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(300, 9_700), max_size=8), st.integers(3_000, 30_000), st.integers(10, 250))
def test_the_map_always_runs_forward_between_the_same_ends(onsets, after, reach):
    found = TimeMap.of(10_000, after, RATE).keeping(np.unique(np.array(onsets, np.int64)), reach)
    assert (np.diff(found.source) > 0).all() and (np.diff(found.target) > 0).all()
    assert (found.source[0], found.source[-1], found.target[0], found.target[-1]) == (0, 10_000, 0, after)


def test_onsets_lie_further_apart_where_time_is_pressed():
    assert TimeMap.of(1000, 1000, RATE).apart(10) == pytest.approx(25)
    assert TimeMap.of(1000, 500, RATE).apart(10) == pytest.approx(60)
    assert TimeMap.of(1000, 200, RATE).apart(10) == np.inf


@pytest.mark.parametrize(
    ("before", "after", "anchors"),
    [
        (0, 10, ()),
        (10, 0, ()),
        (-1, 10, ()),
        (1000, 1000, (Anchor(F(2), F(1, 2)),)),
        (1000, 1000, (Anchor(F(1, 2), F(2)),)),
    ],
)
def test_what_does_not_run_forward_is_refused(before, after, anchors):
    with pytest.raises(StretchRefused):
        TimeMap.of(before, after, RATE, anchors)
