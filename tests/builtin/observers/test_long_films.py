"""Concluding over rows of hours: time that grows with the film, memory that does not, and no row that trips it."""

import time
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import concluded, video
from v2a.builtin.observers import Picture
from v2a.model import FeatureTrack, Observations


def rows(count, lengths, seed=0):
    """The picture observer's rows of a film of still pictures that lasts so many frames each."""
    rng = np.random.default_rng(seed)
    which = np.repeat(np.arange(len(lengths)), lengths)[:count]
    pictures = rng.integers(20, 230, (len(lengths), 9, 16, 3)).astype(np.uint8)
    cut = np.concatenate([[False], np.diff(which) > 0])
    change = np.where(cut[:, None, None], 0.2, 0.002).astype(np.float16) * np.ones((1, 6, 8), np.float16)
    light = pictures.mean((1, 2, 3)) / 255
    return {
        "signature": pictures[which],
        "change": change,
        "difference": np.repeat(change[:, :1, 0].astype(np.float32), 3, axis=1),
        "brightness": light[which].astype(np.float32),
        "colour": np.full((count, 6), 0.25, np.float32),
        "detail": np.full(count, 0.1, np.float32),
    }


def shots(folder, values):
    count = len(values["brightness"])
    np.save(folder / "clock.npy", np.arange(count) / 25)
    tracks = {}
    for name, value in values.items():
        np.save(folder / f"{name}.npy", value)
        tracks[name] = FeatureTrack(str(folder / f"{name}.npy"), None, str(folder / "clock.npy"))
    return concluded(Picture(), Observations(video(Fraction(count, 25))), tracks).shots


@pytest.mark.slow
def test_ten_thousand_cuts(tmp_path):
    found = shots(tmp_path, rows(60_000, [6] * 10_000))
    assert len(found) == 10_000
    assert found[1].span.start == Fraction(6, 25)


@pytest.mark.slow
def test_a_shot_of_an_hour_is_one_shot(tmp_path):
    assert len(shots(tmp_path, rows(90_000, [90_000]))) == 1


def test_memory_does_not_grow_with_the_film(tmp_path):
    values = rows(60_000, [200] * 300)
    tracemalloc.start()
    shots(tmp_path, values)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 120 << 20, "the pictures alone are 26 MB as bytes and 104 MB as numbers"


def test_minutes_of_strobe_are_no_cuts(tmp_path):
    values = rows(6_000, [6_000])
    on = np.arange(6_000) % 4 < 2
    values["signature"] = np.where(on[:, None, None, None], values["signature"], values["signature"] // 8)
    values["brightness"] = values["signature"].mean((1, 2, 3)).astype(np.float32) / 255
    values["colour"] = np.where(on[:, None], 0.25, 0.03).astype(np.float32) * np.ones((1, 6), np.float32)
    values["change"][1:][np.diff(on)] = 0.3
    start = time.process_time()
    assert len(shots(tmp_path, values)) == 1
    assert time.process_time() - start < 20


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_film_is_one_shot(tmp_path, level):
    values = rows(2_000, [2_000])
    values["signature"][:] = level
    values["brightness"][:] = level / 255
    for name in ("change", "difference", "colour", "detail"):
        values[name][:] = 0
    assert len(shots(tmp_path, values)) == 1
