"""A project folder in place of its film: what each command makes of it."""

import json
import shutil

import pytest

from tests.bad_input import running
from tests.bad_input.running import here


@pytest.fixture(scope="module")
def analysed(tmp_path_factory):
    """A film and the project that only `v2a analyze` made."""
    film = running.make_film(tmp_path_factory.mktemp("projects") / "film.mp4", seconds=2)
    assert here("analyze", film, "-q", "--start-tc", "01:00:00:00").code == 0
    return film, film.with_suffix(".v2a")


def test_analyze_takes_the_project_that_it_made(analysed):
    done = here("analyze", analysed[1], "--json")
    assert done.code == 0, done.err
    data = json.loads(done.out)
    assert data["ran"] == {} and data["video"]["start_timecode"] == "01:00:00:00"


def test_a_project_moves_with_its_film(analysed, tmp_path):
    shutil.copytree(analysed[0].parent, tmp_path / "moved")
    done = here("analyze", tmp_path / "moved" / "film.v2a", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["ran"] == {}


@pytest.mark.parametrize("command", ["render", "show", "takes list"])
def test_what_needs_cues_says_how_to_make_them(analysed, command):
    film, project = analysed
    more = ["fx1"] if command == "takes list" else []
    done = here(*command.split(), project, *more)
    assert (done.code, len(done.lines)) == (11, 1)
    assert "no spotting list" in done.lines[0] and done.lines[0].endswith(f"v2a spot {film}")


@pytest.mark.parametrize("command", ["score", "spot"])
def test_what_needs_the_film_names_it(analysed, command):
    film, project = analysed
    done = here(command, project)
    assert (done.code, len(done.lines)) == (12, 1)
    assert done.lines[0].endswith(f"this is a project. Name its film: {film}")


def test_a_folder_that_is_no_project(tmp_path):
    done = here("analyze", tmp_path)
    assert (done.code, len(done.lines)) == (11, 1)
    assert "no project" in done.lines[0]
