"""Onsets, loudness, silence, atmosphere and music on sound made here."""

from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import heard, video
from v2a.builtin.observers import Sound

RATE = 48_000
SECONDS = 14


def clock(seconds=SECONDS):
    return np.arange(int(RATE * seconds)) / RATE


def strike(rng, kind):
    """One of four short sounds, at full level."""
    t = clock(0.4)
    if kind == 0:
        sound = rng.normal(0, 1, len(t)) * np.exp(-t / 0.03)
    elif kind == 1:
        sound = sum(np.sin(2 * np.pi * f * t) * np.exp(-t / d) for f, d in ((400, 0.08), (2900, 0.03)))
    elif kind == 2:
        sound = rng.normal(0, 1, len(t)) * np.minimum(t / 0.005, 1) * np.exp(-t / 0.06)
    else:
        sound = np.sin(240 * np.pi * t) * np.exp(-t / 0.1) + 0.3 * rng.normal(0, 1, len(t)) * np.exp(
            -t / 0.01
        )
    return sound / np.abs(sound).max()


def foley(seed, noise=0.0):
    """Strikes of all kinds and levels, and when they begin."""
    rng = np.random.default_rng(seed)
    sound, times, at = rng.normal(0, 1, RATE * SECONDS) * noise, [], 0.5
    while at < SECONDS - 1.5:
        at += rng.uniform(0.25, 0.9)
        first = round(at * RATE)
        one = strike(rng, rng.integers(4)) * 10 ** (rng.uniform(-18, -3) / 20)
        sound[first : first + len(one)] += one
        times.append(first / RATE)
    return sound, times


def chords(drums):
    sound, t = np.zeros(RATE * SECONDS), clock(2)
    rng = np.random.default_rng(0)
    for n in range(SECONDS // 2):
        root = 220 * 2 ** ((0, 5, 7, 3)[n % 4] / 12)
        notes = [root * r * h for r in (1, 1.26, 1.5) for h in (1, 2, 3)]
        chord = sum(np.sin(2 * np.pi * f * t) / (f / root) for f in notes)
        sound[n * 2 * RATE : (n + 1) * 2 * RATE] += 0.05 * chord * np.exp(-t / 1.5) * np.minimum(t / 0.01, 1)
    for n in range(2 * SECONDS if drums else 0):
        one = 0.2 * strike(rng, 3 * (n % 2))
        first = n * RATE // 2
        sound[first : first + len(one)] += one[: len(sound) - first]
    return sound


def observed(sound, folder, channels=2):
    return heard(Sound(), sound, RATE, video(Fraction(len(sound), RATE), channels=channels), folder)


@pytest.mark.parametrize("noise", [0.0, 0.006, 0.018])
def test_onsets_are_found_to_a_few_milliseconds(tmp_path, noise):
    errors, found, wanted = [], 0, 0
    for seed in (1, 2, 3):
        sound, times = foley(seed, noise)
        onsets = [float(o.time) for o in observed(sound, tmp_path).onsets]
        near = [min((o - t for o in onsets), key=abs) for t in times]
        errors += [e for e in near if abs(e) < 0.03]
        found, wanted = found + len(onsets), wanted + len(times)
    score = 2 * len(errors) / (found + wanted)
    assert score > 0.95
    assert abs(np.median(errors)) < 0.001
    assert np.quantile(np.abs(errors), 0.95) < 0.005


@pytest.mark.parametrize("channels", [1, 2])
def test_loudness_of_a_tone(tmp_path, channels):
    found = observed(0.1 * np.sin(2 * np.pi * 997 * clock(3)), tmp_path, channels)
    level = np.asarray(found.features["loudness"].values())[5:]
    assert np.allclose(level, -23.01 + (3.01 if channels == 2 else 0), atol=0.1)


def test_silence_and_atmosphere(tmp_path):
    rng = np.random.default_rng(0)
    sound = rng.normal(0, 0.02, RATE * SECONDS)
    sound[: 4 * RATE] = 0
    found = observed(sound, tmp_path)
    assert [(float(s.start), float(s.end)) for s in found.silence] == [(0, 4)]
    (steady,) = found.atmosphere
    assert (steady.span.start, steady.span.end) == (4, SECONDS)
    assert steady.level == pytest.approx(-28, abs=1.5) and steady.confidence > 0.7
    assert found.music == ()
    assert len(found.onsets) <= 4


def test_digital_silence(tmp_path):
    found = observed(np.zeros(RATE * 3), tmp_path)
    assert [(s.start, s.end) for s in found.silence] == [(0, 3)]
    assert found.onsets == found.atmosphere == found.music == ()


@pytest.mark.parametrize("drums", [True, False])
def test_music(tmp_path, drums):
    found = observed(chords(drums), tmp_path)
    (music,) = found.music
    assert music.span.duration > SECONDS - 3 and music.confidence > 0.6
    if drums:
        assert music.tempo == pytest.approx(120, abs=0.5)
    assert all(a.confidence < 0.5 for a in found.atmosphere)


def _engine():
    turns = 2 * np.pi * np.cumsum(40 + 10 * np.sin(2 * np.pi * clock() * 0.1)) / RATE
    return sum(0.02 * np.sin(n * turns) for n in range(1, 20))


@pytest.mark.parametrize("way", ["hum", "noise", "engine", "strikes"])
def test_what_is_no_music(tmp_path, way):
    rng = np.random.default_rng(0)
    sound = {
        "hum": lambda: sum(0.02 * np.sin(100 * np.pi * n * clock()) for n in range(1, 12)),
        "noise": lambda: rng.normal(0, 0.05, RATE * SECONDS),
        "engine": _engine,
        "strikes": lambda: foley(1)[0],
    }[way]()
    assert observed(sound + rng.normal(0, 0.001, len(sound)), tmp_path).music == ()


@pytest.mark.parametrize("length", [1, 23_999, 24_000, 24_001])
def test_very_short_sounds(tmp_path, length):
    found = observed(np.full(length, 0.1), tmp_path)
    assert all(s.end <= found.video.duration for s in found.silence)
