"""Which bars are played when: no cut without need, at like bars, on hit points, with the song's own ending."""

import time
from dataclasses import replace

import numpy as np
import pytest

from tests.band import song as played
from v2a.dsp.cuts import Measure, cut
from v2a.dsp.form import form
from v2a.dsp.hearing import curves
from v2a.dsp.joins import MOST_BARS
from v2a.dsp.songs import Song
from v2a.dsp.songs import song as known


@pytest.fixture(scope="module")
def music():
    made = played(120, 4, "aabbab")
    found = known(curves([made.sound[np.newaxis]]))
    return found, form(found.sounds)


def measure(length, bpm=120.0, meter=4, hits=(), offset=0.0):
    times = offset + np.arange(int(length * bpm / 60) + 4 * meter) * 60 / bpm
    weights = np.zeros(len(times))
    for at in hits:
        weights[np.abs(times - at).argmin()] += 10.0
    return Measure(times, np.arange(len(times)) % meter == 0, weights, length)


def ends_at(found, wanted):
    last = found.runs[-1]
    return wanted.times[last.beat + 4 * (last.last - 1 - last.first)]


def test_a_song_of_its_cue_s_length_is_played_through(music):
    wanted = measure(51.0)
    found = cut(*music, wanted)
    assert found.ending == "own"
    assert [(run.first, run.last, run.beat) for run in found.runs] == [(0, 25, 0)]


@pytest.mark.parametrize("length", [16.0, 27.0, 35.0])
def test_a_song_that_is_too_long_ends_with_its_own_ending(music, length):
    wanted = measure(length)
    found = cut(*music, wanted)
    assert (found.ending, found.runs[-1].last) == ("own", 25)
    assert length - 5 < ends_at(found, wanted) < length


def test_a_cut_goes_to_where_the_same_would_have_come(music):
    song, shape = music
    found = cut(song, shape, measure(75.0))
    assert len(found.runs) > 1
    for before, after in zip(found.runs, found.runs[1:]):
        assert (before.last - after.first) % 4 == 0 or shape.alike[before.last, after.first] > 0.8


def test_a_song_that_is_too_short_is_repeated_in_long_stretches(music):
    found = cut(*music, measure(180.0))
    assert found.ending == "own"
    assert all(run.last - run.first >= 8 for run in found.runs)
    assert len(found.runs) <= 5


def test_bars_follow_each_other_on_the_measure(music):
    for length in (20.0, 61.0, 130.0):
        found = cut(*music, measure(length))
        for before, after in zip(found.runs, found.runs[1:]):
            assert after.beat == before.beat + 4 * (before.last - before.first)


def test_bars_begin_on_hit_points(music):
    wanted = measure(30.0, hits=(3.5, 9.5, 15.5, 21.5))
    free = Measure(wanted.times, np.ones(len(wanted.times), bool), wanted.hits, wanted.length)
    found = cut(*music, free)
    begun = {float(wanted.times[run.beat + 4 * n]) for run in found.runs for n in range(run.last - run.first)}
    assert {3.5, 9.5, 15.5, 21.5} <= begun


def test_a_song_that_is_cut_off_ends_on_a_bar():
    made = played(120, 4, "aabb", rings=False)
    found = known(curves([made.sound[np.newaxis]]))
    got = cut(found, form(found.sounds), measure(22.9))
    assert got.ending == "bar"


def test_nothing_fits_before_the_first_beat(music):
    assert cut(*music, measure(5.0, offset=9.0)) is None


def test_an_hour_of_a_song_of_an_hour_is_found_soon():
    rng = np.random.default_rng(2)
    count = MOST_BARS + 300
    beats = tuple(np.arange(4 * count) * 0.5)
    sounds = tuple(tuple(row) for row in rng.uniform(0, 1, (count, 80)))
    song = Song(
        count * 2.0, 0.0, count * 2.0, None, 120.0, 4, beats, tuple(range(0, 4 * count, 4)), 1.0, 1.0, sounds
    )
    begun = time.process_time()
    found = cut(song, form(sounds), measure(3000.0))
    assert found.ending != "own" and max(run.last for run in found.runs) <= MOST_BARS
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("length", np.arange(30.0, 32.0, 0.25))
def test_a_faint_end_may_be_left_out_instead_of_a_bar(music, length):
    song, shape = music
    wanted = measure(float(length))
    found = cut(replace(song, faint=1.6), shape, wanted)
    silent = length - ends_at(found, wanted) - (song.ends - song.starts[24])
    assert found.ending == "own" and -1.61 < silent < 0.5


def test_the_last_bar_may_come_behind_one_that_is_cut_short():
    made = played(120, 4, "aabb", rings=False)
    found = known(curves([made.sound[np.newaxis]]))
    shorts = 0
    for length in np.arange(21.0, 23.0, 0.25):
        wanted = measure(float(length))
        got = cut(found, form(found.sounds), wanted)
        for n, (before, after) in enumerate(zip(got.runs, got.runs[1:])):
            short = after.beat < before.beat + 4 * (before.last - before.first)
            assert not short or (n == len(got.runs) - 2 and after.last == after.first + 1)
            shorts += short
        last = wanted.times[got.runs[-1].beat + 4 * (got.runs[-1].last - 1 - got.runs[-1].first)]
        assert got.ending == "fade" or 0.3 <= length - last < 1.2
    assert shorts
