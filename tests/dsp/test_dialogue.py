"""Dialogue: the stretches where somebody speaks are measured, and nothing else."""

from fractions import Fraction as F

import numpy as np
import pytest

from v2a.dsp.dialogue import DialogueMeter, joined, share
from v2a.dsp.meter import measure
from v2a.model import Span

RATE = 48_000


def span(start, end):
    return Span(F(str(start)), F(str(end)))


def programme():
    """Ten seconds: loud noise, and between 2 and 4 and 6 and 9 seconds something softer."""
    rng = np.random.default_rng(1)
    sound = 0.4 * rng.standard_normal((2, 10 * RATE))
    for start, end in ((2, 4), (6, 9)):
        sound[:, start * RATE : end * RATE] *= 0.1
    return sound.astype(np.float32)


def heard(sound, spans, size):
    meter = DialogueMeter(RATE, 2, joined(spans))
    for at in range(0, sound.shape[1], size):
        meter.add(sound[:, at : at + size])
    return meter.integrated


def test_stretches_that_overlap_or_meet_are_one():
    found = joined([span(5, 6), span(0, 2), span(1, 1.5), span(2, 3), span(4, 4.5)])
    assert found == (span(0, 3), span(4, 4.5), span(5, 6))
    assert share(found, F(10)) == pytest.approx(0.45)
    assert share((), F(10)) == share((), F(0)) == 0.0


@pytest.mark.parametrize("size", [1000, 47_999, 131_072, 10 * RATE])
def test_only_speech_counts_whatever_the_blocks(size):
    sound = programme()
    alone = np.concatenate([sound[:, 2 * RATE : 4 * RATE], sound[:, 6 * RATE : 9 * RATE]], axis=1)
    found = heard(sound, [span(2, 4), span(6, 9)], size)
    assert found == pytest.approx(measure(alone, RATE).integrated, abs=0.01)
    assert found < measure(sound, RATE).integrated - 15


def test_speech_beyond_the_end_is_not_waited_for():
    sound = programme()
    assert heard(sound, [span(9, 12)], 4096) == pytest.approx(heard(sound, [span(9, 10)], 4096), abs=1e-6)


def test_no_speech_has_no_loudness():
    assert heard(programme(), [], 4096) is None
    assert heard(np.zeros((2, 10 * RATE), np.float32), [span(1, 5)], 4096) is None
