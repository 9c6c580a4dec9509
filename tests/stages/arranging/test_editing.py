"""Music that was not made to its cue: on the beats of the map, within the bound, or left alone."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.band import RATE, song
from tests.stages.arranging.cutting import Fixed, arranged, heard_beats
from tests.stages.scene import take
from v2a.engine.store import FolderStore
from v2a.interfaces import StageBench
from v2a.model import Cue, Hit, Identity, Meter, MusicEdit, Passage, Span, SpottingList, TempoMap, Timing
from v2a.stages.arranging import editing, passages, songs
from v2a.stages.arranging.fitting import remarks
from v2a.stages.arranging.telling import said


def late(edit, true, tempo, every=1):
    """How far each beat that is heard is from the nearest of the map, or from the nearest of every so many."""
    heard = heard_beats(edit, true)
    beats = np.array([float(tempo.beat(F(t).limit_denominator(10**6))) for t in heard])
    return np.abs(heard - tempo.seconds(np.round(beats / every) * every))


@pytest.mark.parametrize(
    ("drift", "bpm", "meter"), [(0.0, 123.0, 4), (0.038, 120.0, 4), (0.02, 118.2, 4), (0.02, 121.0, 3)]
)
def test_beats_come_on_the_map_and_bars_on_its_bars(video, tmp_path, drift, bpm, meter):
    music = song(120, meter, "aabb", drift)
    tempo = TempoMap.even(bpm, F(0), Meter(meter, 4))
    cue = Cue("m", "mx", Span(F(0), F(30)), "song", tempo=str(bpm))
    _, region = arranged(video, take(tmp_path, "m", music.sound[np.newaxis]), tempo, cue=cue)
    assert np.quantile(late(region.edit, music.beats, tempo), 0.95) < 0.015
    assert np.quantile(late(region.edit, music.downbeats, tempo, meter), 0.9) < 0.02
    assert region.edit.follows == tempo
    assert all(abs(s - 1) <= 0.041 for p in region.edit.passages for s in p.stretches)


def test_music_at_another_tempo_keeps_its_own(video, tmp_path):
    music = song(120, 4, "aabb")
    _, region = arranged(
        video, take(tmp_path, "m", music.sound[np.newaxis]), TempoMap.even(97), hits=(6.1, 14.3)
    )
    stretches = [s for p in region.edit.passages for s in p.stretches]
    assert 0.955 < min(stretches) <= max(stretches) < 1.045
    assert (region.edit.hits, region.edit.met, region.edit.landed) == (2, 2, 2)
    follows = region.edit.follows
    assert follows.bpm(F(0)) == pytest.approx(120, rel=0.03)
    assert np.quantile(late(region.edit, music.beats, follows), 0.95) < 0.015


@pytest.mark.parametrize(("drift", "hits"), [(0.0, (6.2, 14.45, 23.7)), (0.038, (5.3, 16.2, 24.4))])
def test_marks_that_are_beside_the_map_come_with_beats_all_the_same(video, tmp_path, drift, hits):
    music, tempo = song(120, 4, "aabb", drift), TempoMap.even(120)
    _, region = arranged(video, take(tmp_path, "m", music.sound[np.newaxis]), tempo, hits=hits)
    heard = heard_beats(region.edit, music.beats)
    assert all(((heard - hit >= -0.01) & (heard - hit <= 2 / 24 + 0.01)).any() for hit in hits)
    assert region.edit.follows != tempo and region.edit.met == 3 and region.edit.landed >= 2
    assert all(abs(s - 1) <= 0.041 for p in region.edit.passages for s in p.stretches)


@pytest.mark.parametrize("bpm", [114.9, 125.3])
def test_a_map_that_is_farther_off_than_music_may_be_stretched_is_not_followed(video, tmp_path, bpm):
    music, tempo = song(120, 4, "aabb"), TempoMap.even(bpm)
    _, region = arranged(video, take(tmp_path, "m", music.sound[np.newaxis]), tempo)
    follows = region.edit.follows
    assert follows != tempo and follows.bpm(F(0)) == pytest.approx(120, rel=0.03)
    heard = [float(p.heard(a.source)) for p in region.edit.passages for a in p.anchors]
    beats = follows.seconds(np.round([float(follows.beat(F(t).limit_denominator(10**6))) for t in heard]))
    assert np.quantile(np.abs(heard - beats), 0.95) < 0.015 and (heard - beats).min() > -0.015


def test_music_of_half_the_tempo_is_counted_twice_as_fast(video, tmp_path):
    music, tempo = song(75, 4, "aab"), TempoMap.even(152)
    _, region = arranged(video, take(tmp_path, "m", music.sound[np.newaxis]), tempo)
    assert region.edit.tempo == pytest.approx(150, rel=0.01)
    assert np.quantile(late(region.edit, music.beats, tempo), 0.95) < 0.015


def test_a_song_that_is_too_short_goes_round(video, tmp_path):
    music = song(120, 4, "ab")
    cue, region = arranged(video, take(tmp_path, "m", music.sound[np.newaxis]), TempoMap.even(120), 50)
    assert len(region.edit.passages) > 1 and region.edit.ending == "own"
    assert region.span.end > 47
    assert "cut" in remarks([cue], [region])[0]


def test_what_was_made_to_the_tempo_or_set_in_sync_is_left_alone(video, tmp_path):
    made = take(tmp_path, "m", song(120, 4, "aabb").sound[np.newaxis])
    tempo = TempoMap.even(120)
    assert arranged(video, made, tempo)[1].edit is not None
    assert arranged(video, made, tempo, timed=frozenset({"synth"}))[1].edit is None
    assert arranged(video, made, tempo, fit_music=False)[1].edit is None
    synced = take(tmp_path, "m", made.sound.open().samples, sync=F(2))
    cue = Cue("m", "mx", Span(F(0), F(20)), "song", sync=F(4))
    assert arranged(video, synced, tempo, cue=cue)[1].edit is None
    notes = take(tmp_path, "m", made.sound.open().samples, sheet="notes.json")
    assert arranged(video, notes, tempo)[1].edit is None


def test_nothing_but_music_is_cut(video, tmp_path):
    made = take(tmp_path, "m", song(120, 4, "aabb").sound[np.newaxis])
    cue = Cue("m", "bg", Span(F(0), F(20)), "radio")
    assert arranged(video, made, TempoMap.even(120), cue=cue)[1].edit is None


@pytest.mark.parametrize("seconds", [0.0, 1.0, 30.0])
def test_silence_and_scraps_are_left_as_they_are(video, tmp_path, seconds):
    made = take(tmp_path, "m", np.zeros((1, max(1, round(seconds * RATE))), np.float32))
    assert arranged(video, made, TempoMap.even(120))[1].edit is None


def test_music_without_a_beat_is_not_stretched(video, tmp_path):
    t = np.arange(40 * RATE) / RATE
    wave = np.sin(np.pi * t / 5) ** 2 * np.sin(2 * np.pi * np.where(t // 5 % 2, 220, 262) * t)
    cue, region = arranged(
        video, take(tmp_path, "m", 0.2 * wave[np.newaxis].astype(np.float32)), TempoMap.even(120), 20
    )
    assert region.edit.tempo is None and len(region.edit.passages) == 2
    assert all(s == 1 for p in region.edit.passages for s in p.stretches)
    (said,) = remarks([cue], [region])
    assert "no plain beat" in said and "going over from 0:" in said


def test_a_take_is_heard_once(video, tmp_path, monkeypatch):
    made = take(tmp_path, "m", song(120, 4, "aabb").sound[np.newaxis])
    with FolderStore(tmp_path / "store") as store:
        bench = StageBench(store=store)
        first = arranged(video, made, TempoMap.even(120), bench=bench)[1]
        monkeypatch.setattr(songs, "curves", lambda blocks: pytest.fail("heard again"))
        assert arranged(video, made, TempoMap.even(120), bench=bench)[1] == first


def test_music_of_another_rate_is_heard_as_fast(tmp_path):
    from v2a.media.resample import resample
    from v2a.model import Audio, SoundFile

    music = song(120, 4, "ab")
    low = resample(Audio(music.sound, RATE), 8000)
    made = take(tmp_path, "m", music.sound[np.newaxis])
    other = type(made)(
        **{f: getattr(made, f) for f in made.__slots__}
        | {"sound": SoundFile.write(tmp_path / "low.npy", low)}
    )
    assert songs.song_of(other).tempo == pytest.approx(songs.song_of(made).tempo, rel=0.01)


def test_the_grid_is_that_of_the_mix():
    assert (passages.grid(1 / 3) * RATE).denominator == 1


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A take, and what is known of it."""
    made = take(tmp_path_factory.mktemp("known"), "m", song(120, 4, "aabb", 0.02).sound[np.newaxis])
    return made, songs.song_of(made)


