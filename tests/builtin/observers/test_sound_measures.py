"""What the sound observer measures, against the standard's own meter; sound that is odd, and sound that is long."""

import time
from fractions import Fraction

import numpy as np
import pyebur128
import pytest

from tests.builtin.observers.driving import BENCH, heard, video
from v2a.builtin.observers import Sound
from v2a.model import FeatureTrack, Observations, Span, Speech

RATE = 48_000


def observed(sound, folder, channels=2):
    return heard(Sound(), sound, RATE, video(Fraction(np.shape(sound)[-1], RATE), channels=channels), folder)


def metered(sound):
    """The standard's loudness of the whole, and its momentary loudness every 100 ms from 400 ms on."""
    frames = np.ascontiguousarray(np.atleast_2d(sound).T, np.float32)
    mode = pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_M
    meter = pyebur128.R128State(frames.shape[1], RATE, mode)
    momentary = []
    for start in range(0, len(frames), RATE // 10):
        piece = frames[start : start + RATE // 10]
        meter.add_frames(piece.reshape(-1), len(piece))
        momentary.append(pyebur128.get_loudness_momentary(meter))
    return pyebur128.get_loudness_global(meter), np.array(momentary[3:])


def noise(colour, seconds=12, sides=2):
    from scipy.signal import lfilter

    white = np.random.default_rng(4).normal(0, 0.02, (sides, RATE * seconds))
    return {
        "white": white,
        "pink": lfilter([0.05, -0.04], [1, -0.96], white),
        "brown": lfilter([0.05], [1, -0.99], white),
    }[colour]


@pytest.mark.parametrize("colour", ["white", "pink", "brown"])
@pytest.mark.parametrize("sides", [1, 2])
def test_the_level_of_an_atmosphere_is_its_loudness(tmp_path, colour, sides):
    sound = noise(colour, sides=sides)
    (steady,) = observed(sound, tmp_path, sides).atmosphere
    assert steady.level == pytest.approx(metered(sound)[0], abs=0.3)


def test_strokes_over_an_atmosphere_do_not_raise_its_level(tmp_path):
    sound = noise("pink", sides=1)[0]
    level = metered(sound)[0]
    for second in range(1, 11):
        sound[second * RATE : second * RATE + 4800] += np.hanning(4800) * np.sin(np.arange(4800) / 7)
    (steady,) = observed(sound, tmp_path, 1).atmosphere
    assert steady.level == pytest.approx(level, abs=0.5)


@pytest.mark.parametrize("sides", [1, 2])
def test_loudness_is_the_standards_momentary_one(tmp_path, sides):
    swell = np.interp(np.arange(RATE * 8), [0, RATE * 3, RATE * 4, RATE * 8], [0.02, 1, 0.1, 0.5])
    sound = noise("pink", 8, sides) * swell
    rows = 10 ** (np.asarray(observed(sound, tmp_path, sides).features["loudness"].values(), np.float64) / 10)
    four = 10 * np.log10(np.convolve(rows, np.ones(4) / 4, "valid"))
    assert np.allclose(four, metered(sound)[1], atol=0.05)


def test_samples_that_are_no_numbers_are_silence(tmp_path):
    sound = noise("white", 6, 1)[0]
    sound[2 * RATE] = np.nan
    sound[2 * RATE + 7] = np.inf
    sound[2 * RATE + 9] = 1e30
    seen = observed(sound, tmp_path, 1)
    assert np.allclose(
        np.asarray(seen.features["loudness"].values())[30:], metered(sound[3 * RATE :])[0], atol=0.7
    )


def test_a_constant_is_silence(tmp_path):
    seen = observed(np.full(RATE * 4, 0.5), tmp_path)
    assert [(float(s.start) < 0.5, s.end) for s in seen.silence] == [(True, 4)]
    assert seen.onsets == seen.music == ()


def test_clipped_sound_is_only_loud(tmp_path):
    sound = np.clip(noise("pink", 5, 1)[0] * 1e4, -1, 1)
    seen = observed(sound, tmp_path, 1)
    assert seen.onsets == seen.music == seen.silence == ()


def test_a_film_that_opens_in_noise_has_no_onset_there_but_one_that_opens_with_a_stroke_has(tmp_path):
    bed = noise("white", 4, 1)[0]
    assert all(o.time > 0.05 for o in observed(bed, tmp_path).onsets)
    t = np.arange(RATE * 4) / RATE
    (first, *_rest) = observed(0.05 * bed + np.sin(5000 * t) * np.exp(-t / 0.05), tmp_path).onsets
    assert first.time < Fraction(2, 100)


def long_rows(folder, hours):
    """Feature rows as of hours of strokes over a bed, music and silence, with no sound behind them."""
    rng, tenths = np.random.default_rng(5), 36_000 * hours
    part = np.arange(tenths) // 600 % 4
    loudness = np.choose(part, [-40, -20, -90, -35]) + rng.normal(0, 0.3, tenths)
    rise = np.abs(rng.normal(0, 0.01, (tenths * 10, 4)))
    attack = rng.normal(-60, 1, (tenths * 50, 2))
    for at in range(50, tenths * 10, 50):
        rise[at] = 0.5
        attack[at * 5 : at * 5 + 10] = -20
    tones = np.zeros((tenths, 13))
    tones[:, 0] = 0.9 * (part == 1)
    tones[np.arange(tenths), 1 + np.arange(tenths) // 10 % 12] = part == 1
    made = {
        "loudness": loudness,
        "onset": rise,
        "attack": attack,
        "tones": tones,
        "bands": np.zeros((tenths, 24)),
    }
    tracks = {}
    for name, values in made.items():
        np.save(folder / f"{name}{hours}.npy", values.astype(np.float32))
        tracks[name] = FeatureTrack(str(folder / f"{name}{hours}.npy"), Fraction(len(values), 3600 * hours))
    talk = tuple(Speech(Span(Fraction(n), Fraction(n + 5))) for n in range(0, 3600 * hours, 20))
    return Observations(video(Fraction(3600 * hours)), features=tracks, speech=talk)


def test_an_hour_concludes_in_seconds(tmp_path):
    seen = long_rows(tmp_path, 1)
    begun = time.process_time()
    found = Sound().conclude(BENCH, seen)
    assert time.process_time() - begun < 18, "200 times faster than the film, without what was heard before"
    assert len(found.music) == len(found.silence) == 15
    assert abs(len(found.onsets) - 7200) < 20
    assert found.music[3].tempo == pytest.approx(120, abs=1)
