from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import measure

RATE = 48_000


def limited(sound: np.ndarray, ceiling: float, block: int, **how) -> tuple[np.ndarray, Limiter]:
    limiter = Limiter(RATE, sound.shape[0], ceiling, **how)
    parts = [limiter.push(sound[:, at : at + block]) for at in range(0, sound.shape[1], block)]
    return np.concatenate([*parts, limiter.flush()]), limiter


def test_nothing_is_touched_below_the_ceiling():
    sound = (np.random.default_rng(1).standard_normal((2, 30_000)) * 0.02).astype(np.float32)
    gains, limiter = limited(sound, -1.0, 4096)
    assert np.array_equal(gains, np.ones(30_000, np.float32))
    assert limiter.reduction == 0.0


@pytest.mark.parametrize("ceiling", [-1.0, -2.0, -9.0])
@pytest.mark.parametrize("kind", ["noise", "between", "clicks", "low"])
def test_true_peak_stays_under_the_ceiling(kind, ceiling):
    rng = np.random.default_rng(2)
    n = 2 * RATE
    time = np.arange(n) / RATE
    sounds = {
        "noise": rng.standard_normal((2, n)) * 0.4,
        # A quarter of the rate, between the samples: they read 3 dB less than the peak.
        "between": np.tile(1.4 * np.sin(2 * np.pi * RATE / 4 * time + np.pi / 4), (2, 1)),
        "clicks": (rng.random((2, n)) > 0.999) * rng.uniform(-3, 3, (2, n)),
        "low": np.tile(2.0 * np.sin(2 * np.pi * 40 * time), (2, 1)),
    }
    sound = sounds[kind].astype(np.float32)
    gains, _ = limited(sound, ceiling, 10_007)
    assert gains.max() <= 1.0
    assert measure(sound * gains, RATE).true_peak <= ceiling


def test_a_peak_on_the_first_sample_is_caught():
    sound = np.zeros((1, 2000), np.float32)
    sound[0, 0] = 2.0
    gains, _ = limited(sound, 0.0, 512)
    assert abs(sound[0, 0] * gains[0]) <= 1.0


def test_gains_do_not_depend_on_the_blocks():
    sound = (np.random.default_rng(3).standard_normal((2, 50_000)) * 0.5).astype(np.float32)
    one, _ = limited(sound, -1.0, 50_000)
    for block in (1, 777, 4096, 49_999):
        if block == 1:
            few, _ = limited(sound[:, :3000], -1.0, 1)
            whole, _ = limited(sound[:, :3000], -1.0, 3000)
            np.testing.assert_allclose(few, whole, atol=2e-7)
            continue
        other, _ = limited(sound, -1.0, block)
        np.testing.assert_allclose(other, one, atol=2e-7)


@pytest.mark.parametrize("length", [0, 1, 5, 100, 256, 257, 10_000])
def test_as_many_gains_as_samples(length):
    sound = np.ones((2, length), np.float32)
    gains, _ = limited(sound, -6.0, 64)
    assert len(gains) == length


def test_it_is_down_before_the_peak_and_comes_back():
    sound = np.zeros((1, RATE), np.float32)
    sound[0, RATE // 2] = 4.0
    gains, limiter = limited(sound, 0.0, 8192, between_samples=False)
    assert gains[RATE // 2] == pytest.approx(0.25, rel=0.01)
    assert gains[RATE // 2 - 300] == 1.0
    assert gains[RATE // 2 + 100] < 0.3
    assert gains[-1] > 0.85
    assert limiter.reduction == pytest.approx(12.04, abs=0.1)


def test_samples_alone_are_looked_at_where_asked():
    sound = np.tile(np.float32([0.99, -0.99]), 5000)[np.newaxis]
    gains, _ = limited(sound, 0.0, 1024, between_samples=False)
    assert np.all(gains == 1.0)
