"""What a preset or a spotting list sets for a planner by name reaches that planner, and no other."""

import pytest

from tests.bad_input import running
from v2a.api import Order
from v2a.errors import PresetError

QUICK = {"observe": {"without": ["motion", "faces", "places"]}}


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return running.make_film(tmp_path_factory.mktemp("settings") / "film.mp4")


def kinds(film, project, **given):
    with Order(film, project=project, **given).session() as session:
        return {cue.kind for cue in session.spot().cues}


def test_a_section_of_the_planner_in_use_counts(film, tmp_path):
    quiet = tmp_path / "quiet.toml"
    quiet.write_text(
        'schema = "v2a-preset"\nversion = 1\nextends = "default"\n[planners.builtin]\nmusic = false\n'
    )
    assert "mx" in kinds(film, tmp_path / "loud.v2a", settings=QUICK)
    assert "mx" not in kinds(film, tmp_path / "quiet.v2a", settings=QUICK, preset=str(quiet))
    more = {**QUICK, "spot": {"params": {"music": True}}}
    assert "mx" in kinds(film, tmp_path / "loud2.v2a", settings=more, preset=str(quiet))


def test_a_section_of_another_planner_does_not(film, tmp_path):
    assert "mx" in kinds(film, tmp_path / "film.v2a", settings={**QUICK, "planners.chat": {"music": False}})


def test_a_key_that_the_planner_does_not_have_is_named(film, tmp_path):
    with pytest.raises(PresetError, match="modle"):
        kinds(film, tmp_path / "film.v2a", settings={**QUICK, "planners.chat": {"modle": "x"}})
