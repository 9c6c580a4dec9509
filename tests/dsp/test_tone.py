"""Room tone out of pauses."""

import itertools

import numpy as np
import pytest

from tests.stages.mixing.reel import tone
from v2a.dsp.partials import Stretch
from v2a.dsp.tone import RoomTone

RATE = 48_000


def grown(sound, *spans, seed=3):
    cuts = ((round(a * RATE), round(b * RATE)) for a, b in spans)
    return RoomTone.grown([Stretch(a, sound[:, a:b]) for a, b in cuts], RATE, seed)


def bands(sound):
    """The level in each third of an octave from 100 Hz to 12.5 kHz, of all channels."""
    power = (np.abs(np.fft.rfft(sound * np.hanning(sound.shape[1]), axis=1)) ** 2).mean(0) / sound.shape[1]
    hertz = np.fft.rfftfreq(sound.shape[1], 1 / RATE)
    edges = np.searchsorted(hertz, 100 * 2 ** (np.arange(23) / 3 - 1 / 6))
    return 10 * np.log10([power[a:b].mean() for a, b in itertools.pairwise(edges)])


def repeats(sound):
    """The highest autocorrelation of the log spectrogram at lags from half a second on."""
    frames = sound[0, : sound.shape[1] // 4800 * 4800].reshape(-1, 4800) * np.hanning(4800)
    power = np.abs(np.fft.rfft(frames)) ** 2
    edges = np.geomspace(4, 1600, 33).astype(int)
    rows = np.log([power[:, a : max(a + 1, b)].mean(1) for a, b in itertools.pairwise(edges)])
    rows -= rows.mean(1, keepdims=True)
    count = rows.shape[1]
    lagged = [(rows[:, lag:] * rows[:, :-lag]).sum() / (count - lag) for lag in range(5, count * 2 // 3)]
    return max(lagged) / (rows**2).mean() / len(rows)


@pytest.mark.parametrize("hum", [0.0, 0.01])
@pytest.mark.parametrize("spans", [[(1, 2.5)], [(1, 1.4), (3, 3.3), (5, 5.5), (7, 7.3)]])
def test_half_a_minute_out_of_a_second_and_a_half(hum, spans):
    sound = tone(hum=hum)
    made = grown(sound, *spans).window(8 * RATE, 38 * RATE)
    pool = np.concatenate([sound[:, round(a * RATE) : round(b * RATE)] for a, b in spans], axis=1)
    assert 20 * np.log10(made.std() / pool.std()) == pytest.approx(0, abs=1)
    assert np.abs(bands(made) - bands(sound)).max() < 2
    assert repeats(made) < 0.25
    assert np.corrcoef(made)[0, 1] == pytest.approx(np.corrcoef(sound)[0, 1], abs=0.1)


def test_any_window_can_be_made_by_itself():
    tone_ = grown(tone(hum=0.01), (1, 2), (4, 4.5))
    whole = tone_.window(0, 10 * RATE)
    for start, stop in ((3, 90), (5 * RATE, 7 * RATE), (10 * RATE - 1, 10 * RATE)):
        assert np.array_equal(tone_.window(start, stop), whole[:, start:stop])


def test_another_seed_is_another_tone():
    one, two = (grown(tone(), (1, 3), seed=seed).window(0, RATE) for seed in (1, 2))
    assert np.abs(one - two).max() > 1e-3


def test_a_quarter_of_a_second_is_enough():
    sound = tone()
    made = grown(sound, (1, 1.25)).window(0, 20 * RATE)
    assert 20 * np.log10(made.std() / sound.std()) == pytest.approx(0, abs=1.5)
    assert repeats(made) < 0.25
