"""Every case of EBU Tech 3341 and 3342 that can be synthesised, measured as `v2a loudness` measures."""

from __future__ import annotations

import numpy as np
import pytest

from tests.dsp import ebu
from v2a.dsp.limiter import Limiter
from v2a.dsp.meter import Meter, measure

RATE = ebu.RATE


def over(meter: Meter, seconds: float) -> np.ndarray:
    """Loudness over so many seconds, at every step once there are enough, out of the meter's curve."""
    energy = 10.0 ** (meter.curve().astype(np.float64) / 10)
    count = round(seconds / 0.01)
    return 10 * np.log10(np.convolve(energy, np.ones(count) / count, "valid"))


@pytest.mark.parametrize("case", ebu.INTEGRATED)
def test_integrated(case):
    stretches, expected = ebu.INTEGRATED[case]
    assert measure(ebu.tone(stretches), RATE).integrated == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("case", [1, 2])
def test_a_steady_tone_has_one_loudness(case):
    stretches, expected = ebu.INTEGRATED[case]
    meter = Meter(RATE, keep_curve=True)
    meter.add(ebu.tone(stretches))
    for seconds, settled in ((0.4, 60), (3.0, 0)):
        assert over(meter, seconds)[settled:] == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("speakers", [("FL", "FR", "FC", "BL", "BR"), ("FL", "FR", "FC", "LFE", "SL", "SR")])
def test_case_6_surround(speakers):
    meter = Meter(RATE, len(speakers), speakers=speakers)
    meter.add(ebu.surround("LFE" in speakers))
    assert meter.loudness().integrated == pytest.approx(-23, abs=0.1)
    assert measure(ebu.surround("LFE" in speakers), RATE).integrated == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("stretches", "seconds", "settled"),
    [(ebu.STEADY_SHORT_TERM, 3.0, 3.0), (ebu.STEADY_MOMENTARY, 0.4, 1.0)],
    ids=["9", "12"],
)
def test_what_alternates_within_the_window_stands_still(stretches, seconds, settled):
    meter = Meter(RATE, keep_curve=True)
    meter.add(ebu.tone(stretches))
    found = over(meter, seconds)[round((settled - seconds) / 0.01) :]
    assert len(found) > 500
    assert found == pytest.approx(-23, abs=0.1)


def test_case_10_the_highest_short_term_loudness_of_files():
    for sound in ebu.alone(0.15, 3.0):
        assert measure(sound, RATE, true_peak=False).short_term_max == pytest.approx(-23, abs=0.1)


def test_case_13_the_highest_momentary_loudness_of_files():
    for sound in ebu.alone(0.02, 0.4):
        assert measure(sound, RATE, true_peak=False).momentary_max == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize(
    ("step", "length", "which"),
    [(0.15, 3.0, "short_term_max"), (0.02, 0.4, "momentary_max")],
    ids=["11", "14"],
)
def test_highest_loudness_as_it_goes_on(step, length, which):
    meter = Meter(RATE, true_peak=False)
    for level, sound in zip(ebu.LEVELS, ebu.in_a_row(step, length), strict=True):
        meter.add(sound)
        assert getattr(meter.loudness(), which) == pytest.approx(level, abs=0.1)


@pytest.mark.parametrize("case", ebu.TRUE_PEAKS)
def test_true_peaks(case):
    found, expected = measure(ebu.peaks(case), RATE).true_peak, ebu.TRUE_PEAKS[case]
    assert expected - 0.4 <= found <= expected + 0.2


@pytest.mark.parametrize("case", ebu.RANGE)
def test_range(case):
    stretches, expected = ebu.RANGE[case]
    assert measure(ebu.tone(stretches), RATE).range == pytest.approx(expected, abs=1.0)


@pytest.mark.parametrize("case", ebu.TRUE_PEAKS)
@pytest.mark.parametrize("ceiling", [-1.0, -2.0, -9.0])
def test_the_limiter_holds_the_true_peaks(case, ceiling):
    """Never over the ceiling, and no more than half a decibel under what it holds."""
    sound = ebu.peaks(case)
    limiter = Limiter(RATE, 2, ceiling)
    gains = np.concatenate([limiter.push(sound), limiter.flush()])
    found = measure(sound * gains, RATE).true_peak
    assert found <= ceiling
    if measure(sound, RATE).true_peak > ceiling + 0.1:
        assert found >= ceiling - 0.5
        assert limiter.reduction == pytest.approx(ebu.TRUE_PEAKS[case] - ceiling, abs=0.4)
    else:
        assert limiter.reduction <= 0.1
