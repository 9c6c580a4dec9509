"""Voices without words: pitched, in syllables, and another for every speaker."""

from __future__ import annotations

import numpy as np

from v2a_foley.voices import phrase, speaker

RATE = 12_000.0


def said(seed: int, effort: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return phrase(rng, speaker(rng, effort), 1.8, RATE)


def test_a_phrase_is_as_long_as_asked_and_as_loud() -> None:
    heard = said(1)
    assert heard.dtype == np.float32
    assert len(heard) == round(1.8 * RATE)
    assert np.isfinite(heard).all()
    assert 0.05 < heard.std() < 0.2


def test_syllables_follow_each_other_four_to_eight_a_second() -> None:
    counts = []
    for seed in range(6):
        loud = np.abs(said(seed)).reshape(-1, 120).max(axis=1)
        smooth = np.convolve(loud, np.hanning(7) / np.hanning(7).sum(), "same")
        peaks = (
            (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > 0.25 * smooth.max())
        )
        counts.append(peaks.sum() / 1.8)
    assert 3 < np.mean(counts) < 12


def test_effort_makes_a_voice_brighter() -> None:
    def bright(effort: float) -> float:
        power = sum(np.abs(np.fft.rfft(said(seed, effort))) ** 2 for seed in range(6))
        frequency = np.fft.rfftfreq(round(1.8 * RATE), 1 / RATE)
        return float(power[frequency > 1500].sum() / power.sum())

    assert bright(1.0) > 1.5 * bright(0.0)


def test_the_seed_decides() -> None:
    np.testing.assert_array_equal(said(3), said(3))
    assert not np.array_equal(said(3), said(4))
