"""Which font is played, and what is owed for it."""

import pytest

from tests.plugins.v2a_composer.fontfile import small_font
from v2a_composer import fonts
from v2a_composer.soundfont.chunks import FontError


@pytest.fixture
def system(tmp_path, monkeypatch):
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr(fonts, "_folders", lambda: [tmp_path / "missing", folder])
    monkeypatch.setattr(fonts, "_LEAST", 100)
    monkeypatch.delenv(fonts.VARIABLE, raising=False)
    return folder


def test_the_font_that_came_along_is_played_where_there_is_no_other(system):
    assert fonts.chosen().name == "TimGM6mb.sf2"
    font, path = fonts.opened(None)
    assert font.name == "TimGM6mb" and path == fonts.chosen()


def test_a_font_of_the_system_goes_before_it_the_best_known_first(system):
    for name in ("aaa.sf2", "FluidR3_GM.sf2", "default-GM.sf3"):
        small_font(system / name)
    (system / "00.sf2").write_bytes(b"no font" * 100)
    (system / "notes.txt").write_text("x")
    assert [p.name for p in fonts.found()][:3] == ["default-GM.sf3", "FluidR3_GM.sf2", "aaa.sf2"]


def test_a_broken_font_of_the_system_is_passed_over(system):
    (system / "default-GM.sf2").write_bytes(b"RIFF\x00\x00\x00\x00sfbk" + bytes(200))
    small_font(system / "good.sf2", name="Good")
    assert fonts.opened(None)[0].name == "Good"


def test_the_variable_names_a_font_and_is_believed(system, tmp_path, monkeypatch):
    own = small_font(tmp_path / "own.sf2", name="Own")
    monkeypatch.setenv(fonts.VARIABLE, str(own))
    assert fonts.chosen() == own and fonts.opened(None)[0].name == "Own"
    monkeypatch.setenv(fonts.VARIABLE, str(tmp_path / "gone.sf2"))
    assert fonts.known_by(fonts.chosen()) == "none"
    with pytest.raises(FontError, match="cannot be read") as error:
        fonts.opened(None)
    assert error.value.where == f"V2A_SOUNDFONT={tmp_path / 'gone.sf2'}" and "unset" in error.value.remedy


def test_without_any_font_the_remedy_is_named(system, monkeypatch):
    monkeypatch.setattr(fonts, "found", lambda: iter(()))
    assert fonts.chosen() is None and fonts.known_by(None) == "none"
    with pytest.raises(FontError, match="pretty_midi"):
        fonts.opened(None)


def test_a_font_is_known_by_what_it_holds_and_not_by_its_name(tmp_path):
    first = small_font(tmp_path / "a.sf2", name="One")
    second = small_font(tmp_path / "b.sf2", name="One")
    other = small_font(tmp_path / "c.sf2", name="Two")
    assert fonts.known_by(first) == fonts.known_by(second) != fonts.known_by(other)


@pytest.mark.parametrize(("name", "file", "licence"), [
    ("TimGM6mb", "x", "GPL-2.0"), ("FluidR3Mono_GM.sf3", "x", "MIT"), ("", "FluidR3_GM", "MIT"),
    ("MuseScore_General_Lite.sf3 (MuseScore_General v0.2.1)", "x", "MIT"), ("Own", "own", "(c) me"),
])  # fmt: skip
def test_the_terms_of_known_fonts_are_known_and_others_speak_for_themselves(name, file, licence):
    told = fonts.terms(name, file, "(c) me")
    assert told.licence == licence
    assert told.commercial == (licence != "(c) me")


def test_a_font_that_says_nothing_is_not_known():
    told = fonts.terms("Own", "own", "")
    assert "not known" in told.licence and told.author == "an unnamed author"
