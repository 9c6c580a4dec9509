"""Every path that the map names is there, and every folder is on the map."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
MADE = ("v2a-demo/", "film.v2a/", "v2a/presets/data")
NAMED = [
    path
    for path in re.findall(r"`([\w./-]+)`", MAP)
    if ("/" in path or path.endswith((".py", ".md", ".toml"))) and not path.startswith(MADE)
]


def test_the_map_names_paths():
    assert len(NAMED) > 60


@pytest.mark.parametrize("path", sorted(set(NAMED)))
def test_a_path_is_there(path):
    assert (ROOT / path).exists()


def test_every_folder_is_on_the_map():
    table = MAP.partition("## Folders")[2].partition("## ")[0]
    packages = [p for p in (ROOT / "v2a").iterdir() if (p / "__init__.py").exists()]
    folders = [ROOT / name for name in ("plugins", "presets", "tests", "benchmarks", "examples", "docs")]
    for folder in (*packages, *folders):
        assert f"`{folder.relative_to(ROOT).as_posix()}/`" in table


@pytest.mark.parametrize("folder", ["effects", "exporters"])
def test_every_module_of_a_kind_is_named(folder):
    modules = [p for p in (ROOT / "v2a" / "builtin" / folder).glob("*.py") if p.stem != "__init__"]
    assert modules and {f"v2a/builtin/{folder}/{path.name}" for path in modules} <= set(NAMED)
