"""Music on paper: whose notes it has, where they lie in the film, and which files are written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import mido
import pretty_midi
import pytest

from tests.scores import scored
from tests.stages.delivering.sheeting import CUE, LISTED, SONG, TIMINGS, VIDEO, played, starts, to
from v2a.interfaces import Bench
from v2a.model import (
    Anchor,
    MusicEdit,
    Note,
    Observations,
    Passage,
    Score,
    ScoreMark,
    Shot,
    Span,
    TempoMap,
    Voice,
)
from v2a.stages.delivering import sheets
from v2a.stages.delivering.places import Destination
from v2a.stages.delivering.played import music, stretched
from v2a.stages.scoring.timing import Timings


def test_a_cue_with_notes_is_written_at_its_timecode(tmp_path):
    (sheet,) = music((played(tmp_path, scored(20)),), LISTED, None)
    assert (sheet.cue, sheet.name, sheet.key) == ("2M1", "2M1: tense strings", "D minor")
    assert (sheet.at, sheet.length, sheet.whole) == (10, 20, True)
    written = sheets.write(VIDEO, (sheet,), to(tmp_path), 3, Bench())
    assert written.files == (tmp_path / "stems" / "harbour_R2_2M1_v03.mid",) and not written.notes
    track = mido.MidiFile(written.files[0]).tracks[0]
    (offset,) = (m for m in track if m.type == "smpte_offset")
    assert (offset.hours, offset.minutes, offset.seconds, offset.frame_rate) == (1, 0, 6, 25)


def test_notes_of_another_prompt_go_by_that_one(tmp_path):
    (sheet,) = music((played(tmp_path, scored(3), replace(CUE, prompt="a chase")),), LISTED, None)
    assert sheet.name == "2M1: a chase"


def test_music_that_goes_on_in_the_next_reel_keeps_its_tempo_map_to_the_end(tmp_path):
    notes = tuple(Note(float(n), 0.5, 60, 80) for n in range(20))
    bent = TempoMap.through([(F(0), F(0)), (F(10), F(10)), (F(20), F(18))])
    region = played(tmp_path, Score(bent, (Voice("Horn", "brass", 60, notes),)), span=Span(F(10), F(15)))
    found = music((region,), LISTED, None)
    (path,) = sheets.write(VIDEO, found, to(tmp_path), 1, Bench()).files
    beats = pretty_midi.PrettyMIDI(str(path)).get_beats()
    assert beats[-4:-1] - beats[-5:-2] == pytest.approx([0.8] * 3, abs=1e-3)


def test_what_happens_in_the_picture_is_marked_beside_the_notes(tmp_path):
    seen = Observations(VIDEO, shots=(Shot(Span(F(0), F(44))), Shot(Span(F(44), F(60)), "cut")))
    (sheet,) = music((played(tmp_path, scored(3), SONG),), LISTED, Timings(seen, LISTED))
    assert [(mark.time, mark.name) for mark in sheet.score.marks] == [
        (0.5, "A"), (2.0, "the door"), (4.0, "cut"),
    ]  # fmt: skip


def test_without_a_folder_for_stems_the_files_lie_beside_the_film(tmp_path):
    found = music((played(tmp_path, scored(3)),), LISTED, None)
    written = sheets.write(VIDEO, found, to(tmp_path, stems=False), 1, Bench())
    assert written.files == (tmp_path / "harbour_R2.scored.2M1.mid",)


def test_a_take_that_begins_before_its_cue_or_was_nudged_is_where_it_is_heard(tmp_path):
    early = played(
        tmp_path, scored(3), take={"lead": F(2)}, offset=F(2), moved=F(1, 25), span=CUE.span.shifted(F(1, 25))
    )
    assert music((early,), LISTED, None)[0].at == 10 + F(1, 25)
    late = played(tmp_path, scored(3), offset=F(1), span=Span(F(11), F(30)))
    assert music((late,), LISTED, None)[0].at == 10


def test_notes_go_with_a_take_that_is_stretched(tmp_path):
    notes = tuple(Note(float(n), 0.5, 60, 80) for n in range(20))
    score = Score(TempoMap.even(60), (Voice("Horn", "brass", 60, notes),), (ScoreMark(10.0, "B"),))
    region = played(tmp_path, score, anchors=(Anchor(F(10), F(11)), Anchor(F(20), F(20))))
    (sheet,) = music((region,), LISTED, None)
    assert [note.time for note in sheet.score.voices[0].notes][:11:5] == [0.0, 5.5, 11.0]
    assert sheet.score.voices[0].notes[15].time == pytest.approx(15.5)
    assert sheet.score.voices[0].notes[0].length == pytest.approx(0.55)
    assert sheet.score.marks[0].time == 11.0
    tempo = sheet.score.tempo
    assert [float(tempo.time(beat)) for beat in (0, 5, 10, 15)] == [0.0, 5.5, 11.0, 15.5]
    assert tempo.bpm(F(1)) == pytest.approx(60 / 1.1)
    assert stretched(score, replace(region, anchors=(Anchor(F(20), F(20)),)), F(0)).voices == score.voices


def test_a_song_has_the_tempo_map_and_the_hit_points_that_it_was_fitted_to(tmp_path):
    (sheet,) = music((played(tmp_path, None, SONG),), LISTED, TIMINGS)
    assert sheet.score.tempo == TIMINGS.of(SONG).tempo and not sheet.whole
    assert ScoreMark(2.0, "the door") in sheet.score.marks
    written = sheets.write(VIDEO, (sheet,), to(tmp_path), 1, Bench())
    assert written.notes == (
        "harbour_R2_2M2_v01.mid has the tempo map and the hit points of 2M2 and no notes.",
    )
    assert not starts(written.files[0])


def test_without_notes_and_without_a_timing_there_is_no_sheet(tmp_path):
    assert music((played(tmp_path, None, SONG),), LISTED, None) == ()


def test_notes_of_music_that_was_cut_are_not_written_and_that_is_said(tmp_path):
    passage = Passage(Span(F(0), F(10)), Span(F(0), F(10)))
    cut = played(tmp_path, scored(3), SONG, edit=MusicEdit((passage,), 100.0))
    (sheet,) = music((cut,), LISTED, TIMINGS)
    assert not sheet.whole
    (note,) = sheets.write(VIDEO, (sheet,), to(tmp_path), 1, Bench()).notes
    assert note.endswith("and no notes, for it was cut to its cue.")


def test_a_song_that_was_cut_has_the_map_that_its_beats_follow(tmp_path):
    passage = Passage(Span(F(0), F(10)), Span(F(0), F(10)))
    follows = TempoMap.even(121.5)
    (sheet,) = music(
        (played(tmp_path, None, SONG, edit=MusicEdit((passage,), follows=follows)),), LISTED, TIMINGS
    )
    assert sheet.score.tempo == follows and sheet.kept and not sheet.remark
    loose = played(tmp_path, None, SONG, edit=MusicEdit((passage,)))
    (sheet,) = music((loose,), LISTED, TIMINGS)
    assert sheet.score.tempo == TIMINGS.of(SONG).tempo and not sheet.kept
    (note,) = sheets.write(VIDEO, (sheet,), to(tmp_path), 1, Bench()).notes
    assert note.endswith("and no notes; it has no plain beat that would follow them.")


def test_a_score_that_cannot_be_read_is_no_end_of_the_delivery(tmp_path):
    region = played(tmp_path, scored(3))
    Path(region.take.sheet).write_text("{")
    (sheet,) = music((region,), LISTED, TIMINGS)
    (note,) = sheets.write(VIDEO, (sheet,), to(tmp_path), 1, Bench()).notes
    assert note.endswith("and no notes, for its score cannot be read.")


@pytest.mark.parametrize("name", ["the door", "hit"])
def test_the_users_marks_are_there_once(tmp_path, name):
    marked = Score(TempoMap.even(100), (), (ScoreMark(2.079, name), ScoreMark(0.0, "A")))
    (sheet,) = music((played(tmp_path, marked, SONG),), LISTED, TIMINGS)
    assert [mark.name for mark in sheet.score.marks] == ["A", name]
    (sheet,) = music((played(tmp_path, replace(marked, marks=()), SONG),), LISTED, TIMINGS)
    assert [mark.name for mark in sheet.score.marks] == ["the door"]


def test_where_there_is_no_music_and_no_folder_yet_nothing_is_written(tmp_path):
    place = Destination(tmp_path / "new" / "x.mov", None, tmp_path / "p.v2a")
    assert sheets.write(VIDEO, (), place, 1, Bench()) == sheets.MidiFiles()


def test_music_that_midi_cannot_say_is_told_and_the_rest_is_written(tmp_path):
    slow = replace(scored(3), tempo=TempoMap.even(2))
    found = music((played(tmp_path, slow), played(tmp_path, scored(3), SONG)), LISTED, None)
    written = sheets.write(VIDEO, found, to(tmp_path), 1, Bench())
    assert [path.name for path in written.files] == ["harbour_R2_2M2_v01.mid"]
    (note,) = written.notes
    assert note.startswith("2M1 has no MIDI file: a quarter note of 30.0 seconds is longer")
