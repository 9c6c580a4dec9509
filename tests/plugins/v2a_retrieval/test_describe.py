"""What is said of a recording: names, the Universal Category System, tags, tables beside it."""

import pytest
import soundfile

from tests.plugins.v2a_retrieval import media
from v2a_retrieval import describe, licences, sidecars, tags, ucs, words


@pytest.mark.parametrize(
    ("name", "category", "sound"),
    [
        ("DOORWood_Heavy Slam Close_ABC_LIB01", "door wood", "Heavy Slam Close"),
        ("AMBForst_Birds Morning_XYZ_Trip_day", "ambience forest", "Birds Morning"),
        ("UIClick_Soft-Tap_ME_Set", "interface click", "Soft Tap"),
        ("FEETHmn-Gravel_Walk_ABC_L1", "footsteps human Gravel", "Walk"),
    ],
)
def test_a_ucs_name_is_taken_apart(name, category, sound):
    found = ucs.parsed(name)
    assert (found.category, found.name) == (category, sound)


@pytest.mark.parametrize("name", ["door_slam_01", "DOORWood_short", "Interview_Anna_2024", "ABCDE_x_y_z"])
def test_other_names_are_no_ucs_names(name):
    assert ucs.parsed(name) is None


def test_names_are_split_into_words():
    assert words.taken_apart("DoorSlam01_heavyWOOD-ext") == "Door Slam 01 heavy WOOD ext"
    assert words.tokens("足音.砂利") == ["足", "音", "砂", "利"]
    assert words.tokens("Tür Knallen 02") == ["tur", "knallen"]


def test_decomposed_names_are_the_same_as_composed_ones():
    assert words.tokens("Tu\u0308r") == words.tokens("Tür")


def test_bext_ixml_and_info_are_read(tmp_path):
    path = media.write(
        tmp_path / "a.wav",
        media.strike(),
        bext="Old gate in the harbour",
        ixml="<BWFXML><NOTE>rusty &amp; loud</NOTE><ASWG><creatorId>Mira</creatorId></ASWG></BWFXML>",
    )
    media.info(path, INAM="Gate", ICMT="take two", ICOP="CC BY 4.0")
    found = tags.read(path)
    assert found["description"] == "Old gate in the harbour"
    assert found["comment"] == "rusty & loud take two"
    assert found["title"] == "Gate"
    said = describe.said("x/a.wav", found, {})
    assert "harbour" in said.text
    assert said.licence == "CC-BY-4.0"


@pytest.mark.parametrize("suffix", ["flac", "ogg", "mp3"])
def test_vorbis_comments_and_id3_are_read(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    with soundfile.SoundFile(path, "w", 48_000, 1) as file:
        file.title = "Iron gate"
        file.comment = "in the rain"
        file.write(media.strike())
    found = tags.read(path)
    assert found["title"] == "Iron gate"
    if suffix != "mp3":
        assert "in the rain" in tags.text(found)


def test_hostile_ixml_expands_nothing(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><BWFXML><NOTE>&b;</NOTE></BWFXML>'
    path = media.write(tmp_path / "a.wav", media.strike(), ixml=bomb)
    assert tags.read(path)["comment"] == "&b;"


def test_a_table_beside_speaks_of_files_in_its_folder(tmp_path):
    table = tmp_path / "list.csv"
    table.write_text(
        "Filename;Description;License;Artist\na.wav;an old gate;CC0;Ann\nb;second;CC-BY 3.0;Bo\n",
        encoding="utf-8-sig",
    )
    found = sidecars.beside([("sub", table)])
    assert found.of("sub/a.wav", "")["text"] == "an old gate"
    assert found.of("sub/B.wav", "")["author"] == "Bo"
    assert found.of("a.wav", "") == {}
    assert describe.said("sub/a.wav", {}, found.of("sub/a.wav", "")).licence == "CC0-1.0"


def test_a_table_of_something_else_says_nothing(tmp_path):
    table = tmp_path / "list.csv"
    table.write_bytes(b"amount,price\n1,2\n\xff\xfe\x00,3\n")
    assert sidecars.beside([("", table)]).rows == {}


def test_a_licence_file_beside_one_recording(tmp_path):
    path = tmp_path / "a.wav.license"
    path.write_text("SPDX-FileCopyrightText: 2021 Ann Other\n\nSPDX-License-Identifier: CC-BY-SA-4.0\n")
    assert sidecars.beside([("", path)]).of("a.wav", "") == {"licence": "CC-BY-SA-4.0", "author": "Ann Other"}


def test_a_package_copyright_speaks_of_each_file(tmp_path):
    path = tmp_path / "copyright"
    path.write_text(
        "Format: x\n\nFiles: *\nCopyright: 2010 All <a@b>\nLicense: GPL-2+\n\n"
        "Files: src/doors/*\n src/bells/ding.ogg\nCopyright: 2012-2014, Dora\nLicense: CC-BY-3.0\n text\n"
    )
    found = sidecars.Beside({}, sidecars.rules(path))
    assert found.of("", "/usr/share/x/doors/open.ogg") == {"licence": "CC-BY-3.0", "author": "Dora"}
    assert found.of("", "/usr/share/x/bells/ding.ogg")["author"] == "Dora"
    assert found.of("", "/usr/share/x/bells/dong.ogg") == {"licence": "GPL-2+", "author": "All"}


def test_credit_is_owed_where_the_licence_asks_for_it():
    assert [
        name for name in ("CC0-1.0", "own", "CC-BY-4.0", "MIT", "unknown") if licences.owes_credit(name)
    ] == [
        "CC-BY-4.0",
        "MIT",
    ]


def test_a_name_of_numbers_is_its_own_title():
    assert describe.said("01.wav", {}, {}).title == "01"
