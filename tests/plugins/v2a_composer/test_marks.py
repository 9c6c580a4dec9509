"""Marks as they are heard: each stands out of the music before it, and nothing behind it is louder."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import v2a
from v2a_composer import fonts
from v2a_composer.composer import composer

pytestmark = pytest.mark.usefixtures("brought")
RATE, WHOLE = 48_000, Fraction(46)
EVEN = v2a.TempoMap.even(104)
SCENES = (0, 10, 21, 34, WHOLE)
BEATS = (27, 48)


def around(mood, seed):
    """Two seconds about each mark, the second of them in the climax."""
    sections = tuple(v2a.Span(Fraction(a), Fraction(b)) for a, b in pairwise(SCENES))
    hits = tuple(v2a.Hit(EVEN.time(beat), 10.0, "mark") for beat in BEATS)
    timing = v2a.Timing(EVEN, hits, sections)
    maker = composer(fonts.chosen()).open(v2a.Bench())
    for hit in hits:
        start = Fraction(round((hit.time - 1) * RATE), RATE)
        span = v2a.Span(start, start + 2)
        request = v2a.Request("1M1", "mx", f"{mood} music", span, WHOLE, seed, RATE, 2, timing=timing)
        (made,) = maker([request])
        yield made.sound.samples


def level(sound, start, end):
    part = sound[:, round((1 + start) * RATE) : round((1 + end) * RATE)].astype(np.float64)
    return 10 * np.log10(np.mean(part**2) + 1e-10)


@pytest.mark.parametrize(("mood", "seed"), [("epic", 1), ("action", 3), ("warm", 2)])
def test_a_mark_stands_out_and_nothing_louder_follows(mood, seed):
    for sound in around(mood, seed):
        own = level(sound, 0, 0.1)
        assert own - level(sound, -0.5, 0) > 2.5
        assert max(level(sound, at, at + 0.1) for at in np.arange(0.1, 0.9, 0.02)) - own < 1.2
