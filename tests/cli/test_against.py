"""`v2a analyze --against` on the screen, and `--json` with a file that is none."""

import json

import pytest

from tests.bad_input import running
from tests.bad_input.running import here


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    path = running.make_film(tmp_path_factory.mktemp("against") / "film.mp4", seconds=2)
    assert here("analyze", path, "-q").code == 0
    return path


def compared(film, truth, *more):
    path = film.with_name("truth.json")
    path.write_text(json.dumps(truth))
    done = here("analyze", film, "--against", path, *more)
    assert done.code == 0, done.err
    return done.out


def test_times_outside_the_film_are_one_line_and_a_note(film):
    truth = {"moments": [{"time": 77}]}
    told = [line for line in compared(film, truth).splitlines() if "outside the film" in line]
    assert len(told) == 1 and told[0].lstrip().startswith("note") and "counted as missed" in told[0]
    data = json.loads(compared(film, truth, "--json"))
    assert data["against"]["moments_40_ms"]["known"] == 1
    assert any("outside the film" in note for note in data["notes"])


def test_kinds_are_rows_only_where_they_are_known(film):
    at = {"time": 0.5}
    assert not any(line.startswith("  ") for line in compared(film, {"moments": [at]}).splitlines())
    named = compared(film, {"moments": [at | {"kind": "impact"}, {"time": 1.5, "kind": "stop"}]}).splitlines()
    assert any(line.startswith("  impact") for line in named)


@pytest.mark.parametrize(
    "arguments", [("--json", "x.txt", "FILM"), ("FILM", "--json", "x.txt"), ("FILM", "--json=x.txt")]
)
def test_a_file_for_json_that_is_none(film, arguments):
    done = here("analyze", *[str(film) if each == "FILM" else each for each in arguments])
    assert (done.code, len(done.lines)) == (2, 1)
    assert "x.txt" in done.lines[0] and "a file that ends in .json, or to stdout" in done.lines[0]
