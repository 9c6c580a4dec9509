"""A reel of a programme that is rendered alone, and what it has in common with the others."""

from __future__ import annotations

import pytest

from tests.reels import action, reel
from v2a.api import Order
from v2a.api.reels import Reels, orders

SETTINGS = {
    "observe": {"without": ["motion", "faces", "places"]},
    "mix": {"spec": "none"},
    "generate": {"executor": "local", "candidates": 1},
}


@pytest.fixture
def programme(tmp_path):
    films = [reel(tmp_path / f"R{n}.mov", [action(4)], timecode=f"0{n}:00:00:00") for n in (1, 2)]
    order = Order(films[0], output=tmp_path, brief="warm strings throughout", settings=SETTINGS)
    with Reels(orders(order, films)) as reels:
        reels.score()
    return films


def alone(film):
    with (
        Order(film, output=film.with_name("alone.mov"), settings=SETTINGS).from_project().session() as session
    ):
        delivery = session.render()
    [music] = [region.take.id for region in delivery.regions if region.stem == "mx"]
    return music, [note for note in delivery.notes if "another reel" in note]


def test_music_over_the_change_of_reels_is_made_anew_only_where_its_own_tempo_is_changed(programme):
    first, second = programme
    heard, notes = alone(first)
    assert heard == alone(second)[0]
    assert notes == [
        "1M1: heard in another reel too, and still the take that goes on there; "
        "render the reels together to have it made anew."
    ]
    listed = first.with_suffix(".v2a") / "spotting.toml"
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace('id = "1M1"', 'id = "1M1"\ntempo = "171"'), encoding="utf-8")
    anew, notes = alone(first)
    assert anew != heard and not notes
