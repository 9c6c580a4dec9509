"""Music without a beat goes over into itself where it is alike and quiet, and lasts as long as is asked for."""

import numpy as np
import pytest

from v2a.dsp.hearing import curves
from v2a.dsp.seams import seam
from v2a.dsp.songs import song

RATE = 48_000


def pads(seconds=40):
    """A chord every five seconds that swells and dies away, then a last one that rings out."""
    t = np.arange(5 * RATE) / RATE
    chords = [
        np.sin(np.pi * t / 5) ** 2 * sum(np.sin(2 * np.pi * p * r * t) for r in (1, 1.5, 2))
        for p in (220, 247, 220, 294)
    ]
    whole = np.concatenate([chords[n % 4] for n in range(seconds // 5)])
    return (0.1 * whole).astype(np.float32)[np.newaxis]


@pytest.fixture(scope="module")
def music():
    return song(curves([pads()]))


@pytest.mark.parametrize("length", [12.0, 20.0, 31.0, 55.0, 120.0])
def test_it_lasts_as_long_as_is_asked_for(music, length):
    found = seam(music, length)
    lasts = music.ends - music.opens - found.times * (found.into - found.out)
    assert lasts == pytest.approx(length, abs=1e-6)
    assert music.opens < found.out < music.ends and music.opens <= found.into < music.ends


def test_it_is_left_where_it_is_quiet(music):
    out = seam(music, 20.0).out
    assert min(out % 5, 5 - out % 5) <= 1.0


def test_what_is_as_long_or_too_short_has_no_seam(music):
    assert seam(music, music.ends - music.opens) is None
    assert seam(music, 5.0) is None


def test_music_that_is_nowhere_alike_has_no_seam():
    t = np.arange(30 * RATE) / RATE
    rising = 0.2 * np.sin(2 * np.pi * 80 / 0.15 * (np.exp(0.15 * t) - 1)) * (0.05 + t / 30) ** 2
    assert seam(song(curves([rising.astype(np.float32)[np.newaxis]])), 15.0) is None
