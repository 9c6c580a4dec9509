"""Stems as they are asked for on the command line, and all that makes no sense of it."""

import os
import shutil

import pytest
import soundfile

from tests.bad_input import running
from tests.bad_input.running import v2a
from v2a.cli import run

RATE = 48_000


@pytest.fixture(scope="module")
def popped(tmp_path_factory):
    """A film of two seconds that was scored with pops on its stems."""
    folder = tmp_path_factory.mktemp("stems")
    running.make_film(folder / "film.mp4", seconds=2)
    done = v2a(
        "score", "film.mp4", "--brief", "rain", "--stems", "stems", "--pop", "--no-music", "-q", cwd=folder
    )
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def desk(popped, tmp_path, monkeypatch):
    """A copy to change at will, as the current folder."""
    shutil.copytree(popped, tmp_path / "desk")
    monkeypatch.chdir(tmp_path / "desk")
    return tmp_path / "desk"


def refused(capsys, *arguments, code=2):
    before = {name: os.stat(name).st_mtime_ns for name in os.listdir()}
    assert run(arguments) == code
    assert {name: os.stat(name).st_mtime_ns for name in os.listdir()} == before
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("command", ["score", "render"])
@pytest.mark.parametrize("option", [["--pop"], ["--undipped"], ["--revision", "2"]])
def test_what_is_about_stems_asks_for_stems(desk, capsys, command, option):
    line = refused(capsys, command, "film.mp4", *option)
    assert option[0] in line and "--stems" in line


def test_what_was_switched_on_can_be_switched_off_again(desk):
    frames = [soundfile.info(desk / "stems" / "film_R1_MIX_v01.wav").frames]
    for more in ([], ["--no-pop"]):
        assert run(["render", "film.mp4", "--stems", "stems", "-q", *more]) == 0
        frames.append(soundfile.info(desk / "stems" / "film_R1_MIX_v01.wav").frames)
    assert frames == [6 * RATE + 1920, 6 * RATE + 1920, 2 * RATE]


def test_a_cue_that_is_muted_takes_its_stem_along(desk, capsys):
    listed = desk / "film.v2a" / "spotting.toml"
    listed.write_text(listed.read_text().replace('kind = "bg"', 'kind = "bg"\nmuted = true'))
    assert (desk / "stems" / "film_R1_BG_v01.wav").exists()
    assert run(["render", "film.mp4", "--stems", "stems"]) == 0
    assert "film_R1_BG_v01.wav of an earlier render is not part of this mix" in capsys.readouterr().out
    assert not (desk / "stems" / "film_R1_BG_v01.wav").exists()


@pytest.mark.parametrize("option", ["--stems", "-o", "--keep-project"])
@pytest.mark.parametrize("command", ["score", "render"])
def test_an_empty_name_is_no_place(desk, capsys, command, option):
    assert option in refused(capsys, command, "film.mp4", option, "")


@pytest.mark.parametrize("place", [".", "..", "/", ""])
def test_a_folder_that_is_no_project_is_said_in_one_line(desk, capsys, place):
    line = refused(capsys, "render", place, code=11 if place else 2)
    assert "no project" in line or not place


@pytest.mark.parametrize("command", ["score", "render"])
def test_a_part_without_a_frame_is_refused_before_anything_is_written(desk, capsys, command):
    line = refused(
        capsys,
        command,
        "film.mp4",
        "--from",
        "0:01.01",
        "--to",
        "0:01.02",
        "-o",
        "t.mov",
        "--stems",
        "t",
        code=33,
    )
    assert "no frame begins between 0:01.01 and 0:01.02" in line and "40 ms" in line


def test_a_part_of_one_frame_is_a_part(desk):
    done = ["render", "film.mp4", "--from", "0:01.03", "--to", "0:01.05", "-o", "t.mov", "-q"]
    assert run(done) == 0
    assert (desk / "t.mov").exists()
