from __future__ import annotations

import numpy as np
import pytest

from v2a.model import Audio, SoundFile
from v2a.stages.generating.judging import judged

RATE = 48_000


def verdict(tmp_path, sound):
    return judged(SoundFile.write(tmp_path / "take.npy", Audio(np.asarray(sound, np.float32), RATE)))


def noise(seconds=5.0, level=0.1):
    return level * np.random.default_rng(1).standard_normal((2, round(seconds * RATE)))


def test_a_sound_take_has_the_highest_score(tmp_path):
    found = verdict(tmp_path, noise())
    assert (found.numbers, found.clipped, found.silent, found.score()) == (True, 0.0, 0.0, 1.0)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_told(tmp_path, wrong):
    sound = noise()
    sound[1, -1] = wrong
    assert not verdict(tmp_path, sound).numbers


def test_clipping_costs_and_a_loud_peak_does_not(tmp_path):
    clipped = verdict(tmp_path, np.clip(noise(level=1.0), -1, 1))
    assert clipped.clipped > 0.005
    assert clipped.score() < 0.9
    tone = np.tile(np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE), (2, 1))
    assert verdict(tmp_path, tone).clipped == 0.0


def test_silence_costs_by_its_share(tmp_path):
    half = noise()
    half[:, : half.shape[1] // 2] = 0
    assert verdict(tmp_path, half).silent == pytest.approx(0.5, abs=0.01)
    assert verdict(tmp_path, half).score() > verdict(tmp_path, 0 * half).score()


def test_what_meets_the_moments_scores_higher(tmp_path):
    found = verdict(tmp_path, noise())
    assert found.score(1.0) > found.score(0.4) > found.score(0.0)


def test_an_empty_take_is_judged(tmp_path):
    assert verdict(tmp_path, np.zeros((2, 0))).numbers
