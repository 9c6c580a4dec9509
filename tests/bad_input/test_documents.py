"""What users write: spotting lists, presets, briefs. A mistake is one line that says where."""

import sys

import pytest

from tests.bad_input import running
from tests.bad_input.test_films import refused


def edited(project, old, new):
    path = project.with_suffix(".v2a") / "spotting.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return path


def test_a_spotting_list_with_a_syntax_error(project):
    path = edited(project, "\n[[cue]]\n", "\n[[cue]\n")
    before = path.read_text()
    refused(running.v2a("render", project), 31, "spotting.toml", "line")
    assert path.read_text() == before


def test_a_spotting_list_with_an_unknown_key(project):
    edited(project, 'kind = "fx"', 'kind = "fx"\nvolume = 3')
    refused(running.here("render", project), 31, "volume")


def test_a_spotting_list_with_an_unknown_generator(project):
    edited(project, 'kind = "fx"', 'kind = "fx"\ngenerator = "nobody"')
    refused(running.here("render", project), 32, "nobody")


def test_a_cue_outside_the_film(project):
    edited(
        project, "\n[[cue]]\n", '\n[[cue]]\nin = 100\nout = 101\nkind = "fx"\nprompt = "bang"\n\n[[cue]]\n'
    )
    refused(running.here("render", project), 33)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[mix]\nloudness = 3\n", "loudness"),
        ("[mixing]\nspec = 'none'\n", "mixing"),
        ("[mix]\nspec = 'loud'\n", "loud"),
        ("[mix\n", "preset.toml"),
    ],
)
def test_a_preset_with_a_mistake(film, text, word):
    preset = film.parent / "preset.toml"
    preset.write_text('schema = "v2a-preset"\nversion = 1\nabout = "mine"\n' + text)
    refused(running.here("score", film, "--preset", preset), 34, word)


def test_an_unknown_preset(film):
    refused(running.here("score", film, "--preset", "nosuch"), 35, "nosuch", "default")


def test_an_unknown_kind(film):
    done = running.here("score", film, "--only", "fx,noise")
    assert done.code in (2, 34)
    assert "noise" in done.lines[0]


@pytest.mark.parametrize("times", [("--from", "5:00"), ("--from", "abc"), ("--from", "2", "--to", "1")])
def test_a_part_that_is_not_in_the_film(film, times):
    refused(running.here("score", film, *times), 33)


def test_a_brief_that_is_not_there(film):
    refused(running.here("score", film, "--brief", "@nobrief.txt"), 11, "nobrief.txt")


def test_an_unknown_cue_and_take(project):
    refused(running.here("takes", "list", project, "fx99"), 35, "fx99")
    refused(running.here("takes", "choose", project, "fx1", "nosuch"), 35, "nosuch")


def test_rendering_what_was_never_spotted(film):
    done = running.here("render", film)
    refused(done, 11, "v2a score")


def test_a_command_line_that_makes_no_sense(film):
    done = running.here("score", film, "--loud")
    assert done.code == 2
    assert len(done.lines) == 1


def test_an_ffmpeg_that_is_not_there(film, monkeypatch):
    monkeypatch.setenv("V2A_FFMPEG", "nosuchffmpeg")
    refused(running.v2a("score", film), 51, "V2A_FFMPEG")
    assert list(film.parent.glob("*.scored*")) == []


def test_an_ffmpeg_that_is_another_program_is_refused_before_the_work(film, monkeypatch):
    monkeypatch.setenv("V2A_FFMPEG", sys.executable)
    refused(running.v2a("score", film), 52, "V2A_FFMPEG")
    assert not film.with_suffix(".v2a").joinpath("spotting.toml").exists()


def test_a_start_timecode_that_does_not_exist(film):
    refused(running.here("score", film, "--start-tc", "99:99:99:99"), 37, "HH:MM:SS:FF")
