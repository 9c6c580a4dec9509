"""Words: prompts find their sounds, the more telling phrase wins, and adjectives turn into numbers."""

from __future__ import annotations

import pytest

import v2a
from v2a_foley import v2a_generators
from v2a_foley.scapes import ATMOS
from v2a_foley.sounds import FOLEY
from v2a_foley.wants import AtmosParams, FoleyParams, Quality, described, settled
from v2a_foley.words import matches, stem, suggestions, words


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("footsteps on gravel", "footsteps"),
        ("He walks slowly through snow", "footsteps"),
        ("a heavy wooden door slams", "door_close"),
        ("glass breaking", "shatter"),
        ("metal gate clangs", "gate"),
        ("typing on a keyboard", "keyboard"),
        ("distant thunder", "thunder"),
        ("knocking on the door", "knock"),
        ("car passing fast", "car_pass"),
        ("a train passes", "train_pass"),
        ("the car starts", "engine_start"),
        ("interface beep", "beep"),
        ("a chair is dragged", "slide"),
        ("padlock", "latch"),
    ],
)
def test_foley_words(prompt: str, name: str) -> None:
    assert matches(prompt, FOLEY)[0].known.name == name


@pytest.mark.parametrize(
    ("prompt", "names"),
    [
        ("heavy rain on a tin roof", {"rain"}),
        ("birds and a stream", {"birds", "stream"}),
        ("wind in the trees", {"trees"}),
        ("busy city street", {"city"}),
        ("waves on the beach", {"sea"}),
    ],
)
def test_background_words(prompt: str, names: set[str]) -> None:
    assert {m.known.name for m in matches(prompt, ATMOS)} == names


def test_stems() -> None:
    assert stem("running") == stem("run") == stem("runs")
    assert stem("closes") == stem("closing") == stem("close")
    assert stem("glass") == stem("glass")


def test_nothing_known_and_what_is_suggested() -> None:
    assert matches("xylophagous quux", FOLEY) == ()
    assert len(suggestions("xylophagous quux", FOLEY)) == 6


def test_adjectives_and_explicit_params() -> None:
    quality = described(words("heavy distant steps on metal"), Quality())
    assert quality.force > 0.5
    assert quality.distance > 10
    assert quality.surface == "metal"
    assert settled(quality, FoleyParams(force=0.1, surface="snow")).force == 0.1
    assert settled(quality, FoleyParams(surface="snow")).surface == "snow"
    assert settled(quality, AtmosParams()) == quality


def test_cards() -> None:
    foley, atmos = v2a_generators()
    assert foley.card.kinds == ("fo", "fx")
    assert atmos.card.windowing == "exact"
    assert "rain" in atmos.card.words
    assert foley.card.licence.commercial == "yes"
    assert isinstance(foley, v2a.Generator)
