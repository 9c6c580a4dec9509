"""Music that was not made to its cue: on the beats of the map, within the bound, with an ending of its own, or left alone."""

from dataclasses import dataclass
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.band import RATE, song
from tests.stages.scene import film, take
from v2a.engine.store import FolderStore
from v2a.interfaces import Bench, StageBench
from v2a.model import Cue, Hit, Identity, Meter, Observations, Span, SpottingList, TempoMap, Timing
from v2a.stages import arrange
from v2a.stages.arrange import ArrangeInputs, ArrangeOptions
from v2a.stages.arranging import editing, passages, songs
from v2a.stages.arranging.fitting import remarks
from v2a.stages.scoring.timing import Timings


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film") / "film.mov", 60.0, rate=F(5))


@dataclass(frozen=True)
class Fixed(Timings):
    """The same timing for every cue."""

    timing: Timing | None = None

    def of(self, cue):
        return self.timing


def arranged(
    video, made, tempo, length=30.0, hits=(), *, start=0, bench=None, timed=frozenset(), cue=None, **options
):
    cue = cue or Cue("m", "mx", Span(F(start), start + F(str(length))), "song")
    listed = SpottingList(video.identity, 1, cues=(cue,))
    fixed = Fixed(None, listed, timing=Timing(tempo, tuple(Hit(F(str(t)), 10.0) for t in hits)))
    inputs = ArrangeInputs(video, listed, (made,), Observations(video), fixed, timed)
    (region,) = arrange.run(inputs, ArrangeOptions(**options), bench or Bench())
    return cue, region


def late(edit, true, tempo, every=1):
    """How far each beat that is heard is from the nearest of the map, or from the nearest of every so many."""
    heard = [
        float(p.heard(F(float(t)).limit_denominator(10**6)))
        for p in edit.passages
        for t in true
        if p.source.start <= t < p.source.end
    ]
    beats = np.array([float(tempo.beat(F(t).limit_denominator(10**6))) for t in heard])
    return np.abs(np.array(heard) - tempo.seconds(np.round(beats / every) * every))


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
    assert (region.edit.hits, region.edit.landed) == (2, 2)
    follows = region.edit.follows
    assert follows.bpm(F(0)) == pytest.approx(120, rel=0.03)
    assert np.quantile(late(region.edit, music.beats, follows), 0.95) < 0.015


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
def test_an_own_ending_is_heard_to_its_last_sample(video, tmp_path, length):
    music = song(120, 4, "aabb")
    made = take(tmp_path, "m", music.sound[np.newaxis])
    _, region = arranged(video, made, TempoMap.even(120), length)
    samples, end = tail(made, region)
    left = np.abs(samples[end:]).max(initial=0.0)
    assert region.span.end <= F(str(length)) + F(1, RATE)
    assert region.edit.ending == "own" and left < 0.01 * np.abs(samples).max()
    assert region.fade_out == F(1, 50)


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
    assert 0 <= edit.landed <= edit.hits == len(hits)
    assert (edit.tempo is None) == (edit.follows is None)
