"""The signals of EBU Tech 3341, synthesised, and what must hold of any meter."""

from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp.meter import Meter, measure
from v2a.model import Loudness

RATE = 48_000


def tone(levels: list[tuple[float, float]], frequency: float = 1000.0, channels: int = 2) -> np.ndarray:
    """Stretches of a sine, each a level in dBFS and a length in seconds."""
    amplitude = np.concatenate([np.full(round(s * RATE), 10 ** (db / 20)) for db, s in levels])
    phase = 2 * np.pi * frequency * np.arange(len(amplitude)) / RATE
    return np.tile((amplitude * np.sin(phase)).astype(np.float32), (channels, 1))


def blocks(sound: np.ndarray, size: int):
    return (sound[:, at : at + size] for at in range(0, sound.shape[1], size))


@pytest.mark.parametrize(
    ("case", "levels", "expected"),
    [
        (1, [(-23, 20)], -23.0),
        (2, [(-33, 20)], -33.0),
        (3, [(-36, 10), (-23, 60), (-36, 10)], -23.0),
        (4, [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        (5, [(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
def test_integrated(case, levels, expected):
    loudness = measure(blocks(tone(levels), 48_000), RATE)
    assert loudness.integrated == pytest.approx(expected, abs=0.1)


def test_momentary_and_short_term():
    loudness = measure(tone([(-23, 20)]), RATE)
    assert loudness.momentary_max == pytest.approx(-23.0, abs=0.1)
    assert loudness.short_term_max == pytest.approx(-23.0, abs=0.1)


def test_short_term_maximum_at_odd_times():
    for start in (0.0, 0.35, 1.0):
        loudness = measure(tone([(-90, start + 0.01), (-23, 3), (-90, 1)]), RATE, 0.01)
        assert loudness.short_term_max == pytest.approx(-23.0, abs=0.1)


def test_momentary_maximum_at_odd_times():
    for n in range(5):
        loudness = measure(tone([(-90, 3 + 0.02 * n), (-23, 0.4), (-90, 1)]), RATE, 0.01)
        assert loudness.momentary_max == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("phase", "level", "expected"), [(0, -6.0, -6.0), (45, -6.0, -6.0), (67.5, -6.0, -6.0)]
)
def test_true_peak_between_the_samples(phase, level, expected):
    time = np.arange(RATE)
    sine = 10 ** (level / 20) * np.sin(2 * np.pi * time / 4 + np.deg2rad(phase))
    ramp = np.minimum(1.0, np.minimum(time, time[::-1]) / 2000)
    loudness = measure(np.tile((sine * ramp).astype(np.float32), (2, 1)), RATE)
    assert expected - 0.4 <= loudness.true_peak <= expected + 0.2


def test_peaks_are_those_of_the_library_whatever_the_blocks():
    import pyebur128

    rng = np.random.default_rng(4)
    sound = (rng.standard_normal((2, 60_000)) * np.linspace(0.01, 0.4, 60_000)).astype(np.float32)
    state = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_TRUE_PEAK)
    state.add_frames(np.ascontiguousarray(sound.T).reshape(-1), sound.shape[1])
    library = 20 * np.log10(max(pyebur128.get_true_peak(state, c) for c in range(2)))
    for size in (100, 512, 5000, 60_000):
        assert measure(blocks(sound, size), RATE).true_peak == pytest.approx(library, abs=0.01)


def test_loudness_range():
    loudness = measure(blocks(tone([(-20, 20), (-30, 20)]), 48_000), RATE)
    assert loudness.range == pytest.approx(10.0, abs=1.0)


def test_the_low_frequency_channel_does_not_count():
    quiet = tone([(-23, 5)], channels=6)
    loud = quiet.copy()
    loud[3] *= 10
    assert measure(loud, RATE).integrated == measure(quiet, RATE).integrated


def test_silence_has_no_value():
    loudness = measure(np.zeros((2, 5 * RATE), np.float32), RATE)
    assert loudness == Loudness(None, None, None, None, None)
    assert measure(iter(()), RATE) == Loudness(None, None, None, None, None)


def test_too_short_to_be_measured():
    loudness = measure(tone([(-20, 0.1)]), RATE)
    assert loudness.integrated is None
    assert loudness.true_peak == pytest.approx(-20.0, abs=0.1)


def test_blocks_make_no_difference():
    sound = tone([(-30, 1.3), (-18, 2.21), (-25, 1.7)])
    whole = measure(sound, RATE)
    meter = Meter(RATE)
    for block in blocks(sound, 1234):
        meter.add(block)
    parts = meter.loudness()
    assert parts.integrated == pytest.approx(whole.integrated, abs=1e-9)
    assert parts.short_term_max == pytest.approx(whole.short_term_max, abs=1e-9)
