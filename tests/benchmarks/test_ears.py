"""What is listened to can be made, and each sound once; the listening itself needs YAMNet, which no test has."""

import tomllib
from pathlib import Path

import pytest

from v2a_foley.scapes import ATMOS
from v2a_foley.sounds import FOLEY
from v2a_foley.words import matches

TABLE = Path(__file__).parents[2] / "benchmarks" / "ears.toml"
ROWS = tomllib.loads(TABLE.read_text(encoding="utf-8"))["sound"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.get("name", row["prompt"]))
def test_a_sound_that_is_listened_to_is_known(row):
    (found, *_) = matches(row["prompt"], ATMOS if row["kind"] == "bg" else FOLEY)
    assert not found.nearly
    assert row["seconds"] > 0
    assert len(set(row.get("wanted", ()))) == len(row.get("wanted", ()))


def test_every_background_is_listened_to():
    heard = {m.known.name for row in ROWS if row["kind"] == "bg" for m in matches(row["prompt"], ATMOS)}
    assert {known.name for known in ATMOS} <= heard


def test_every_one_shot_is_listened_to():
    heard = {matches(row["prompt"], FOLEY)[0].known.name for row in ROWS if row["kind"] != "bg"}
    assert {known.name for known in FOLEY} - heard <= {"denied"}
