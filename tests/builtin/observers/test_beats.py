"""Tempo and beats, on music made here with every beat known."""

from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import heard, video
from v2a.builtin.observers import Sound
from v2a.dsp import beats

RATE = 48_000


def struck(pitch, seconds=0.9, decay=0.5):
    t = np.arange(int(RATE * seconds)) / RATE
    wave = sum(np.sin(2 * np.pi * pitch * h * t) / h for h in (1, 2, 3, 4))
    return wave * np.minimum(t / 0.003, 1) * np.exp(-t / decay) * np.minimum(1, (t[-1] - t) / 0.02)


def tick(rng, seconds=0.1):
    t = np.arange(int(RATE * seconds)) / RATE
    return rng.normal(0, 0.4, len(t)) * np.exp(-t / 0.02)


def played(at, bar, seconds, lead=0.0):
    """A drum on every beat, a low note on the first of each bar, a chord on the others, and where the beats are."""
    rng = np.random.default_rng(1)
    sound = np.zeros(int(RATE * seconds))
    for n, time in enumerate(at):
        root = 220 * 2 ** ((0, 5, 7, 2)[n // bar % 4] / 12)
        notes = [struck(root / 2)] if n % bar == 0 else [struck(root * r) for r in (1, 1.26, 1.5)]
        for one in (*notes, tick(rng)):
            start = round((time + lead) * RATE)
            one = one[: max(0, len(sound) - start)]
            sound[start : start + len(one)] += 0.1 * one
    return sound


def found(sound, folder):
    return heard(Sound(), sound, RATE, video(Fraction(len(sound), RATE)), folder)


@pytest.mark.parametrize(("tempo", "bar"), [(72, 4), (96, 3), (120, 4), (140, 3), (150, 4)])
def test_beats_are_where_notes_begin(tmp_path, tempo, bar):
    at = np.arange(0.35, 13.8, 60 / tempo)
    (music,) = found(played(at, bar, 14), tmp_path).music
    assert music.tempo == pytest.approx(tempo, rel=0.01)
    errors = [float(b) - at[np.abs(at - float(b)).argmin()] for b in music.beats]
    assert max(map(abs, errors)) < 0.02
    assert abs(np.median(errors)) < 0.003
    assert len(music.beats) >= len(at) - 3


def test_a_tempo_that_gives_way_is_followed(tmp_path):
    lengths = 0.5 * (1 + 0.1 * np.sin(np.arange(40) / 6))
    at = 0.3 + np.cumsum(lengths) - lengths[0]
    (music,) = found(played(at, 4, float(at[-1]) + 0.6), tmp_path).music
    errors = [float(b) - at[np.abs(at - float(b)).argmin()] for b in music.beats]
    assert len(music.beats) >= len(at) - 3
    assert np.quantile(np.abs(errors), 0.9) < 0.02


def test_beats_lie_in_their_music(tmp_path):
    silence = np.zeros(5 * RATE)
    at = np.arange(0.2, 11.8, 0.5)
    seen = found(np.concatenate([silence, played(at, 4, 12), silence]), tmp_path)
    (music,) = seen.music
    assert 4.5 < music.span.start < 6 and 16 < music.span.end < 18
    assert all(music.span.contains(b) for b in music.beats)
    assert min(abs(float(b) - 5 - t) for b in music.beats for t in at[10:11]) < 0.01


def rows(seconds, at=()):
    """The rises and levels of clicks at these times over a bed of noise."""
    rng = np.random.default_rng(2)
    rise = np.abs(rng.normal(0, 0.01, (int(seconds * 100), 4))).astype(np.float32)
    attack = rng.normal(-60, 1, (int(seconds * 500), 2)).astype(np.float32)
    for time in at:
        rise[round(time * 100) + 1] = 0.4
        attack[round(time * 500) : round(time * 500) + 10] = -20
    return rise, attack


def test_chance_has_no_pulse():
    at = np.cumsum(np.random.default_rng(3).uniform(0.1, 1.2, 60))
    assert beats.pulse(*rows(40, at[at < 39])) is None
    assert beats.pulse(*rows(40)) is None
    assert beats.pulse(*rows(40, np.arange(0.3, 39, 0.5))) is not None


def test_what_is_too_short_or_silent_has_no_pulse():
    assert beats.pulse(*rows(2, (0.5, 1.0, 1.5))) is None
    assert beats.pulse(np.zeros((3000, 4), np.float32), np.full((15_000, 2), -100, np.float32)) is None
