"""Lag and drift between what is seen and what is heard: found where they can be told, left alone where not."""

import numpy as np
import pytest

from v2a.dsp.alignment import align
from v2a.dsp.marks import Marks

JITTER = 0.008


def scene(seed, seconds=20.0, lag=0.0, drift=0.0, related=True):
    """Moments and onsets: a fifth of what happens is not seen, a tenth not heard, and there is more of both."""
    rng = np.random.default_rng(seed)
    count = round(1.5 * seconds)
    truth = np.sort(rng.uniform(0.2, seconds - 0.2, count))
    heard = truth if related else np.sort(rng.uniform(0.2, seconds - 0.2, count))
    seen = truth[rng.random(count) > 0.2]
    seen = np.concatenate([seen + rng.normal(0, JITTER, len(seen)), rng.uniform(0, seconds, count // 4)])
    sound = heard[rng.random(count) > 0.1]
    sound = sound + lag + drift * (sound - seconds / 2) + rng.normal(0, 0.002, len(sound))
    sound = np.concatenate([sound, rng.uniform(0, seconds, count // 4)])
    return truth, Marks.of(seen), Marks.of(sound, spread=0.003)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("lag", "drift"), [(0.25, 0.0), (-0.12, 0.0), (0.18, 0.008), (-0.3, -0.01)])
def test_a_lag_and_a_drift_are_found(seed, lag, drift):
    truth, seen, heard = scene(seed, lag=lag, drift=drift)
    found = align(seen, heard)
    assert not found.abstained, found.why
    late = truth + lag + drift * (truth - 10.0)
    assert np.abs(np.array([found.seen_at(t) for t in late]) - truth).max() < 0.015
    assert np.abs(np.array([found.heard_at(t) for t in truth]) - late).max() < 0.015


@pytest.mark.parametrize("seed", range(12))
def test_strangers_are_left_alone(seed):
    _, seen, heard = scene(seed, related=False)
    found = align(seen, heard)
    assert found.abstained
    assert found.why


@pytest.mark.parametrize("seed", range(12))
def test_what_is_in_sync_stays(seed):
    truth, seen, heard = scene(seed)
    found = align(seen, heard)
    assert max(abs(found.seen_at(t) - t) for t in truth) <= 0.005


def test_even_steps_fit_in_more_than_one_way():
    steps = np.arange(0.3, 12, 0.5)
    found = align(Marks.of(steps), Marks.of(steps + 0.22, spread=0.003))
    assert found.abstained
    assert found.why == "sound and picture fit in more than one way"


def test_one_moment_and_one_sound():
    found = align(Marks.of([3.0]), Marks.of([3.2], spread=0.003))
    assert not found.abstained
    assert found.lag == pytest.approx(0.2, abs=0.005)


@pytest.mark.parametrize(("seen", "heard"), [([], [1.0]), ([1.0], []), ([], [])])
def test_nothing_to_go_by(seen, heard):
    found = align(Marks.of(seen), Marks.of(heard))
    assert found.abstained
    assert "nothing" in found.why


def test_an_hour_is_no_trouble():
    rng = np.random.default_rng(5)
    truth = np.sort(rng.uniform(0, 3600, 1500))
    found = align(Marks.of(truth), Marks.of(truth + 0.15, spread=0.003))
    assert found.lag == pytest.approx(0.15, abs=0.002)
