"""Presets: one function layers them, and a mistake is named with its file, its key and what there is."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from v2a import presets
from v2a.errors import PresetError, UnknownName
from v2a.interfaces import option
from v2a.presets import Layer


@dataclass(frozen=True)
class Mix:
    bg_level: float = option(-20.0, "level of backgrounds", unit="LUFS", low=-60, high=0)
    spec: str = option("web", "delivery", choices=("web", "tv"))
    fade: Fraction = option(Fraction(1), "fade")


@dataclass(frozen=True)
class Rain:
    drops: int = 10
    low: int = 1
    high: int = 5

    def __post_init__(self) -> None:
        if self.low >= self.high:
            raise ValueError("low lies under high")


SCHEMA = {"mix": Mix, "generators.rain": Rain}
HEAD = 'schema = "v2a-preset"\nversion = 1\n'


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_the_last_layer_wins_key_by_key():
    layers = [
        Layer("a", {"mix": {"bg_level": -30, "spec": "tv"}}, "a"),
        Layer("b", {"mix": {"bg_level": -10}}, "b"),
    ]
    assert presets.layered(SCHEMA, layers) == {"mix": Mix(-10.0, "tv"), "generators.rain": Rain()}
    assert presets.layered(SCHEMA, []) == {"mix": Mix(), "generators.rain": Rain()}


def test_asking_for_the_default_beats_the_preset():
    layers = [
        Layer("a", {"mix": {"bg_level": -30}}, "a"),
        Layer("command line", {"mix": {"bg_level": -20.0}}, ""),
    ]
    assert presets.layered(SCHEMA, layers)["mix"] == Mix()


def test_two_settings_that_fit_only_together():
    assert presets.layered(SCHEMA, [Layer("a", {"generators.rain": {"low": 7, "high": 9}}, "a")])[
        "generators.rain"
    ] == Rain(10, 7, 9)
    with pytest.raises(PresetError, match="low lies under high"):
        presets.layered(SCHEMA, [Layer("a", {"generators.rain": {"low": 7}}, "a")])


def test_extends_is_read_first_and_named_in_errors(tmp_path):
    write(
        tmp_path, "low", 'about = "low"\n[mix]\nbg_level = -40\nspec = "tv"\n[generators.rain]\ndrops = 3\n'
    )
    high = write(tmp_path, "high", 'extends = "low"\n[mix]\nbg_level = -12\nfade = "1/2"\n')
    for layer in (presets.load("high", [tmp_path]), presets.load(str(high), [tmp_path])):
        assert layer.values["generators.rain"] == {"drops": 3}
        found = presets.layered(SCHEMA, [layer])
        assert found == {"mix": Mix(-12.0, "tv", Fraction(1, 2)), "generators.rain": Rain(3)}
    write(tmp_path, "low", "[mix]\nbg_levl = 1\n")
    with pytest.raises(
        PresetError, match=r"low\.toml: \[mix\] has no key 'bg_levl'\. Did you mean 'bg_level'\?"
    ):
        presets.layered(SCHEMA, [presets.load("high", [tmp_path])])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[mix]\nbg_level = -70\n", r"\[mix\]\.bg_level is at least -60, not -70"),
        ('[mix]\nbg_level = "loud"\n', r"\[mix\]\.bg_level must be float, not 'loud'"),
        ('[mix]\nspec = "film"\n', r"\[mix\]\.spec is one of web, tv, not 'film'"),
        (
            "[mx]\na = 1\n",
            r"there is no section \[mx\]\. Did you mean 'mix'\? There are: generators.rain, mix",
        ),
        ("[generators.snow]\na = 1\n", r"there is no section \[generators.snow\]"),
        ("[generators.rain]\ndrips = 1\n", r"\[generators.rain\] has no key 'drips'\. Did you mean 'drops'"),
        ("bg_level = 3\n", r"'bg_level' stands outside of any section"),
        ("[generators]\nrain = 3\n", r"'generators.rain' stands outside of any section"),
        ('extends = "mine"\n', r"extends itself"),
        ("about = 3\n", r"about is not text"),
        ("[mix\n", r"line 3, column 5: "),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path, text, says):
    write(tmp_path, "mine", text)
    with pytest.raises(PresetError, match=says) as caught:
        presets.layered(SCHEMA, [presets.load("mine", [tmp_path])])
    assert caught.value.where == str(tmp_path / "mine.toml")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("", "is not a preset"),
        ('schema = "v2a-preset"\nversion = 2\n', "has version 2"),
        ("\xff", "cannot be read"),
    ],
)
def test_a_file_that_is_no_preset_of_ours(tmp_path, head, says):
    path = tmp_path / "mine.toml"
    path.write_text(head, encoding="latin-1")
    with pytest.raises(PresetError, match=says):
        presets.load(str(path))
    assert "mine" in [info.name for info in presets.names([tmp_path])]


def test_names_that_do_not_exist_or_exist_twice(tmp_path):
    with pytest.raises(UnknownName, match="no preset is called 'trialer'. Did you mean 'trailer'?"):
        presets.load("trialer")
    with pytest.raises(UnknownName, match="there is no such preset file"):
        presets.load(str(tmp_path / "no.toml"))
    write(tmp_path, "default", "")
    with pytest.raises(PresetError, match="two presets are called 'default'"):
        presets.load("default", [tmp_path])


def test_what_ships():
    found = presets.names()
    wanted = {
        "default",
        "documentary",
        "trailer",
        "vlog",
        "animation",
        "backgrounds-only",
        "music-only",
        "mastered",
    }
    assert found[0].name == "default"
    assert wanted <= {info.name for info in found}
    assert all(info.about.endswith(".") for info in found)


@pytest.mark.parametrize("name", [info.name for info in presets.names()])
def test_every_shipped_preset_fits_the_real_stages(name):
    from v2a.engine import table

    schema = table.schema()
    layer = presets.load(name)
    found = presets.layered(schema, [layer])
    for section, values in layer.values.items():
        assert set(values) <= set(vars(found[section]))
        blank = schema[section]()
        if name != "default":
            assert any(getattr(found[section], key) != getattr(blank, key) for key in values)
