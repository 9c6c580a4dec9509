"""How a cue ends: the last fade is as long as the music is loud there, whatever the windows."""

from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a_composer import desk
from v2a_composer.playing.band import Heard

RATE = 48_000


class Steady:
    """A band that plays on, at one level."""

    def __init__(self, level):
        self.level = level

    def window(self, start, length):
        return Heard(np.full((2, length), self.level, np.float32), {})


def request(whole, start=0, end=None):
    span = v2a.Span(Fraction(start), Fraction(whole if end is None else end))
    return v2a.Request("1M1", "mx", "", span, Fraction(whole), 1, RATE, 2)


def seconds(level, whole=20):
    loud = desk._loudness(Steady(level), whole * RATE if whole >= 1 else round(whole * RATE))
    return len(desk._fall(request(whole), loud)) / RATE


def test_louder_endings_fall_for_longer():
    assert seconds(0.0) == seconds(0.005) == 0.25
    assert 0.25 < seconds(0.05) < seconds(0.1) < 1.5
    assert seconds(0.3) == 1.5


def test_a_short_cue_keeps_its_sound():
    assert seconds(0.3, Fraction(1, 2)) == 0.25
    assert seconds(0.3, 4) == 0.5


def test_a_loud_ending_falls_steadily_and_to_nothing():
    gain = desk._fall(request(20), 1.0)
    assert gain[0] > 0.999 and gain[-1] == 0 and (np.diff(gain) <= 0).all()
    level = 20 * np.log10(np.maximum(gain, 1e-9))[:: RATE // 10]
    assert level[12] == pytest.approx(-20, abs=1)
    assert np.abs(np.diff(level[:13])).max() < 7.1


def test_a_fade_is_the_same_in_any_windows():
    whole = desk._fall(request(20), 0.8)
    parts = [
        desk._fall(request(20, a, b), 0.8)
        for a, b in ((0, 18), (18, 19), (19, Fraction(39, 2)), (Fraction(39, 2), 20))
    ]
    assert np.array_equal(np.concatenate(parts), whole)
