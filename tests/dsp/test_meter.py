"""What must hold of any meter, whatever it is fed; the standards' signals are in test_ebu.py."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from tests.dsp.ebu import RATE, tone
from v2a.dsp.meter import Meter, measure
from v2a.model import Loudness


def blocks(sound: np.ndarray, size: int):
    return (sound[:, at : at + size] for at in range(0, sound.shape[1], size))


def test_peaks_are_those_of_the_library_whatever_the_blocks():
    import pyebur128

    rng = np.random.default_rng(4)
    sound = (rng.standard_normal((2, 60_000)) * np.linspace(0.01, 0.4, 60_000)).astype(np.float32)
    state = pyebur128.R128State(2, RATE, pyebur128.MeasurementMode.MODE_TRUE_PEAK)
    state.add_frames(np.ascontiguousarray(sound.T).reshape(-1), sound.shape[1])
    library = 20 * np.log10(max(pyebur128.get_true_peak(state, c) for c in range(2)))
    for size in (100, 512, 5000, 60_000):
        assert measure(blocks(sound, size), RATE).true_peak == pytest.approx(library, abs=0.01)


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


@pytest.mark.parametrize(
    ("speakers", "louder"),
    [
        (("FL", "FR"), 0.0),
        (("FC", "LFE"), None),
        (("SL", "SR"), 1.5),
        (("BL", "BR"), 1.5),
        (("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"), 10 * np.log10((5 + 2 * 1.41) / 2)),
        (("FL", "FR", "FC", "LFE", "BC", "SL", "SR"), 10 * np.log10((4 + 2 * 1.41) / 2)),
    ],
)
def test_loudspeakers_count_by_where_they_stand(speakers, louder):
    """All channels alike, against two in front: the sides 1.5 dB more, low frequencies not at all, the rest as it is."""
    sound = tone([(-23, 3)], channels=len(speakers))
    meter = Meter(RATE, len(speakers), speakers=speakers)
    meter.add(sound)
    against = measure(tone([(-23, 3)]), RATE).integrated
    expected = -3.01 if louder is None else louder
    assert meter.loudness().integrated - against == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("gaps", [(3.0, 20.0, 7.3), (4.1, 12.0, 31.77), (0.5, 9.99, 60.0)])
def test_long_silence_is_left_out_and_changes_no_figure(gaps):
    """In blocks, as a stem is written, against all at once, of which nothing is left out."""
    rng = np.random.default_rng(5)
    parts = []
    for n, gap in enumerate(gaps):
        parts.append(rng.standard_normal((2, round((1.5 + n) * 48_000))) * 0.05 * (n + 1))
        parts.append(np.zeros((2, round(gap * 48_000))))
    sound = np.concatenate([*parts, parts[0]], axis=1).astype(np.float32)
    pieces = Meter(48_000)
    for start in range(0, sound.shape[1], 1 << 16):
        pieces.add(sound[:, start : start + (1 << 16)])
    whole = measure(sound, 48_000)
    assert astuple(pieces.loudness()) == pytest.approx(astuple(whole), abs=1e-6)
