"""How far hits stand out: by kind and weight, in any section, and with nothing louder behind them."""

from dataclasses import replace

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import notes, planned
from v2a_composer.writing.scoring import compose

EVEN = v2a.TempoMap.even(96)
BEATS = (16, 28, 41, 54)


def scored(prompt, *weights, kind="mark", seed=1):
    hits = tuple(v2a.Hit(EVEN.time(b), w, kind) for b, w in zip(BEATS, weights))
    return compose(replace(planned(prompt, 40, seed), tempo=EVEN, hits=hits))


def struck(score, start, end):
    """The power of what begins within a time, for each tenth of a second."""
    return sum(n.velocity**4 for n in notes(score) if start <= n.time < end)


def accent(score, beat):
    """By how many dB a hit is struck harder than the tenths of a second before it in the mean."""
    time = float(EVEN.time(beat))
    before = struck(score, time - 1, time - 0.03) / 10
    return 10 * np.log10(struck(score, time - 0.03, time + 0.07) / max(before, 24**4))


@pytest.mark.parametrize("prompt", ["calm", "warm strings and piano", "hopeful strings and piano", "tense"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_mark_is_an_accent_in_any_section(prompt, seed):
    score = scored(prompt, 10.0, 25.0, 10.0, 10.0, seed=seed)
    assert all(accent(score, beat) > 6 for beat in BEATS)


@pytest.mark.parametrize("prompt", ["calm", "warm", "hopeful strings and piano", "tense", "epic"])
def test_nothing_louder_follows_a_mark(prompt):
    score = scored(prompt, 10.0, 25.0, 10.0, 10.0)
    for beat in BEATS:
        time = float(EVEN.time(beat))
        hit = struck(score, time - 0.03, time + 0.03)
        assert all(
            struck(score, time + at, time + at + 0.03) < 0.65 * hit for at in np.arange(0.03, 0.45, 0.03)
        )


def test_a_heavier_mark_is_struck_harder():
    light, heavy = (scored("warm strings and piano", w, w, w, w) for w in (4.0, 25.0))
    time = float(EVEN.time(28))
    assert struck(heavy, time - 0.03, time + 0.03) > 1.5 * struck(light, time - 0.03, time + 0.03)


@pytest.mark.parametrize("prompt", ["calm", "neutral", "warm", "sad piano"])
def test_moments_of_calm_music_are_no_tutti(prompt):
    score = scored(prompt, 3.0, 3.0, 3.0, 3.0, kind="moment")
    marked = scored(prompt, 25.0, 25.0, 25.0, 25.0)
    for beat in BEATS:
        time = float(EVEN.time(beat))
        there = [n.velocity for n in notes(score) if abs(n.time - time) < 0.03]
        assert there and max(there) <= 115
    times = [float(EVEN.time(beat)) for beat in BEATS]
    powers = [sum(struck(s, t - 0.03, t + 0.03) for t in times) for s in (score, marked)]
    assert powers[1] > 1.5 * powers[0]
