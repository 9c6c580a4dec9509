"""How music that was cut to its cue ends: by itself, with the cue, on a bar that rings out, or as the user wants it."""

from fractions import Fraction as F

import numpy as np
import pytest

from tests.band import RATE, song
from tests.stages.arranging.cutting import arranged
from tests.stages.scene import take
from v2a.model import Cue, Span, TempoMap
from v2a.stages.arranging.fitting import remarks


@pytest.mark.parametrize("length", [14.0, 18.3, 23.1, 31.7])
def test_music_ends_with_its_cue_at_a_tempo_that_nobody_named(video, tmp_path, length):
    made = take(tmp_path, "m", song(132, 4, "aabb").sound[np.newaxis])
    _, region = arranged(video, made, TempoMap.even(130), length)
    assert region.edit.ending == "own" and length - float(region.span.end) < 60 / 132


def test_it_ends_by_itself_before_its_cue_does(video, tmp_path):
    music = song(120, 4, "aabb")
    cue, region = arranged(
        video, take(tmp_path, "m", music.sound[np.newaxis]), TempoMap.even(120), 22.0, start=3
    )
    assert region.edit.ending == "own"
    assert region.fade_out <= F(1, 50) or region.span.end == cue.span.end
    assert region.edit.passages[-1].source.end > F(float(music.beats[-1])) + 1
    assert cue.span.end - 2 < region.span.end <= cue.span.end
    assert region.span.start == cue.span.start + region.offset
    (said,) = remarks([cue], [region])
    assert said.startswith("Music of cue m: 120.0 bpm, 0:35 → 0:2") and said.endswith("with its own ending.")
    assert "\n" not in said


def tail(made, region):
    """What is heard from the end of a region's edit back, as it is in the take."""
    samples = made.sound.open().samples[0]
    end = round(float(region.edit.passages[-1].source.end) * RATE)
    return samples, end


@pytest.mark.parametrize("length", [15.9, 17.3, 20.6, 23.45, 28.1, 30.7])
def test_an_own_ending_is_heard_until_it_has_all_but_died_away(video, tmp_path, length):
    music = song(120, 4, "aabb")
    made = take(tmp_path, "m", music.sound[np.newaxis])
    _, region = arranged(video, made, TempoMap.even(120), length)
    samples, end = tail(made, region)
    left = np.abs(samples[end:]).max(initial=0.0)
    assert region.span.end <= F(str(length)) + F(1, RATE)
    whole = left < 0.01 * np.abs(samples).max()
    assert region.edit.ending == "own" and left < 0.05 * np.abs(samples).max()
    assert region.fade_out == F(1, 50) if whole else region.fade_out > F(1, 2)


@pytest.mark.parametrize("rings", [True, False])
def test_music_at_a_tempo_that_was_named_ends_at_most_a_beat_before_its_cue(video, tmp_path, rings):
    music = song(120, 4, "aabb", rings=rings)
    made = take(tmp_path, "m", music.sound[np.newaxis])
    silent, endings = [], set()
    for length in np.arange(17.0, 19.0, 0.25):
        cue = Cue("m", "mx", Span(F(0), F(float(length))), "song", tempo="120")
        _, region = arranged(video, made, TempoMap.even(120), cue=cue)
        silent.append(float(cue.span.end - region.span.end))
        endings.add(region.edit.ending)
        assert region.edit.follows == TempoMap.even(120)
    assert min(silent) >= 0 and max(silent) < 0.6
    assert endings <= ({"own", "bar"} if rings else {"bar", "fade"})


def test_an_ending_that_is_longer_than_its_room_is_faded_and_not_called_its_own(video, tmp_path):
    music = song(120, 4, "a")
    held = np.concatenate([music.sound, np.zeros(5 * RATE, np.float32)])
    t = np.arange(8 * RATE) / RATE
    held[-8 * RATE :] += 0.4 * np.sin(2 * np.pi * 220 * t) * np.exp(-t / 2.5)
    _, region = arranged(video, take(tmp_path, "m", held[np.newaxis]), TempoMap.even(120), 5.0)
    assert region.edit.ending != "own" and region.fade_out >= F(3, 10)


def test_a_song_without_an_ending_rings_out_on_a_bar_before_the_next_note(video, tmp_path):
    music = song(120, 4, "aabb", rings=False)
    made = take(tmp_path, "m", music.sound[np.newaxis])
    cue, region = arranged(video, made, TempoMap.even(120), 21.5)
    assert region.edit.ending == "bar"
    assert cue.span.end - F(3, 2) < region.span.end <= cue.span.end
    _, end = tail(made, region)
    beats = music.beats - end / RATE
    struck = music.downbeats - end / RATE
    assert not ((beats > struck[struck < -0.1][-1] + 0.01) & (beats < -0.01)).any()
    assert float(-struck[struck < -0.1][-1] - region.fade_out) == pytest.approx(0.1, abs=0.03)


@pytest.mark.parametrize("length", [11.0, 30.0, 45.0])
def test_silence_behind_a_song_and_half_a_bar_are_not_played(video, tmp_path, length):
    music = song(120, 4, "aabb", rings=False)
    sound = np.concatenate([music.sound[: -RATE // 2], np.zeros(9 * RATE, np.float32)])
    _, region = arranged(video, take(tmp_path, "m", sound[np.newaxis]), TempoMap.even(121), length)
    assert max(p.source.end for p in region.edit.passages) <= F(len(music.sound), RATE)
    assert all(abs(s - 1) <= 0.041 for p in region.edit.passages for s in p.stretches)
    assert region.span.end > F(str(length)) - 1


def test_a_fade_of_the_user_s_own_stays(video, tmp_path):
    music = song(120, 4, "aabb", rings=False)
    cue = Cue("m", "mx", Span(F(0), F("21.5")), "song", fade_out=F(3))
    made = take(tmp_path, "m", music.sound[np.newaxis])
    _, region = arranged(video, made, TempoMap.even(120), cue=cue)
    assert region.fade_out == 3 and region.span.end > F(20)
