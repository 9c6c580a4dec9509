"""A sound that a cue is to come near: named well, named badly, found in a library, as a user does it."""

import json
import os
import re
import time

import numpy as np
import pytest

from tests.bad_input import running
from tests.bad_input.test_documents import edited
from tests.bad_input.test_films import refused
from v2a.media.writer import SoundWriter

RATE = 48_000
DOOR = 'prompt = "door slam"\n'


def ring(path, hertz=900.0):
    """A struck bell, as old as if it had lain there for a while."""
    time_ = np.arange(RATE) / RATE
    wave = 0.4 * np.sin(2 * np.pi * hertz * time_) * np.exp(-4 * time_)
    path.parent.mkdir(parents=True, exist_ok=True)
    with SoundWriter(path, RATE, 1) as writer:
        writer.write(np.pad(wave, (4_800, 0))[np.newaxis].astype(np.float32))
    past = time.time() - 100
    os.utime(path, (past, past))
    return path


@pytest.fixture(autouse=True)
def _no_library(tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_LIBRARY", str(tmp_path / "index"))
    monkeypatch.setenv("V2A_LIBRARY_MEANING", "0")


def sound_of(project, prompt="door slam"):
    report = json.loads(project.with_name("film.scored.report.json").read_text())
    return next(s for s in report["sounds"] if s["prompt"] == prompt)


def door_in(project):
    """The id of the door's cue."""
    blocks = project.with_suffix(".v2a").joinpath("spotting.toml").read_text().split("[[cue]]")
    return re.search(r'id = "(\w+)"', next(block for block in blocks if DOOR in block))[1]


def rendered(project, *more):
    done = running.here("render", project, "--json", *more)
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_a_cue_comes_near_a_file_beside_its_film(project):
    ring(project.with_name("bells") / "bell.wav")
    edited(project, DOOR, DOOR + 'reference = "bells/bell.wav"\nstrength = 0.8\n')
    assert rendered(project)["ran"] == {"generator:foley": 1}
    (note,) = sound_of(project)["notes"]
    assert note.startswith("near 'bell.wav', ")
    assert note.endswith(", strength 0.8")
    edited(project, "bells/bell.wav", str(project.with_name("bells") / "bell.wav"))
    assert rendered(project)["ran"] == {}
    edited(project, "strength = 0.8", "strength = 0.3")
    assert rendered(project)["ran"] == {"generator:foley": 1}


def test_a_reference_that_is_not_there_costs_one_line(project):
    edited(project, DOOR, DOOR + 'reference = "bells/bell.wav"\n')
    done = running.here("render", project)
    assert done.code == 11
    (line,) = done.lines
    assert (
        f"cue {door_in(project)}: its reference bells/bell.wav: there is no such file. Made by foley without it."
        in line
    )
    assert f"as it is seen from {project.parent}" in line
    assert sound_of(project)["notes"] == []


@pytest.mark.parametrize("wrong", ['"much"', "2"])
def test_a_strength_that_does_not_fit(project, wrong):
    edited(project, DOOR, DOOR + f"strength = {wrong}\n")
    refused(running.here("render", project), 31, f"cue {door_in(project)}, strength", "a number from 0")


def test_a_take_is_rolled_near_a_sound_or_not_at_all(project):
    bell, door = ring(project.with_name("bell.wav")), door_in(project)
    done = running.here("takes", "reroll", project, door, "--reference", "bell.wav", cwd=project.parent)
    assert done.code == 0, done.err
    rendered(project)
    assert sound_of(project)["notes"][0].startswith("near 'bell.wav', ")
    bell.write_bytes(b"RIFF" + bytes(40))
    before = project.with_suffix(".v2a").joinpath("spotting.toml").read_text()
    refused(
        running.here("takes", "reroll", project, door, "--reference", bell), 14, f"cue {door}", "bell.wav"
    )
    refused(running.here("takes", "reroll", project, door, "--strength", "0.3"), 35, "has no reference")
    assert running.here("takes", "reroll", project, door, "--strength", "2").code == 2
    assert project.with_suffix(".v2a").joinpath("spotting.toml").read_text() == before


def test_one_sound_comes_near_another(tmp_path):
    ring(tmp_path / "bell.wav")
    out = tmp_path / "out.wav"
    done = running.v2a("sound", "door slam", "--reference", "bell.wav", "-o", out, cwd=tmp_path)
    assert done.code == 0, done.err
    words = running.here("sound", "door slam", "--reference", "church bell", "-o", out)
    refused(words, 35, "no library was added", "v2a library add DIR")
    assert running.here("sound", "door slam", "--strength", "0.3", "-o", out).code == 2


def test_the_users_libraries_are_blended_in(project, tmp_path):
    ring(tmp_path / "sounds" / "heavy door slam.wav")
    added = running.here("library", "add", tmp_path / "sounds", "--licence", "cc-by-4.0", "--author", "Ann")
    assert added.code == 0, added.err
    rendered(project, "--blend", "0.4")
    told = sound_of(project)
    assert told["generator"] == "foley"
    assert told["notes"][0].startswith("near 'heavy door slam (heavy door slam.wav)', ")
    assert [c["author"] for c in told["credits"]] == ["Ann"]
    rendered(project, "--blend", "0.4", "--licence", "cc0")
    assert sound_of(project)["credits"] == []
    edited(project, DOOR, DOOR + 'reference = "heavy dragon"\n')
    failed = running.here("render", project)
    assert failed.code == 35
    assert "no recording in your libraries fits its reference 'heavy dragon'" in failed.err
