"""What a delivery's files are called."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest

from tests.builtin.planner.films import film
from v2a.stages.delivering.places import Slate, safe_name

VIDEO = film(1)


def slate(name: str) -> str:
    return Slate.of(replace(VIDEO, path=f"/films/{name}.mov"), 1).file("DX")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("harbour", "harbour_R1_DX_v01.wav"),
        ("harbour_R2", "harbour_R2_DX_v01.wav"),
        ("harbourR2", "harbour_R2_DX_v01.wav"),
        ("harbour (reel 3)", "harbour_R3_DX_v01.wav"),
        ("harbour-r12", "harbour_R12_DX_v01.wav"),
        ("R4", "film_R4_DX_v01.wav"),
        ("tiger2", "tiger2_R1_DX_v01.wav"),
        ("CAR2", "CAR2_R1_DX_v01.wav"),
        ("Möwe über Ærø", "Mowe_uber_AEro_R1_DX_v01.wav"),
        ("straße_R2", "strasse_R2_DX_v01.wav"),
        ("Łódź", "Lodz_R1_DX_v01.wav"),
        ("the end…", "the_end_R1_DX_v01.wav"),
        ("---", "---_R1_DX_v01.wav"),
        ("???", "film_R1_DX_v01.wav"),
    ],
)
def test_show_and_reel_are_read_from_the_film_s_name(name, file):
    assert slate(name) == file
    assert slate(unicodedata.normalize("NFD", name)) == file


def test_names_without_latin_letters_are_kept_apart():
    names = ["日本", "東京", "Москва", "🎬", "🎥", "日本 trailer", "東京 trailer", "film"]
    files = {slate(name) for name in names}
    assert len(files) == len(names)
    assert all(file.isascii() for file in files)
    assert slate("日本_R2").startswith("film_") and "_R2_DX" in slate("日本_R2")
    assert slate("日本_R2").replace("_R2_", "_R1_") == slate("日本_R1")
    assert safe_name(replace(VIDEO, path="日本 trailer.mp4")).startswith("trailer_")


def test_a_name_in_no_encoding_is_a_name_too():
    assert slate("caf\udce9").isascii()
