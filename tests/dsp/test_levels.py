from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.dsp.fades import curve, envelope
from v2a.dsp.filters import band_response, convolved, filtered
from v2a.dsp.levels import decibels_of, gain_of, peak, quantised
from v2a.dsp.pan import pan_gains, stereo
from v2a.dsp.specs import SPECS, spec
from v2a.errors import UnknownName


@given(st.floats(-120, 60))
def test_decibels_and_back(decibels):
    assert decibels_of(gain_of(decibels)) == pytest.approx(decibels, abs=1e-9)


def test_nothing_is_minus_infinity():
    assert decibels_of(0.0) == -math.inf
    assert peak(np.zeros((2, 0), np.float32)) == 0.0


def test_rounded_sound_stays_as_it_is():
    rng = np.random.default_rng(0)
    once = quantised(rng.uniform(-1.2, 1.2, (2, 5000)))
    assert np.array_equal(quantised(once), once)
    assert np.array_equal(once.astype(np.float64) * 2**23, np.rint(once.astype(np.float64) * 2**23))
    assert np.abs(once).max() < 1.0


def test_fades_meet():
    position = np.linspace(0, 1, 101)
    for shape in ("linear", "cosine"):
        np.testing.assert_allclose(curve(position, shape) + curve(1 - position, shape), 1.0)
    np.testing.assert_allclose(curve(position, "power") ** 2 + curve(1 - position, "power") ** 2, 1.0)


def test_an_envelope_in_parts_is_the_whole():
    whole = envelope((0, 1000), 1000, 100, 300)
    assert whole is not None
    parts = []
    for at in range(0, 1000, 130):
        stop = min(1000, at + 130)
        part = envelope((at, stop), 1000, 100, 300)
        parts.append(np.ones(stop - at, np.float32) if part is None else part)
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert envelope((200, 600), 1000, 100, 300) is None


def test_pan_keeps_the_power_and_the_middle_as_it_is():
    for pan in np.linspace(-1, 1, 21):
        gains = pan_gains(float(pan))
        assert gains.left**2 + gains.right**2 == pytest.approx(2.0)
    sound = np.ones((2, 8), np.float32)
    assert stereo(sound) is sound
    assert stereo(np.ones((1, 8), np.float32), -1.0)[1].max() == pytest.approx(0.0, abs=1e-7)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6, 8])
def test_any_number_of_channels_becomes_two(channels):
    assert stereo(np.ones((channels, 10), np.float32)).shape == (2, 10)


def test_filtering_in_frames_is_filtering():
    rng = np.random.default_rng(1)
    sound, response = rng.standard_normal((2, 10_000)), rng.standard_normal(255)
    plain = np.stack([np.convolve(row, response, "valid") for row in sound])
    np.testing.assert_allclose(convolved(sound, response), plain, atol=1e-10)


def test_a_band_passes_what_is_in_it_and_moves_nothing():
    rate = 48_000
    response = band_response(rate, 1000, 4000)
    time = np.arange(rate) / rate
    inside = np.sin(2 * np.pi * 2000 * time).astype(np.float32)[np.newaxis]
    outside = np.sin(2 * np.pi * 200 * time).astype(np.float32)[np.newaxis]
    np.testing.assert_allclose(filtered(inside, response)[0, 1000:-1000], inside[0, 1000:-1000], atol=0.01)
    assert np.abs(filtered(outside, response)[0, 1000:-1000]).max() < 0.01


def test_specs_are_known_by_name():
    assert spec("youtube").loudness == -14.0
    assert len({s.name for s in SPECS}) == len(SPECS)
    with pytest.raises(UnknownName, match="ebu-r128"):
        spec("loud")
