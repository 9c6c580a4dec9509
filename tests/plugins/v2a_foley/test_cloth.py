"""Cloth and paper: cloth rubs, paper snaps; both strongest about the sync point."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from v2a_foley.cloth import cloth, paper
from v2a_foley.foley import Hit
from v2a_foley.noise import draws
from v2a_foley.wants import Quality, Want

RATE = 48_000


def made(voice: Callable[[Want], Hit], seed: int, quality: Quality | None = None) -> Hit:
    return voice(Want(quality or Quality(), draws(seed, "rub"), RATE, 0.4, 1.0))


def crest(wave: np.ndarray) -> float:
    return float(np.abs(wave).max() / wave.std())


def test_paper_snaps_where_cloth_rubs() -> None:
    papers, cloths = ([crest(made(voice, seed).wave) for seed in range(6)] for voice in (paper, cloth))
    assert np.median(papers) > 1.5 * np.median(cloths)


@pytest.mark.parametrize("voice", [cloth, paper])
def test_they_swell_and_fade_about_the_sync_point(voice: Callable[[Want], Hit]) -> None:
    edge, ends, middle = round(0.06 * RATE), 0.0, 0.0
    for seed in range(16):
        hit = made(voice, seed)
        power = hit.wave**2 / np.mean(hit.wave**2)
        ends += float(power[:edge].mean() + power[-edge:].mean()) / 2
        middle += float(power[hit.sync - round(0.1 * RATE) : hit.sync + round(0.15 * RATE)].mean())
    assert middle > 2.5 * ends


def test_big_cloth_is_duller_than_small() -> None:
    def centre(size: float) -> float:
        power = sum(
            np.abs(np.fft.rfft(made(cloth, seed, Quality(size=size)).wave, RATE)) ** 2 for seed in range(4)
        )
        return float((power * np.arange(len(power))).sum() / power.sum())

    assert centre(0.9) < 0.85 * centre(0.1)
