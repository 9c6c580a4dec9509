"""How music is counted where its pulse lies above, below or across the beat."""

import numpy as np
import pytest

from tests.band import RATE, song
from v2a.dsp.counting import WEIGHTS, counted, ways
from v2a.dsp.hearing import curves


@pytest.fixture(scope="module")
def band():
    made = song(112, 4, "aabb")
    return made, curves([made.sound[np.newaxis]])


def every(beats, step, start=0.0):
    """A pulse of every so many beats."""
    return np.interp(np.arange(start, len(beats) - 1, step), np.arange(len(beats)), beats)


@pytest.mark.parametrize(
    ("step", "start"), [(1, 0), (1, 0.5), (0.5, 0), (2, 0), (2, 1), (1.5, 0), (2 / 3, 0)]
)
def test_whatever_the_pulse_the_beat_is_that_which_is_played(band, step, start):
    made, heard = band
    found = counted(every(made.beats, step, start), heard)
    assert 60 / np.median(np.diff(found.beats)) == pytest.approx(112, rel=0.01)
    inside = (made.downbeats > found.beats[0] - 0.05) & (made.downbeats < found.beats[-1] + 0.05)
    firsts = found.beats[found.first :: found.meter]
    assert found.meter == 4
    assert max(np.abs(firsts - t).min() for t in made.downbeats[inside]) < 0.03


def test_a_known_tempo_leaves_the_ways_near_it(band):
    made, heard = band
    for tempo in (56, 112):
        found = counted(made.beats, heard, tempo)
        assert 60 / np.median(np.diff(found.beats)) == pytest.approx(tempo, rel=0.02)
    assert counted(made.beats, heard, 20) is None


def test_threes_are_counted_where_they_are_heard(band):
    made, heard = band
    assert meters(made.beats, heard) == {3, 4}
    assert meters(*triplets()) == {2, 3, 4}


def meters(beats, heard):
    """Those that each beat of a pulse may be counted in."""
    pace = np.diff(beats).mean()
    return {way.meter for way in ways(beats, heard) if abs(np.diff(way.beats).mean() - pace) < 0.01}


def triplets():
    """Two beats a bar, each divided in three, and their curves."""
    beats = 0.3 + np.arange(33) * 0.8
    sound = np.zeros(round((beats[-1] + 1) * RATE), np.float32)
    t = np.arange(round(0.3 * RATE)) / RATE
    for n in range(3 * 32):
        pitch = (110, 220, 277, 165, 220, 277)[n % 6] * (1, 4 / 3, 3 / 2, 1)[n // 6 % 4]
        at = round((0.3 + n * 0.8 / 3) * RATE)
        note = np.sin(2 * np.pi * pitch * t) * np.exp(-t / 0.15) * np.minimum(1, t / 0.003)
        sound[at : at + len(t)] += (0.5 if n % 6 == 0 else 0.35 if n % 3 == 0 else 0.2) * note
    return beats, curves([sound[np.newaxis]])


def test_eighths_in_threes_are_dotted_quarters():
    beats, heard = triplets()
    for step in (1, 1 / 3, 2 / 3):
        found = counted(every(beats, step), heard)
        assert np.median(np.diff(found.beats)) == pytest.approx(0.8, rel=0.01)


def test_all_that_is_told_of_a_way_is_weighed(band):
    told = {
        name for made in (band[0].beats, triplets()[0]) for way in ways(made, band[1]) for name in way.traits
    }
    threes = {name for way in ways(*triplets()) for name in way.traits}
    assert told | threes == set(WEIGHTS)


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_few_beats_are_not_counted(band, count):
    assert counted(band[0].beats[:count] * 1.0, band[1]) is None
