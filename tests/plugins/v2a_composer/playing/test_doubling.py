"""Buses at lower rates: what is played on one sounds as it does at the full rate, also where blocks meet."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from tests.plugins.v2a_composer.fontfile import sine
from v2a_composer.playing.colouring import SLOW
from v2a_composer.playing.doubling import MARGINS, Buses, doubled
from v2a_composer.playing.envelopes import Envelope, Swing
from v2a_composer.playing.hall import BLOCK
from v2a_composer.playing.rack import page, page_of
from v2a_composer.playing.tone import OCTAVES, RATE, Bend, Colour, Loop, Tone, _octaves

SLOWLY = Tone(0, 0, 48_000, Fraction(40, 249), Loop(1000, 40_000), Envelope(), Envelope(), Swing(), Swing(), Colour(),
              Bend())  # fmt: skip


def decibels(sound, whole):
    return 10 * np.log10(
        np.mean(np.square(sound, dtype=np.float64)) / np.mean(np.square(whole, dtype=np.float64))
    )


@pytest.mark.parametrize("hertz", [60.0, 3000.0, 9800.0])
def test_a_tone_at_half_the_rate_is_the_same_tone(hertz):
    time = np.arange(8000) / (RATE / 2)
    made = doubled(np.sin(2 * np.pi * hertz * time)[None].astype(np.float32))[0]
    wanted = np.sin(2 * np.pi * hertz * (np.arange(len(made)) / RATE + 32 / (RATE / 2)))
    assert decibels(made - wanted, wanted) < -75


def test_blocks_of_buses_meet_without_a_seam():
    blocks = []
    for number in range(3):
        buses = Buses(1)
        for octaves, hertz in enumerate((5000.0, 3000.0, 700.0)):
            rate, first = RATE >> octaves, (number * BLOCK >> octaves) - MARGINS[octaves]
            bus = buses.bus(octaves)
            bus[0] = np.sin(2 * np.pi * hertz * (first + np.arange(bus.shape[1])) / rate)
        blocks.append(buses.whole())
    time = np.arange(3 * BLOCK) / RATE
    wanted = sum(np.sin(2 * np.pi * hertz * time) for hertz in (5000.0, 3000.0, 700.0))
    apart = np.concatenate(blocks, axis=1)[0] - wanted
    assert max(decibels(apart[n * BLOCK - 50 : n * BLOCK + 50], wanted) for n in (1, 2)) < -75


def test_buses_on_which_nobody_plays_are_silent():
    assert Buses(2).whole().shape == (2, BLOCK) and not Buses(2).whole().any()


@pytest.mark.parametrize("octaves", range(1, OCTAVES + 1))
@pytest.mark.parametrize("change", [
    {},
    {"colour": Colour(9000.0, 6.0)},
    {"colour": Colour(8000.0, 3.0, 3000.0), "movement": Envelope(0, 0.01, 0, 4.0, 0.8)},
    {"bend": Bend(vibrato=20.0), "vibrato": Swing(0.05, 5.0)},
    {"loudness": Envelope(0.0, 0.05, 0.1, 2.0, 40.0), "tremolo": 2.0, "swing": Swing(0, 4.0)},
])  # fmt: skip
def test_a_dull_tone_sounds_the_same_at_a_lower_rate(octaves, change):
    rng = np.random.default_rng(3)
    wave = 0.5 * sine(1.0, 900.0) + 0.1 * sine(1.0, 6011.0) + rng.normal(0, 0.01, 48_000)
    wave = wave.astype(np.float32)
    full = replace(SLOWLY, **change)
    low = replace(full, octaves=octaves, step=full.step * 2**octaves)
    heard = []
    for tone in (full, low):
        size, seconds = page_of(tone), 8 * SLOW / RATE
        pages = np.empty((round(seconds * tone.rate) // size, size), np.float32)
        for number, into in enumerate(pages):
            page(tone, wave, number, into)
        sound = pages.reshape(1, -1)
        for _ in range(tone.octaves):
            sound = doubled(np.pad(sound, ((0, 0), (32, 32))))
        heard.append(sound[0, :-1000])
    assert decibels(heard[1] - heard[0], heard[0]) < -55


def test_the_rate_goes_down_only_where_nothing_high_is_left_out():
    speeds = (0.05, 0.1, 0.2, 0.21, 0.41, 0.42, 1.0, 8.0)
    assert [_octaves(speed, Bend()) for speed in speeds] == [2, 2, 2, 1, 1, 0, 0, 0]
    assert [_octaves(speed, Bend(vibrato=5.0)) for speed in speeds] == [2, 2, 1, 0, 0, 0, 0, 0]
