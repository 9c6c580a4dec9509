"""What is known of a song: its bars, its ending, and what its bars sound like."""

from dataclasses import replace

import numpy as np
import pytest

from tests.band import RATE, song
from v2a.dsp.form import form
from v2a.dsp.hearing import curves
from v2a.dsp.songs import Song, begun, counted
from v2a.dsp.songs import song as known
from v2a.model import codec


def told(made):
    return known(curves([made.sound[np.newaxis]]))


def names(found, made):
    return [made.bars[int(np.abs(made.downbeats - t).argmin())] for t in found.starts]


@pytest.fixture(scope="module")
def long():
    made = song(120, 4, "aabbab")
    return made, told(made)


def test_a_last_chord_that_rings_is_the_ending(long):
    made, found = long
    assert found.ending == pytest.approx(made.beats[-1], abs=0.03)
    assert made.beats[-1] + 1 < found.ends <= len(made.sound) / RATE


def test_music_that_is_cut_off_has_no_ending():
    assert told(song(120, 4, "ab", rings=False)).ending is None


def test_an_ending_is_faint_once_it_has_fallen_by_twenty_decibels(long):
    made, found = long
    assert 0.1 < found.faint < 0.6 and told(song(120, 4, "ab", rings=False)).faint == 0
    at, rest = round(made.beats[-1] * RATE), np.zeros(3 * RATE, np.float32)
    dying = np.exp(-np.arange(len(made.sound) - at, dtype=np.float32) / (0.3 * RATE))
    sound = np.concatenate([made.sound[:at], made.sound[at:] * dying, rest])
    short = known(curves([sound[np.newaxis]]))
    assert 0.4 < short.faint < short.ends - made.beats[-1] - 0.3


def test_music_that_is_faded_out_ends_where_the_fade_begins():
    made = song(120, 4, "aabb", rings=False)
    fade = np.ones(len(made.sound), np.float32)
    fade[-8 * RATE :] = np.linspace(1, 0, 8 * RATE, dtype=np.float32) ** 3
    found = known(curves([(made.sound * fade)[np.newaxis]]))
    assert len(made.sound) / RATE - 8 < found.ending < len(made.sound) / RATE - 4


def test_bars_of_the_same_chord_and_section_are_most_alike(long):
    made, found = long
    alike, bars = form(found.sounds).alike, names(found, made)
    same = [alike[i, j] for i in range(24) for j in range(i) if bars[i] == bars[j]]
    other = [alike[i, j] for i in range(24) for j in range(i) if bars[i] != bars[j]]
    assert np.quantile(same, 0.1) > np.quantile(other, 0.9)


def test_phrases_begin_where_sections_do(long):
    made, found = long
    shape, bars = form(found.sounds), names(found, made)
    assert [bars[n] for n in range(20) if shape.begins(n)] == ["a0", "a0", "b0", "b0", "a0"]
    assert {bars[n] for n in np.flatnonzero(shape.news > 0.5)} <= {"a0", "b0"}


def test_a_song_is_written_and_read(long):
    found = long[1]
    assert codec.decode(type(found), codec.encode(found)) == found


def test_a_song_is_counted_as_fast_as_is_nearest(long):
    found = long[1]
    assert counted(found, 118) is found
    slow, fast = counted(found, 62), counted(found, 235)
    assert (slow.tempo, fast.tempo) == (pytest.approx(60, rel=0.01), pytest.approx(240, rel=0.01))
    assert len(slow.sounds) == len(slow.firsts) and len(fast.sounds) == len(fast.firsts)


def test_silence_is_a_song_of_nothing():
    found = known(curves([np.zeros((1, 10 * RATE), np.float32)]))
    assert not found.beaten and (found.opens, found.ends, found.ending) == (0.0, 0.0, None)
    assert known(curves([])).sounds == ()


def test_bars_that_are_counted_as_one_begin_where_phrases_do():
    made = song(75, 4, "abab")
    found = told(made)
    twice = counted(found, 150)
    assert set(np.round(counted(twice, 75).starts, 2)) <= set(np.round(found.starts, 2))
    shifted = type(twice)(**{f: getattr(twice, f) for f in twice.__dataclass_fields__} | {
        "firsts": twice.firsts[1:], "sounds": twice.sounds[1:]})  # fmt: skip
    assert set(np.round(counted(shifted, 75).starts, 2)) <= set(np.round(found.starts, 2))


def test_a_first_bar_begins_with_the_first_sound():
    beats = tuple(0.16 + 0.545 * n for n in range(40))
    sounds = ((0.0,) * 20,) * 10
    made = Song(22.0, 0.5, 22.0, None, 110.0, 4, beats, tuple(range(0, 40, 4)), 1.0, 1.0, 0.7, sounds)
    assert begun(made).firsts[:3] == (1, 4, 8)
    assert begun(replace(made, begins=0.0)) == replace(made, begins=0.0)
    late = begun(replace(made, begins=7.3))
    assert late.firsts[:5] == (0, 4, 8, 13, 16)
