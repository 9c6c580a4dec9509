"""Music on paper: whose notes it has, where they lie in the film, and which files are written and removed."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import mido
import pretty_midi
import pytest

from tests.builtin.planner.films import film
from tests.scores import scored
from v2a.interfaces import Bench
from v2a.media import sheets as files
from v2a.model import (
    Anchor,
    Cue,
    Hit,
    Licence,
    MusicEdit,
    Note,
    Observations,
    Passage,
    Region,
    Score,
    ScoreMark,
    Shot,
    SoundFile,
    Span,
    SpottingList,
    Take,
    TempoMap,
    Timecode,
    Voice,
)
from v2a.stages.delivering import sheets
from v2a.stages.delivering.places import Destination
from v2a.stages.delivering.played import music, stretched
from v2a.stages.delivering.report import SCHEMA, Written
from v2a.stages.scoring.timing import Timings

VIDEO = replace(film(60), start_timecode=Timecode.parse("01:00:00:00", F(25)), path="harbour_R2.mov")
CUE = Cue("2M1", "mx", Span(F(10), F(30)), "tense strings")
SONG = Cue("2M2", "mx", Span(F(40), F(50)), "a song")
LISTED = SpottingList(VIDEO.identity, 1, cues=(CUE, SONG), hits=(Hit(F(42), 10.0, "mark", "the door"),))
TIMINGS = Timings(Observations(VIDEO), LISTED)


def played(folder: Path, score: Score | None, cue: Cue = CUE, **more) -> Region:
    """A region of a take with these notes."""
    sheet = ""
    if score is not None:
        path = folder / f"{cue.id}.json"
        files.write(path, score)
        sheet = str(path)
    sound = SoundFile("x.npy", 48_000, 2, 48_000 * int(cue.span.duration))
    take = Take(
        "t", cue.id, sound, "composer", "1", 1, 0, cue.prompt, Licence("MIT"),
        notes=("tense, D minor",), sheet=sheet, **more.pop("take", {}),
    )  # fmt: skip
    return Region(cue.id, "mx", take, more.pop("span", cue.span), **more)


def starts(path: Path) -> list[float]:
    voices = pretty_midi.PrettyMIDI(str(path)).instruments
    return sorted(note.start for voice in voices if voice.name != "Click" for note in voice.notes)


def to(folder: Path, stems: bool = True) -> Destination:
    return Destination(
        folder / "harbour_R2.scored.mov", folder / "stems" if stems else None, folder / "p.v2a"
    )


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


def reported(folder: Path, written: sheets.MidiFiles, name: str = "") -> None:
    told = [Written.of(path, path.parent) for path in (*written.files, *written.kept)]
    files = [{"name": w.name, "sha256": w.sha256} for w in told]
    said = {"schema": SCHEMA, "film": {"name": VIDEO.path}, "files": files}
    report = to(folder).report(VIDEO)
    report.with_name(name or report.name).write_text(json.dumps(said))


@pytest.mark.parametrize("stems", [True, False])
def test_files_of_cues_that_are_gone_are_removed_and_those_of_others_stay(tmp_path, stems):
    place = to(tmp_path, stems)
    both = music((played(tmp_path, scored(3)), played(tmp_path, scored(4), SONG)), LISTED, None)
    first = sheets.write(VIDEO, both, place, 1, Bench())
    reported(tmp_path, first)
    mine = first.files[0].with_name(first.files[0].name.replace("2M1", "2M7"))
    mine.write_bytes(b"mine")
    again = sheets.write(VIDEO, both[:1], place, 1, Bench())
    assert again.notes == (
        f"{first.files[1].name} of an earlier render is not part of this mix, and was removed.",
    )
    assert set(mine.parent.glob("*.mid")) == {first.files[0], mine}


def test_a_file_that_was_worked_on_stays(tmp_path):
    both = music((played(tmp_path, scored(3)), played(tmp_path, scored(4), SONG)), LISTED, None)
    first = sheets.write(VIDEO, both, to(tmp_path), 1, Bench())
    reported(tmp_path, first)
    first.files[1].write_bytes(first.files[1].read_bytes() + b"\0")
    (note,) = sheets.write(VIDEO, both[:1], to(tmp_path), 1, Bench()).notes
    assert note.endswith("it stays, for v2a did not write it as it is now.")
    assert first.files[1].exists()


@pytest.mark.parametrize("stems", [True, False])
def test_a_render_without_them_keeps_what_is_true_and_removes_what_is_not(tmp_path, stems):
    place = to(tmp_path, stems)
    both = music((played(tmp_path, scored(3)), played(tmp_path, scored(4), SONG)), LISTED, None)
    first = sheets.write(VIDEO, both, place, 1, Bench())
    reported(tmp_path, first)
    same = sheets.look_after(VIDEO, both, place, 1, Bench())
    assert same == sheets.MidiFiles(kept=first.files)
    reported(tmp_path, same)
    other = (both[0], replace(both[1], score=scored(5)))
    after = sheets.look_after(VIDEO, other, place, 1, Bench())
    assert after.kept == first.files[:1] and not first.files[1].exists()
    assert after.notes == (
        f"{first.files[1].name} of an earlier render has other music, and was removed; --midi writes it anew.",
    )


def test_a_render_without_them_leaves_what_was_worked_on_and_says_so_once_it_is_not_true(tmp_path):
    both = music((played(tmp_path, scored(3)), played(tmp_path, scored(4), SONG)), LISTED, None)
    first = sheets.write(VIDEO, both, to(tmp_path), 1, Bench())
    reported(tmp_path, first)
    first.files[1].write_bytes(first.files[1].read_bytes() + b"\0")
    same = sheets.look_after(VIDEO, both, to(tmp_path), 1, Bench())
    assert same == sheets.MidiFiles(kept=first.files[:1])
    (note,) = sheets.look_after(VIDEO, both[:1], to(tmp_path), 1, Bench()).notes
    assert note == (
        f"{first.files[1].name} is not of this mix; it stays, for v2a did not write it as it is now."
    )
    assert first.files[1].exists()


def test_files_beside_the_film_are_looked_after_where_the_next_ones_go_among_stems(tmp_path):
    both = music((played(tmp_path, scored(3)), played(tmp_path, scored(4), SONG)), LISTED, None)
    first = sheets.write(VIDEO, both, to(tmp_path, stems=False), 1, Bench())
    reported(tmp_path, first)
    again = sheets.write(VIDEO, both[:1], to(tmp_path), 1, Bench())
    assert again.kept == first.files[:1] and not first.files[1].exists()


def test_files_of_another_version_whose_name_begins_alike_are_its_own(tmp_path):
    (sheet,) = music((played(tmp_path, scored(3)),), LISTED, None)
    other = replace(to(tmp_path, stems=False), output=tmp_path / "harbour_R2.scored.long.mov")
    first = sheets.write(VIDEO, (sheet,), other, 1, Bench())
    reported(tmp_path, first, "harbour_R2.scored.long.report.json")
    assert first.files == (tmp_path / "harbour_R2.scored.long.2M1.mid",)
    assert sheets.look_after(VIDEO, (), to(tmp_path, stems=False), 1, Bench()) == sheets.MidiFiles()
    assert first.files[0].exists()


def test_files_of_another_show_whose_name_begins_alike_are_its_own(tmp_path):
    shorter = replace(VIDEO, path="harbour.mov")
    stems = to(tmp_path).stems
    assert stems is not None
    first = sheets.write(
        replace(VIDEO, path="harbour_R1_x.mov"),
        music((played(tmp_path, scored(3)),), LISTED, None),
        to(tmp_path),
        1,
        Bench(),
    )
    told = [{"name": path.name, "sha256": Written.of(path, stems).sha256} for path in first.files]
    said = {"schema": SCHEMA, "film": {"name": "harbour_R1_x.mov"}, "files": told}
    (stems / "harbour_R1_x.report.json").write_text(json.dumps(said))
    assert sheets.look_after(shorter, (), to(tmp_path), 1, Bench()) == sheets.MidiFiles()
    assert first.files[0].name == "harbour_R1_x_R1_2M1_v01.mid" and first.files[0].exists()


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
