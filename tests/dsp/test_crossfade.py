from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp.crossfade import across, correlation, join, place, weights


@pytest.mark.parametrize("alike", [0.0, 0.5, 1.0])
def test_the_level_holds_through_a_crossfade(alike):
    rng = np.random.default_rng(6)
    first = rng.standard_normal((1, 200_000))
    second = alike * first + np.sqrt(1 - alike**2) * rng.standard_normal((1, 200_000))
    assert correlation(first, second) == pytest.approx(alike, abs=0.02)
    gains = weights(200_000, correlation(first, second))
    mixed = (first * gains.out + second * gains.into)[0]
    levels = [20 * np.log10(part.std()) for part in np.split(mixed, 20)]
    assert max(map(abs, levels)) < 0.5


def test_the_same_sound_is_joined_without_a_trace():
    sound = np.random.default_rng(7).standard_normal((2, 5000)).astype(np.float32)
    joined = join(sound[:, :3000], sound[:, 2000:], 1000)
    np.testing.assert_allclose(joined, sound, atol=1e-6)


@pytest.mark.parametrize("fade", [None, 100, 2000])
@pytest.mark.parametrize("overlap", [0, 1, 500])
def test_the_length_is_exact(overlap, fade):
    rng = np.random.default_rng(8)
    first, second = rng.standard_normal((2, 1500)), rng.standard_normal((2, 2500))
    assert join(first, second, overlap, fade).shape == (2, 4000 - overlap)


def test_it_hides_where_it_is_quiet():
    rng = np.random.default_rng(9)
    tail, head = rng.standard_normal((1, 9600)), rng.standard_normal((1, 9600))
    tail[:, 4800:5800] *= 0.01
    head[:, 4800:5800] *= 0.01
    assert 4700 <= place(tail, head, 900) <= 5000


def test_silence_is_joined_as_silence():
    silence = np.zeros((1, 100), np.float32)
    assert not join(silence, silence, 50).any()


def test_silence_and_opposites_stay_finite():
    one = np.ones((1, 100), np.float32)
    for tail, head in ((one * 0, one * 0), (one, -one), (one * 0, one)):
        assert np.isfinite(across(tail, head, 50)).all()
