"""Beats, meters and bars of songs whose beats are known."""

import numpy as np
import pytest

from tests.band import RATE, song
from v2a.dsp.bars import bars
from v2a.dsp.hearing import curves


def heard(sound):
    return curves([sound[np.newaxis]])


def late(found, true):
    """How far each true time is from the nearest found one."""
    return np.array([np.abs(found - t).min() for t in true])


@pytest.mark.parametrize(
    ("bpm", "meter", "drift"), [(72, 4, 0.0), (120, 4, 0.04), (150, 4, 0.0), (108, 3, 0.03)]
)
def test_beats_and_bars_are_where_they_were_played(bpm, meter, drift):
    made = song(bpm, meter, "ab", drift)
    found = bars(heard(made.sound))
    assert found.meter == meter
    assert found.tempo == pytest.approx(bpm, rel=0.04)
    assert np.quantile(late(found.beats, made.beats), 0.95) < 0.015
    assert np.quantile(late(found.beats[found.firsts], made.downbeats), 0.95) < 0.015
    assert len(found.firsts) == pytest.approx(len(made.downbeats), abs=1)
    assert found.sure > 0.5 and found.counted > 0


def test_beats_that_were_taken_from_between_the_beats_are_set_right(monkeypatch):
    from v2a.dsp import bars as module

    made = song(100, 4, "ab")
    found = module.pulse(heard(made.sound).rise, heard(made.sound).attack)
    beside = tuple(t + 0.3 for t in found.beats)
    monkeypatch.setattr(module, "pulse", lambda *_: module_pulse(found, beside))
    assert np.median(late(bars(heard(made.sound)).beats, made.beats)) < 0.01


def module_pulse(found, beats):
    return type(found)(found.tempo, beats)


def test_a_known_tempo_decides_between_octaves():
    made = song(140, 4, "ab")
    assert bars(heard(made.sound), tempo=70).tempo == pytest.approx(70, rel=0.02)
    assert bars(heard(made.sound), tempo=140).tempo == pytest.approx(140, rel=0.02)


def test_counting_faster_and_slower_keeps_the_bars():
    made = bars(heard(song(100, 4, "ab").sound))
    twice, half = made.faster(), made.slower()
    assert (twice.tempo, half.tempo) == (2 * made.tempo, made.tempo / 2)
    assert set(made.beats[made.firsts]) <= set(twice.beats[twice.firsts])
    assert set(half.beats[half.firsts]) <= set(made.beats[made.firsts])
    assert set(np.diff(twice.firsts)) == set(np.diff(half.firsts)) == {4}
    assert bars(heard(song(108, 3, "ab", 0.03).sound)).slower() is None


def drone():
    t = np.arange(30 * RATE) / RATE
    return sum(np.sin(2 * np.pi * 55 * h * t) / h for h in range(1, 6)) * 0.1


@pytest.mark.parametrize(
    "sound",
    [np.zeros(20 * RATE), drone(), 0.1 * np.random.default_rng(1).standard_normal(20 * RATE), np.zeros(100)],
    ids=["silence", "drone", "noise", "almost nothing"],
)
def test_what_has_no_beat_has_no_bars(sound):
    assert bars(heard(sound.astype(np.float32))) is None


def test_a_rubato_has_no_bars():
    rng, sound, at = np.random.default_rng(4), np.zeros(40 * RATE, np.float32), 0.3
    t = np.arange(RATE) / RATE
    while at < 38:
        note = np.sin(2 * np.pi * rng.choice([220, 247, 262, 330]) * t) * np.exp(-t / 0.4)
        sound[round(at * RATE) : round(at * RATE) + RATE] += 0.2 * note
        at += float(np.exp(rng.normal(np.log(0.7), 0.3)))
    assert bars(heard(sound)) is None


def picked(bpm, meter, parts=2):
    """A piano by itself: a bass on the first of each bar, broken chords above it that change with each bar."""
    rng = np.random.default_rng(3)
    beats = 0.3 + np.arange((12 if parts == 2 else 24) * meter + 1) * 60 / bpm
    sound = np.zeros(round((beats[-1] + 2) * RATE))
    t = np.arange(round(1.2 * RATE)) / RATE
    for n in range(parts * (len(beats) - 1)):
        bar, place = divmod(n, parts * meter)
        root = 110 * 2 ** ((0, 9, 5, 7)[bar % 4] / 12)
        pitch = root * (0.5 if place == 0 else (1, 2, 3, 4, 3, 2.52)[place % (2 * parts)])
        level = 1.6 if place == 0 else 1.0 if place % parts == 0 else 0.6
        note = sum(
            np.sin(2 * np.pi * pitch * h * t) * np.exp(-t * h**0.7 / 0.5) / h**1.2 for h in range(1, 6)
        )
        at = np.interp(n / parts, np.arange(len(beats)), beats) + rng.normal(0, 0.004)
        start = round(at * RATE)
        sound[start : start + len(t)] += level * (note * np.minimum(1, t / 0.003))[: len(sound) - start]
    return (0.2 * sound / np.abs(sound).max()).astype(np.float32), beats


@pytest.mark.parametrize(("bpm", "meter"), [(54, 4), (60, 4), (66, 4), (100, 3), (126, 3)])
def test_a_piano_by_itself_is_counted_as_one_taps_it(bpm, meter):
    sound, beats = picked(bpm, meter)
    found = bars(heard(sound))
    assert (found.meter, found.tempo) == (meter, pytest.approx(bpm, rel=0.02))
    assert np.quantile(late(found.beats, beats[:-1]), 0.9) < 0.02
    assert np.quantile(late(found.beats[found.firsts], beats[:-1:meter]), 0.9) < 0.02


@pytest.mark.parametrize("bpm", [72, 84, 100])
def test_six_eighths_are_counted_in_dotted_quarters(bpm):
    sound, beats = picked(bpm, 2, 3)
    found = bars(heard(sound))
    assert found.tempo == pytest.approx(bpm, rel=0.02)
    assert np.quantile(late(found.beats, beats[:-1]), 0.9) < 0.02
    first = found.beats[found.firsts[(found.firsts >= found.opens) & (found.firsts < found.closes)]]
    assert np.quantile(late(beats[:-1:2], first), 0.9) < 0.02
