"""What a command is told to write never lands on a film or on another's file."""

from __future__ import annotations

import json

import pytest

from tests.bad_input import running
from tests.bad_input.running import here, make_film


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = make_film(tmp_path_factory.mktemp("others") / "s.mp4")
    assert here("spot", path, "-q").code == 0
    return path


@pytest.mark.parametrize(
    "command", [("show", "--png"), ("loudness", "--plot"), ("analyze", "--plot"), ("analyze", "--csv")]
)
@pytest.mark.parametrize("target", ["film", "-"])
def test_a_picture_is_not_written_over_a_film(film, command, target):
    before = running.digest(film)
    done = here(command[0], film, command[1], film if target == "film" else "-", cwd=film.parent)
    assert done.code == 2 and "will not do" in done.err
    assert running.digest(film) == before
    assert not (film.parent / "-").exists()


def test_the_demo_leaves_a_film_of_the_user_alone(film, tmp_path):
    copy = running.copied(film, tmp_path)
    before = running.digest(copy)
    done = here("demo", "-o", tmp_path)
    assert done.code == 22 and "film.mp4" in done.lines[0]
    assert running.digest(copy) == before


def test_a_length_that_is_no_number(tmp_path):
    done = here("sound", "a bell", "--seconds", "nan", "-o", tmp_path / "a.wav")
    assert done.code == 2 and "nan" in done.err


@pytest.mark.parametrize("text", ["[]", "5", '{"schema": "v2a-origin", "version": 1, "film": "a\\u0000b"}'])
def test_a_damaged_origin_is_one_line(film, text):
    origin = film.with_suffix(".v2a") / "origin.json"
    kept = origin.read_text()
    schema = json.loads(kept)["schema"]
    origin.write_text(text.replace("v2a-origin", schema))
    done = here("show", film)
    origin.write_text(kept)
    assert done.code == 14 and "origin.json" in done.lines[0] and "fault in v2a" not in done.err
