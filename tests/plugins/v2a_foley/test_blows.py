"""Blows, creaks and strings: what is asked for is what is heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from v2a_foley.blows import Blow, Rebound, blow
from v2a_foley.clicks import clock
from v2a_foley.creaks import creaking
from v2a_foley.materials import MATERIALS
from v2a_foley.noise import draws
from v2a_foley.strings import bow
from v2a_foley.wants import Quality, Want

RATE = 48_000


def want(seed: int = 1, **more: float) -> Want:
    return Want(Quality(**more), draws(seed, "blows"), RATE, 0.5, 2.5)


def centre(wave: np.ndarray) -> float:
    """The middle of its spectrum in hertz."""
    power = np.abs(np.fft.rfft(wave)) ** 2
    return float((power * np.fft.rfftfreq(len(wave), 1 / RATE)).sum() / power.sum())


def mean(how: Blow, **more: float) -> float:
    return float(np.mean([centre(blow(want(seed, **more), how, 1.0)) for seed in range(8)]))


def bright(how: Blow, force: float) -> float:
    """The share of its power above 5 kHz."""
    power = sum(np.abs(np.fft.rfft(blow(want(seed, force=force), how, 1.0), RATE)) ** 2 for seed in range(8))
    return float(power[5000:].sum() / power.sum())


@pytest.mark.parametrize("material", MATERIALS)
def test_a_harder_blow_is_brighter_and_a_larger_thing_lower(material: str) -> None:
    how = MATERIALS[material]
    assert bright(how, 0.95) > 1.1 * bright(how, 0.1)
    assert mean(how, size=0.1) > 1.2 * mean(how, size=0.9)


@pytest.mark.parametrize("material", MATERIALS)
def test_a_blow_begins_at_once_and_is_gone_within_two_seconds(material: str) -> None:
    wave = np.abs(blow(want(), MATERIALS[material], 2.0))
    assert np.argmax(wave > 0.05 * wave.max()) < 0.002 * RATE
    assert wave[-RATE // 10 :].max() < 0.01 * wave.max()


def test_what_comes_back_does_so_sooner_and_softer() -> None:
    how = replace(MATERIALS["plastic"], rebound=Rebound(3.0, 0.2, 0.5))
    for seed in range(5):
        wave = np.abs(blow(want(seed), how, 1.5))
        blocks = wave[: len(wave) // 480 * 480].reshape(-1, 480).max(axis=1)
        hits = np.flatnonzero((blocks[1:] > 3 * blocks[:-1]) & (blocks[1:] > 0.01 * wave.max())) + 1
        assert len(hits) >= 2
        assert blocks[hits[-1]] < 0.7 * wave.max()
        assert hits[0] * 480 / RATE > 0.1


def test_skin_slaps_high_above_the_thump() -> None:
    body = MATERIALS["body"]
    assert body.slap is not None
    assert bright(body, 0.5) > 1.2 * bright(replace(body, slap=None), 0.5)


def test_a_clock_drops_on_its_sync_point() -> None:
    for before in (0.5, 1.0):
        tick = clock(replace(want(), before=before))
        loud = np.abs(tick.wave)
        assert np.argmax(loud > 0.5 * loud.max()) - tick.sync < 0.002 * RATE
        assert loud[: tick.sync].max() < 0.3 * loud.max()


def pitch(wave: np.ndarray, lowest: float, highest: float) -> float:
    """How often a second it repeats."""
    same = np.fft.irfft(np.abs(np.fft.rfft(wave, 2 * len(wave))) ** 2)
    first, last = round(RATE / highest), round(RATE / lowest)
    best = first + int(np.argmax(same[first:last]))
    assert same[best] > 0.2 * same[0]
    return RATE / best


def test_a_faster_hinge_squeaks_higher() -> None:
    def squeak(speed: float) -> float:
        waves = [creaking(want(seed, speed=speed), RATE, 0.4) for seed in range(6)]
        return float(np.median([pitch(wave[round(0.38 * RATE) :][:1440], 150, 6000) for wave in waves]))

    assert squeak(0.9) > 1.3 * squeak(0.1)


def test_a_bowed_string_is_lower_on_a_larger_instrument() -> None:
    def note(size: float) -> float:
        return pitch(bow(want(size=size)).wave[RATE // 2 : RATE // 2 + 16_384], 40, 800)

    assert note(0.2) > 1.3 * note(0.8)
