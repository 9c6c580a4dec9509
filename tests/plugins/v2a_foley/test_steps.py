"""Footsteps: in sync on every ground, each ground with its own colour and course, and what the parameters mean."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from v2a_foley.grounds import GROUNDS
from v2a_foley.noise import draws
from v2a_foley.steps import footsteps
from v2a_foley.wants import Quality, Want

RATE = 48_000
SEEDS = range(8)
HARD, LOOSE = ("concrete", "wood", "metal"), ("gravel", "sand", "snow", "grass", "leaves")


@lru_cache(maxsize=256)
def step(quality: Quality, seed: int) -> np.ndarray:
    return footsteps(Want(quality, draws(seed, "step"), RATE, 0.0, 2.0)).wave


def on(surface: str, **more: float) -> Quality:
    return replace(Quality(surface=surface), **more)


def centre(quality: Quality) -> float:
    """The middle of the spectrum in hertz on a scale of pitch, over some steps."""
    power = sum(np.abs(np.fft.rfft(step(quality, seed), RATE)) ** 2 for seed in SEEDS)[50:12_000]
    octaves = np.log2(np.arange(50, 12_000))
    return float(2 ** ((power * octaves).sum() / power.sum()))


def until(quality: Quality, share: float) -> float:
    """The seconds in which so much of a step's energy has been heard, over some steps."""
    spent = [np.cumsum(step(quality, seed) ** 2) for seed in SEEDS]
    return float(np.median([np.searchsorted(s, share * s[-1]) for s in spent])) / RATE


@pytest.mark.parametrize("surface", GROUNDS)
@pytest.mark.parametrize("speed", [0.5, 0.85])
def test_the_heel_is_heard_within_two_milliseconds_on_every_ground(surface: str, speed: float) -> None:
    for seed in SEEDS:
        wave = np.abs(step(on(surface, speed=speed), seed))
        assert np.argmax(wave > 0.05 * wave.max()) <= 0.002 * RATE


@pytest.mark.parametrize("surface", GROUNDS)
def test_no_two_steps_are_alike_and_the_same_step_is_the_same(surface: str) -> None:
    first, second = step(on(surface), 0)[:20_000], step(on(surface), 1)[:20_000]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.95
    again = footsteps(Want(on(surface), draws(0, "step"), RATE, 0.0, 2.0)).wave[:20_000]
    np.testing.assert_array_equal(first, again)


def test_hard_ground_is_struck_and_loose_ground_sounds_on_under_the_foot() -> None:
    assert max(until(on(surface), 0.5) for surface in HARD) < 0.03
    assert min(until(on(surface), 0.5) for surface in LOOSE) > 0.05
    assert min(until(on(surface), 0.9) for surface in LOOSE) > 0.2


@pytest.mark.parametrize("surface", HARD)
def test_the_sole_follows_the_heel(surface: str) -> None:
    for seed in SEEDS:
        wave = np.abs(step(on(surface), seed))
        sole = wave[round(0.06 * RATE) : round(0.11 * RATE)].max()
        assert sole > 0.15 * wave.max()
        assert sole > 1.5 * wave[round(0.045 * RATE) : round(0.059 * RATE)].max()


def test_every_loose_ground_has_its_own_colour() -> None:
    assert centre(on("snow")) < 0.9 * centre(on("sand"))
    assert centre(on("sand")) < 0.8 * centre(on("leaves"))
    assert centre(on("snow")) < 0.8 * centre(on("grass"))
    assert centre(on("snow")) < 0.8 * centre(on("gravel"))


def test_wood_booms_below_concrete() -> None:
    def boom(surface: str) -> float:
        power = sum(np.abs(np.fft.rfft(step(on(surface), seed), RATE)) ** 2 for seed in SEEDS)
        return float(power[:120].sum() / power.sum())

    assert boom("wood") > 1.5 * boom("concrete")


def test_a_runner_leaves_the_ground_sooner() -> None:
    for surface in ("gravel", "snow"):
        assert until(on(surface, speed=0.85), 0.9) < 0.7 * until(on(surface), 0.9)


def test_a_heavier_foot_sounds_lower_and_a_harder_one_brighter() -> None:
    assert centre(on("concrete", size=0.9)) < 0.9 * centre(on("concrete", size=0.1))
    assert centre(on("concrete", force=0.9)) > 1.1 * centre(on("concrete", force=0.1))


def test_water_splashes_on_after_the_heel() -> None:
    assert until(on("concrete", wetness=0.9), 0.9) > 1.5 * until(on("concrete"), 0.9)
    assert until(on("puddle", wetness=1.0), 0.9) > until(on("concrete", wetness=0.9), 0.9)
