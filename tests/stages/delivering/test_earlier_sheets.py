"""MIDI files of earlier renders: those that are true stay, and so do those that somebody changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.scores import scored
from tests.stages.delivering.sheeting import LISTED, SONG, VIDEO, played, to
from v2a.interfaces import Bench
from v2a.stages.delivering import sheets
from v2a.stages.delivering.played import music
from v2a.stages.delivering.report import SCHEMA, Written


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