@settings(max_examples=60, deadline=None)
@given(
    st.fractions(4, 200, max_denominator=1000),
    st.floats(50, 180),
    st.fractions(-1, 2, max_denominator=100),
    st.sampled_from((3, 4, 6)),
    st.lists(st.fractions(0, 60, max_denominator=100), max_size=6),
)
def test_any_cue_gets_passages_that_can_be_played(known, length, bpm, offset, meter, times):
    made, found = known
    cue = Cue("m", "mx", Span(F(0), length), "song")
    listed = SpottingList(Identity(1, "0"), 1, cues=(cue,))
    hits = tuple(Hit(t, 5.0) for t in sorted(times) if t < length)
    timing = Timing(TempoMap.even(bpm, offset, Meter(meter, 4)), hits)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(editing, "song_of", lambda take, store: found)
        edit = editing.Editor(Fixed(None, listed, timing=timing), 0.04).edit(cue, made)
    assert edit.span.start >= 0 and edit.span.end <= length + F(1, RATE)
    assert length - edit.span.end < 4 and edit.span.start < 4
    for passage in edit.passages:
        assert passage.source.start >= passage.crossfade and passage.source.end <= made.sound.duration
        assert all(0.955 < s < 1.045 for s in passage.stretches)
        assert list(passage.points) == sorted(passage.points)
    assert 0 <= edit.landed <= edit.met <= edit.hits == len(hits)
    assert (edit.tempo is None) == (edit.follows is None)


@pytest.mark.parametrize(
    ("met", "landed", "told"),
    [
        (2, 2, "2 of 3 hits on downbeats"),
        (3, 1, "3 of 3 hits on beats, 1 on downbeats"),
        (1, 0, "none on downbeats"),
    ],
)
def test_it_is_said_what_comes_with_beats(met, landed, told):
    whole = Passage(Span(F(0), F(9)), Span(F(0), F(9)))
    edit = MusicEdit((whole,), 120.0, hits=3, met=met, landed=landed)
    assert told in said(edit, F(9))
