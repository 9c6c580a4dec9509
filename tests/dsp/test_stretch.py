from __future__ import annotations

import numpy as np
import pytest

from v2a.dsp import stretch

RATE = 48_000


def clicks(seconds: float) -> tuple[np.ndarray, np.ndarray]:
    times = np.arange(0.5, seconds - 0.3, 0.5)
    sound = np.random.default_rng(10).standard_normal((2, round(seconds * RATE))) * 1e-4
    for time in times:
        at = round(time * RATE)
        sound[:, at : at + 480] += np.exp(-np.arange(480) / 60) * np.cos(np.arange(480) * 0.4)
    return sound.astype(np.float32), times


def onsets(sound: np.ndarray, expected: np.ndarray) -> np.ndarray:
    loud = np.abs(sound).max(axis=0)
    found = []
    for time in expected:
        first = max(0, round((time - 0.1) * RATE))
        part = loud[first : first + round(0.2 * RATE)]
        found.append((first + int(np.argmax(part > 0.3 * part.max()))) / RATE)
    return np.array(found)


@pytest.mark.parametrize("way", ["program", "library"])
@pytest.mark.parametrize("ratio", [0.96, 1.0003, 1.04])
def test_length_is_exact_and_nothing_drifts(way, ratio, monkeypatch):
    if way == "program" and not stretch.available():
        pytest.skip("the rubberband program is not installed")
    monkeypatch.setattr(stretch, "available", lambda: way == "program")
    sound, times = clicks(8.0)
    length = round(sound.shape[1] * ratio)
    made = stretch.to_length(sound, RATE, length)
    assert made.shape == (2, length)
    assert made.dtype == np.float32
    error = onsets(made, times * ratio) - times * ratio
    assert np.abs(error).max() < 0.005


def test_the_same_length_is_the_same_sound():
    sound, _ = clicks(1.0)
    assert stretch.to_length(sound, RATE, sound.shape[1]) is sound


def test_nothing_becomes_silence():
    assert not stretch.to_length(np.zeros((2, 0), np.float32), RATE, 100).any()
