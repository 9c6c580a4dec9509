"""Lag and drift between what is seen and what is heard: found where they can be told, left alone where not."""

import numpy as np
import pytest

from v2a.dsp.alignment import align
from v2a.dsp.lags import Reach
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


SHOTS = np.array([0.08, 1.2, 2.32, 3.41])
LOOSE = np.array([0.022, 0.034, -0.036, 0.01])
FILM = Reach(frame=1 / 29.97)


def shots(lag=0.0, drift=0.0, loose=LOOSE):
    """Shots whose smoke is seen up to two frames beside the bang, and a magazine that is heard and hardly seen."""
    seen = Marks.of([*(SHOTS + loose), 1.57, 2.62, 3.82], [0.98, 0.82, 0.9, 0.96, 0.03, 0.08, 0.09])
    heard = np.array([*SHOTS, 0.85, 1.82, 3.0, 3.86, 4.18])
    strength = [0.9, 1, 0.8, 0.9, 0.65, 0.31, 0.7, 0.3, 0.77]
    return seen, Marks.of(heard + lag + drift * heard, strength, spread=0.003)


@pytest.mark.parametrize("lag", [-0.1, 0.1, 0.2, 0.3])
def test_what_is_seen_a_frame_beside_its_sound_is_met(lag):
    found = align(*shots(lag), FILM)
    assert found.moves, found.why
    assert found.lag == pytest.approx(lag, abs=1 / 29.97)


def test_what_is_heard_and_not_seen_is_no_reason_to_abstain():
    seen, heard = shots(0.2)
    begun = Marks.of([0.0, *heard.times, 5.1], [0.6, *heard.weight, 0.5], spread=0.003)
    assert align(seen, begun, FILM).moves


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 76, 85, 92, 115, 119, 129])
def test_a_drift_that_cannot_be_told_leaves_no_shot_further_off_by_a_frame(seed):
    drift = (-0.01, 0.01)[seed % 2]
    loose = np.clip(np.random.default_rng(seed).normal(0, 0.022, 4), -0.045, 0.045)
    found = align(*shots(drift=drift, loose=loose), FILM)
    late = SHOTS + drift * SHOTS
    after = np.array([found.seen_at(t) for t in late]) if found.moves else late
    assert (np.abs(after - SHOTS) - np.abs(late - SHOTS)).max() < 1 / 29.97


def test_films_of_many_frames_tell_no_more_than_is_looked_for():
    _, seen, heard = scene(2, lag=0.013)
    assert align(seen, heard, Reach(frame=1 / 60)).settled


@pytest.mark.parametrize("seed", [1, 3, 26, 30, 56, 77, 101, 109])
def test_a_handful_of_loose_marks_tells_no_drift(seed):
    loose = np.clip(np.random.default_rng(seed).normal(0, 0.03, 4), -0.045, 0.045)
    assert align(*shots(0.2, loose=loose), FILM).drift == 0


def test_a_half_that_is_seen_late_is_no_drift():
    seen = np.array([0.5, 1.3, 1.9, 2.8, 3.3, 4.6, 5.5, 6.1, 7.4, 8.2, 9.3])
    late = np.array([26, 24, 9, 16, 19, 13, 15, -7, -1, -10, -8]) / 1000
    assert align(Marks.of(seen), Marks.of(seen + late, spread=0.003), FILM).settled


def test_what_can_be_told_is_said_and_less_is_in_sync():
    loose = align(*shots(0.03), FILM)
    assert loose.settled and not loose.moves
    assert abs(loose.lag) < loose.uncertainty
    assert 0.03 < loose.uncertainty < 0.08
    _, seen, heard = scene(2, lag=0.03)
    plain = align(seen, heard)
    assert plain.moves
    assert plain.lag == pytest.approx(0.03, abs=0.006)
    assert plain.uncertainty == pytest.approx(0.02, abs=0.003)
    assert align(*scene(2, lag=0.012)[1:]).settled


@pytest.mark.parametrize("seed", range(20))
def test_a_few_moments_in_a_dense_sound_prove_nothing(seed):
    rng = np.random.default_rng(seed)
    seen = Marks.of([0.1, 1.24, 2.28, 3.42], [0.98, 0.8, 0.9, 0.96])
    heard = Marks.of(np.sort(rng.uniform(-1.5, 5.0, 14)), rng.uniform(0.3, 1, 14), spread=0.003)
    assert not align(seen, heard, FILM).moves


def test_an_abstention_has_no_numbers():
    for given in (
        scene(3, related=False)[1:],
        (Marks.of(np.arange(0.3, 12, 0.5)), Marks.of(np.arange(0.5, 12, 0.5))),
    ):
        found = align(*given)
        assert found.abstained
        assert (found.lag, found.drift, found.confidence, found.uncertainty, found.pairs) == (0, 0, 0, 0, ())


@pytest.mark.parametrize("lag", [0.9, -1.4])
def test_what_lies_beyond_the_reach_is_found_by_a_wider_one(lag):
    _, seen, heard = scene(4, lag=lag)
    assert align(seen, heard).abstained
    assert align(seen, heard, Reach(lag=2.0)).lag == pytest.approx(lag, abs=0.006)


def test_how_far_was_looked_is_said():
    assert "more than 0.6 s" in align(*scene(4, lag=0.9)[1:]).why
    assert "more than 2 s" in align(*scene(4, related=False)[1:], Reach(lag=2.0)).why


@pytest.mark.parametrize("seed", range(12))
def test_strangers_are_left_alone_at_a_wide_reach(seed):
    assert align(*scene(seed, related=False)[1:], Reach(lag=3.0)).abstained
