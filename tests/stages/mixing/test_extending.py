"""Sound made longer or shorter, in a file."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from tests.stages.scene import RATE, hit, noise
from v2a.dsp.stretch import to_map
from v2a.model import Anchor, Audio
from v2a.stages.mixing import extending


def test_what_is_stretched_into_a_file_is_what_is_stretched_in_memory(tmp_path):
    sound = Audio(np.tile(hit(1.0, channels=2), 4), RATE)
    points = (Anchor(F(2), F("2.05")),)
    made = extending.stretched(sound, 4 * RATE + 333, points, "vocoder", tmp_path / "a.npy")
    assert (made.rate, made.length) == (RATE, 4 * RATE + 333)
    np.testing.assert_array_equal(made.samples, to_map(sound.samples, RATE, made.length, points))


@pytest.mark.parametrize("seconds", [1.0, 1.7, 5.0])
def test_a_background_goes_on_at_its_level_and_begins_as_it_did(seconds, tmp_path):
    sound = Audio(noise(seconds, 0.1, channels=2), RATE)
    made = extending.extended(sound, 20 * RATE, 3, tmp_path / "a.npy")
    half = round(seconds * RATE / 2)
    np.testing.assert_array_equal(made.samples[:, :half], sound.samples[:, :half])
    levels = [20 * np.log10(part.std()) for part in np.split(made.samples, 100, axis=1)]
    assert max(levels) - min(levels) < 1.5


def test_the_same_seed_goes_on_in_the_same_way(tmp_path):
    sound = Audio(noise(2.0, 0.1), RATE)
    first, same, other = (
        extending.extended(sound, 9 * RATE, seed, tmp_path / f"{n}.npy").samples
        for n, seed in enumerate((1, 1, 2))
    )
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_silence_goes_on_as_silence(tmp_path):
    made = extending.extended(Audio.silence(2, 2 * RATE, RATE), 5 * RATE, 1, tmp_path / "a.npy")
    assert not made.samples.any()
