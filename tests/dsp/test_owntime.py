"""Music in a time of its own: beats on wishes, bars within the bound, the song's own time where nothing is wished."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.band import song as played
from v2a.dsp.form import form
from v2a.dsp.hearing import curves
from v2a.dsp.owntime import Wish, own_time
from v2a.dsp.songs import Song
from v2a.dsp.songs import song as known

MOST = 0.04


@pytest.fixture(scope="module")
def music():
    made = played(120, 4, "aabbab")
    found = known(curves([made.sound[np.newaxis]]))
    return found, form(found.sounds)


def wishes(*times, weight=10.0):
    return [Wish(t, t + 2 / 24, weight) for t in times]


def landed(beats, times):
    return [bool(((beats >= t) & (beats <= t + 2 / 24)).any()) for t in times]


def stretched(found, song):
    """How much longer each beat becomes."""
    own = found.measure.times
    for run in found.cut.runs:
        first, last = song.firsts[run.first], song.firsts[run.last - 1]
        source = np.diff(song.beats[first : last + 1])
        yield from np.diff(own[run.beat : run.beat + len(source) + 1]) / source - 1


@pytest.mark.parametrize("times", [(4.3, 17.9), (6.6, 14.1, 31.8), (5.0, 19.3, 30.1, 41.9)])
def test_beats_come_with_what_is_wished(music, times):
    found = own_time(*music, wishes(*times), 48.0, MOST)
    assert all(landed(found.measure.times, times))
    assert sum(landed(found.measure.times[found.measure.firsts], times)) >= len(times) - 1
    assert (found.measure.hits > 0).sum() == len(times)
    assert np.abs(list(stretched(found, music[0]))).max() < MOST + 0.001


def test_what_weighs_more_is_landed_on_where_not_both_can_be(music):
    for heavy, light in ((10.0, 10.2), (10.2, 10.0)):
        both = [*wishes(heavy, weight=10.0), *wishes(light, weight=1.0)]
        assert landed(own_time(*music, both, 30.0, MOST).measure.times, (heavy, light)) == [True, False]


def test_a_song_that_nothing_is_wished_of_is_played_as_it_is(music):
    found = own_time(*music, (), 51.3, MOST)
    assert found.cut.ending == "own" and len(found.cut.runs) == 1
    assert np.abs(list(stretched(found, music[0]))).max() < 0.004


@pytest.mark.parametrize("length", [20.6, 33.0, 61.7])
def test_its_ending_comes_with_the_end_of_the_cue(music, length):
    song, shape = music
    found = own_time(song, shape, (), length, MOST)
    last = found.cut.runs[-1]
    at = found.measure.times[last.beat + 4 * (last.last - 1 - last.first)]
    silent = length - at - (song.ends - song.starts[last.last - 1])
    assert found.cut.ending == "own" and -song.faint - 0.02 < silent < 0.6


@settings(max_examples=25, deadline=None)
@given(st.floats(5, 90), st.lists(st.floats(0, 90), max_size=5))
def test_any_wishes_make_a_measure_that_goes_up(music, length, times):
    found = own_time(*music, wishes(*times), length, MOST)
    assert (np.diff(found.measure.times) > 0.2).all() and found.measure.times[0] >= 0
    assert len(found.measure.times) == len(found.measure.firsts) == len(found.measure.hits)
    for before, after in zip(found.cut.runs, found.cut.runs[1:]):
        assert after.beat == before.beat + 4 * (before.last - before.first)
    assert found.measure.firsts[[run.beat for run in found.cut.runs]].all()


def test_an_hour_is_left_to_a_map_and_ten_minutes_are_found_soon():
    rng = np.random.default_rng(2)
    count = 250
    sounds = tuple(tuple(row) for row in rng.uniform(0, 1, (count, 80)))
    beats = tuple(np.arange(4 * count) * 0.6)
    song = Song(
        count * 2.4, 0.0, count * 2.4, None, 100.0, 4, beats, tuple(range(0, 4 * count, 4)), 1.0, 1.0, sounds
    )
    assert own_time(song, form(sounds), (), 3600.0, MOST) is None
    begun = time.process_time()
    found = own_time(song, form(sounds), wishes(*np.arange(20, 580, 20.0)), 590.0, MOST)
    assert np.mean(landed(found.measure.times, np.arange(20, 580, 20.0))) > 0.9
    assert time.process_time() - begun < 30


def test_the_tempo_glides_from_one_wish_to_the_next(music):
    found = own_time(*music, wishes(6.2, 18.4, 31.1, 43.3), 51.0, MOST)
    paces = np.array(list(stretched(found, music[0])))
    assert paces.max() - paces.min() > 0.01
    assert np.abs(np.diff(paces)).max() < 0.5 * (paces.max() - paces.min())
