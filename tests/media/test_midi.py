from fractions import Fraction
from itertools import count

import mido
import numpy as np
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.errors import V2aError
from v2a.media import midi
from v2a.media.midi import Place
from v2a.model import Meter, Note, Score, ScoreMark, Span, TempoMap, TempoMark, Timecode, Voice

FILM = Fraction(24000, 1001)


def bent(bpm: float, every: int = 16, bars: int = 400, meter: Meter | None = None) -> TempoMap:
    """A map that changes by a percent or so every few beats."""
    beat, time, marks = Fraction(0), Fraction(0), []
    for n in range(bars * 4 // every):
        here = bpm * (1 + 0.01 * ((n * 7) % 5 - 2))
        marks.append(TempoMark(time, here, beat))
        beat, time = beat + every, time + every * 60 / Fraction(here)
    return TempoMap(tuple(marks), meter or Meter())


def voice(*notes: Note, name: str = "Violins", program: int = 48, drums: bool = False) -> Voice:
    return Voice(name, "strings", program, notes, drums)


def written(tmp_path, score: Score, length: float = 60.0, **more) -> mido.MidiFile:
    midi.write_score(tmp_path / "cue.mid", score, Fraction(length), more.pop("place", None), **more)
    return mido.MidiFile(tmp_path / "cue.mid", charset="utf-8")


def said(track: mido.MidiTrack, kind: str) -> list[mido.MetaMessage]:
    return [message for message in track if message.type == kind]


def at(track: mido.MidiTrack, kind: str) -> list[int]:
    ticks, found = 0, []
    for message in track:
        ticks += message.time
        found += [ticks] if message.type == kind else []
    return found


@pytest.mark.parametrize("bpm", [61.7, 97.3, 180.1])
def test_notes_of_an_hour_are_played_when_they_are_due(tmp_path, bpm):
    tempo = bent(bpm, bars=1500)
    times = np.sort(np.random.default_rng(3).uniform(0, 3600, 2000))
    notes = tuple(Note(float(t), 0.05, 20 + n % 90, 80) for n, t in enumerate(times))
    midi.write_score(tmp_path / "x.mid", Score(tempo, (voice(*notes),)), Fraction(3600))
    read = pretty_midi.PrettyMIDI(str(tmp_path / "x.mid"))
    played = np.array(sorted(note.start for note in read.instruments[1].notes))
    lead = 8 * 60 / tempo.bpm(Fraction(0))
    assert np.abs(played - lead - times).max() < 0.001
    now, struck = 0.0, []
    for message in mido.MidiFile(tmp_path / "x.mid"):
        now += message.time
        struck += [now] if message.type == "note_on" and message.channel != 9 else []
    assert np.abs(np.array(struck) - lead - times).max() < 0.001


def test_beats_and_downbeats_are_those_of_the_map(tmp_path):
    tempo = bent(88.3, meter=Meter(3, 4))
    midi.write_tempo(tmp_path / "map.mid", tempo, Fraction(600), [ScoreMark(3.5, "Tür"), ScoreMark(9, "Riß")])
    read = pretty_midi.PrettyMIDI(str(tmp_path / "map.mid"))
    span = Span(Fraction(0), Fraction(600))
    for theirs, ours in (
        (read.get_beats(), tempo.beats(span)),
        (read.get_downbeats(), tempo.downbeats(span)),
    ):
        wanted = np.array([float(time) for time in ours])
        assert np.abs(theirs[: len(wanted)] - wanted).max() < 0.0005
    file = mido.MidiFile(tmp_path / "map.mid", charset="utf-8")
    assert file.type == 1 and len(file.tracks) == 1
    assert [message.text for message in said(file.tracks[0], "marker")] == ["Tür", "Riß"]
    assert file.length == pytest.approx(600, abs=0.001)


@settings(max_examples=25, deadline=None)
@given(st.floats(45, 200), st.floats(0, 3), st.lists(st.floats(0, 200), min_size=1, max_size=30, unique=True))
def test_any_notes_come_back_at_their_times(tmp_path_factory, bpm, offset, times):
    path = tmp_path_factory.mktemp("midi") / "x.mid"
    tempo = TempoMap.even(bpm, Fraction(offset))
    notes = [Note(time, 0.5, 30 + n, 64) for n, time in enumerate(sorted(times))]
    midi.write_score(path, Score(tempo, (voice(*notes),)), Fraction(200), click_bars=0)
    read = pretty_midi.PrettyMIDI(str(path)).instruments[0].notes
    assert {n.pitch: n.start for n in read} == {n.pitch: pytest.approx(n.time, abs=0.001) for n in notes}


def test_two_bars_of_click_come_before_the_cue_with_an_accent_on_one(tmp_path):
    tempo = TempoMap.even(90, meter=Meter(3, 4))
    file = written(tmp_path, Score(tempo, (voice(Note(0.0, 1.0, 60, 90)),)))
    assert [track.name for track in file.tracks] == ["v2a", "Click", "Violins"]
    clicks = said(file.tracks[1], "note_on")
    assert {click.channel for click in clicks} == {9}
    assert [click.velocity > 100 for click in clicks] == [True, False, False] * 2
    assert at(file.tracks[1], "note_on") == [n * 960 for n in range(6)]
    assert at(file.tracks[2], "note_on") == [2 * 3 * 960]


@pytest.mark.parametrize(
    ("start", "rate", "code", "want"),
    [
        ("10:00:00:00", Fraction(24), 24, "9:59:56:0.0"),
        ("01:00:00:00", Fraction(25), 25, "0:59:56:0.0"),
        ("01:00:00:00", FILM, 24, "0:59:56:0.0"),
        ("01:00:00:00", Fraction(30000, 1001), 30, "0:59:56:0.0"),
        ("01:00:00;00", Fraction(30000, 1001), 29.97, "0:59:56:0.0"),
        ("01:00:00:00", Fraction(50), 25, "0:59:56:0.0"),
        ("01:00:00;00", Fraction(60000, 1001), 29.97, "0:59:56:0.0"),
        ("00:00:00:00", Fraction(24), 24, "23:59:56:0.0"),
        ("00:00:02:12", Fraction(48), 24, "23:59:58:6.0"),
    ],
)
def test_the_offset_is_the_cues_timecode_less_the_click(tmp_path, start, rate, code, want):
    place = Place(Timecode.parse(start, rate))
    file = written(tmp_path, Score(TempoMap.even(120), ()), place=place)
    (offset,) = said(file.tracks[0], "smpte_offset")
    assert offset.frame_rate == code
    got = f"{offset.hours}:{offset.minutes}:{offset.seconds}:{offset.frames}.{offset.sub_frames}"
    assert got == want


@pytest.mark.parametrize("rate", [FILM, Fraction(25), Fraction(60000, 1001), Fraction(48), Fraction(12)])
@pytest.mark.parametrize("bpm", [71.3, 140.0])
def test_a_file_with_a_click_begins_on_a_whole_frame_and_the_cue_where_it_is(tmp_path, rate, bpm):
    place = Place(Timecode.parse("01:00:00:00", rate), Fraction(123, 10))
    tempo = TempoMap((TempoMark(Fraction(0), bpm, Fraction(-5, 4)),), Meter(3, 4))
    file = written(tmp_path, Score(tempo, (voice(Note(0.0, 1.0, 60, 90)),)), place=place)
    (offset,) = said(file.tracks[0], "smpte_offset")
    assert offset.sub_frames == 0
    counted = ((offset.hours * 60 + offset.minutes) * 60 + offset.seconds) * offset.frame_rate + offset.frames
    speed = rate / round(rate)
    read = pretty_midi.PrettyMIDI(file.filename)
    begins = counted / offset.frame_rate / speed + read.instruments[-1].notes[0].start
    assert begins == pytest.approx(float(3600 / speed) + 12.3, abs=0.001)
    beats = np.diff([note.start for note in read.instruments[0].notes])
    assert beats == pytest.approx(60 / bpm, rel=0.01)


def test_a_cue_within_the_film_has_its_own_offset_and_without_timecode_there_is_none(tmp_path):
    place = Place(Timecode.parse("01:00:00:00", Fraction(25)), Fraction(1001, 100))
    file = written(tmp_path, Score(TempoMap.even(120), ()), place=place)
    (offset,) = said(file.tracks[0], "smpte_offset")
    assert (offset.minutes, offset.seconds, offset.frames, offset.sub_frames) == (0, 6, 0, 0)
    assert not said(written(tmp_path, Score(TempoMap.even(120), ())).tracks[0], "smpte_offset")


def test_the_first_track_says_what_the_cue_is(tmp_path):
    marks = (ScoreMark(0.0, "A"), ScoreMark(8.0, "B"), ScoreMark(9.5, "door"))
    place = Place(name="1M1: tense, köln", key="F# minor")
    track = written(tmp_path, Score(TempoMap.even(120), (), marks), place=place).tracks[0]
    assert track.name == "1M1: tense, köln"
    assert [message.text for message in said(track, "marker")] == ["1M1: tense, köln", "A", "B", "door"]
    assert at(track, "marker") == [7680, 7680, 7680 + 16 * 960, 7680 + 19 * 960]
    assert said(track, "key_signature")[0].key == "F#m"
    (meter,) = said(track, "time_signature")
    assert (meter.numerator, meter.denominator, meter.clocks_per_click) == (4, 4, 24)


@pytest.mark.parametrize(
    ("key", "want"), [("D minor", "Dm"), ("bb major", "Bb"), ("C", "C"), ("H moll", None)]
)
def test_a_key_is_named_where_midi_has_a_name_for_it(tmp_path, key, want):
    track = written(tmp_path, Score(TempoMap.even(120), ()), place=Place(key=key)).tracks[0]
    assert [message.key for message in said(track, "key_signature")] == ([want] if want else [])


def test_the_metronome_of_six_eight_clicks_twice_a_bar(tmp_path):
    conductor, click = written(tmp_path, Score(TempoMap.even(60, meter=Meter(6, 8)), ())).tracks[:2]
    assert said(conductor, "time_signature")[0].clocks_per_click == 36
    assert said(conductor, "set_tempo")[0].tempo == pytest.approx(1_000_000 * 2 / 3, abs=1)
    assert len(said(click, "note_on")) == 4


def test_each_voice_has_a_track_a_channel_and_its_sound(tmp_path):
    voices = [voice(Note(1.0, 1.0, 60, 70), name=f"V{n}", program=n) for n in range(40)]
    voices.insert(3, voice(Note(1.0, 0.1, 38, 70), name="Drums", program=0, drums=True))
    tracks = written(tmp_path, Score(TempoMap.even(120), tuple(voices))).tracks[2:]
    ways = set()
    for track, wanted in zip(tracks, voices):
        assert track.name == wanted.name
        (program,) = said(track, "program_change")
        assert program.program == wanted.program and (program.channel == 9) == wanted.drums
        assert {(c.control, c.value) for c in said(track, "control_change")} == {(7, 100), (10, 64)}
        ways.add((said(track, "midi_port")[0].port, program.channel))
        assert {message.channel for message in track if not message.is_meta} == {program.channel}
    assert len(ways) == len(voices)


def test_few_voices_need_no_second_port(tmp_path):
    voices = tuple(voice(Note(1.0, 1.0, 60, 70)) for _ in range(15))
    assert not any(said(t, "midi_port") for t in written(tmp_path, Score(TempoMap.even(120), voices)).tracks)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 4), st.floats(0, 2), st.integers(60, 62), st.integers(1, 127)),
        max_size=30,
    )
)
def test_no_note_is_struck_while_it_sounds(tmp_path_factory, drawn):
    folder = tmp_path_factory.mktemp("midi")
    notes = sorted((Note(*each) for each in drawn), key=lambda note: note.time)
    track = written(folder, Score(TempoMap.even(120), (voice(*notes),))).tracks[-1]
    sounding, ticks = {}, count()
    now = 0
    for message in track:
        now += message.time
        if message.type == "note_on":
            assert message.note not in sounding and next(ticks) >= 0
            sounding[message.note] = now
        elif message.type == "note_off":
            assert now > sounding.pop(message.note)
    assert not sounding
    assert {n.pitch for n in notes} == {m.note for m in said(track, "note_on")}


def test_the_same_score_gives_the_same_bytes(tmp_path):
    score = Score(bent(101.5), tuple(voice(Note(n * 0.3, 1.0, 60 + n, 70)) for n in range(20)))
    for name in ("a.mid", "b.mid"):
        midi.write_score(tmp_path / name, score, Fraction(20), Place(name="1M1"))
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    score = Score(TempoMap.even(120), (voice(Note(0.0, 1.0, 200, 70)),))
    with pytest.raises(ValueError, match="data byte"):
        midi.write_score(tmp_path / "cue.mid", score, Fraction(10))
    (tmp_path / "file").write_text("")
    with pytest.raises(V2aError):
        midi.write_tempo(tmp_path / "file" / "x.mid", TempoMap.even(120), Fraction(10))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
