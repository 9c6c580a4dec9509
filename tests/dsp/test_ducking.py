from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from v2a.dsp.ducking import HALF, Timing, automation, bridged, ducked
from v2a.model import Span

RATE = 48_000


def spans(*pairs: tuple[float, float]) -> list[Span]:
    return [Span(F(str(a)), F(str(b))) for a, b in pairs]


def test_it_is_down_when_speech_begins_and_up_again_after_hold_and_release():
    curve = automation(spans((2, 4)), RATE)
    amount = curve.amount(0, 8 * RATE)
    assert amount[round(1.8 * RATE)] == 0.0
    assert amount[round(1.9 * RATE)] == pytest.approx(0.5, abs=1e-3)
    assert amount[2 * RATE] == 1.0
    assert amount[round(4.69 * RATE)] == 1.0
    assert amount[round(5.2 * RATE)] == pytest.approx(0.5, abs=1e-3)
    assert amount[round(5.7 * RATE)] == pytest.approx(0.0, abs=1e-9)


def test_short_pauses_are_bridged():
    assert bridged(spans((0, 1), (2.4, 3), (4.5, 5)), F(3, 2)) == (Span(F(0), F(3)), Span(F("4.5"), F(5)))
    amount = automation(spans((2, 3), (4.4, 5)), RATE).amount(2 * RATE, 5 * RATE)
    assert amount.min() == 1.0


def test_any_stretch_is_the_same_as_in_the_whole():
    curve = automation(spans((1, 2), (4, 5), (7.2, 8)), RATE)
    whole = curve.amount(0, 10 * RATE)
    for start, stop in ((0, 7), (30_000, 200_001), (250_000, 480_000)):
        assert np.array_equal(curve.amount(start, stop), whole[start:stop])
        assert curve.idle(start, stop) == (not whole[start:stop].any())


def test_no_speech_no_ducking():
    curve = automation([], RATE)
    assert curve.idle(0, 10**9)
    assert not curve.amount(0, 100).any()


def test_speech_from_the_first_sample_on():
    amount = automation(spans((0, 1)), RATE, Timing()).amount(0, RATE)
    assert amount.min() == 1.0


@pytest.mark.parametrize(("frequency", "expected"), [(200.0, -6.0), (2000.0, -9.0), (8000.0, -6.0)])
def test_the_band_of_speech_steps_back_further(frequency, expected):
    n = RATE
    sine = np.sin(2 * np.pi * frequency * np.arange(n + 2 * HALF) / RATE).astype(np.float32)
    around = np.stack([sine, sine])
    result = ducked(around, np.ones(n), RATE, 6.0, 9.0)
    level = 20 * np.log10(np.std(result[0]) / np.std(sine))
    assert level == pytest.approx(expected, abs=0.2)


def test_nothing_moves_and_nothing_changes_where_nothing_is_ducked():
    rng = np.random.default_rng(5)
    around = rng.standard_normal((2, 20_000)).astype(np.float32)
    assert np.array_equal(
        ducked(around, np.zeros(20_000 - 2 * HALF), RATE, 10.0, 12.0), around[:, HALF:-HALF]
    )
    deep = ducked(around, np.ones(20_000 - 2 * HALF), RATE, 6.0, 8.0)
    lag = np.correlate(deep[0, 100:-100], around[0, HALF : HALF + deep.shape[1]], "valid").argmax()
    assert lag == 100 or np.argmax(np.correlate(around[0, HALF:-HALF], deep[0], "same")) == deep.shape[1] // 2
