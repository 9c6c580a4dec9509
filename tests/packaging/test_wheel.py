"""What is in the wheel and in the source distribution, and that the wheel works by itself."""

import email
import json
import os
import subprocess
import sys
import zipfile

import pytest

from tests.packaging.building import ROOT, build, unpacked

PACKAGES = {"v2a": "v2a", **{p.name: f"plugins/{p.name}" for p in sorted((ROOT / "plugins").glob("v2a_*"))}}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    return unpacked(wheel, tmp_path_factory.mktemp("installed"))


def sources():
    """Every file that belongs into the wheel, under its name there."""
    for package, folder in PACKAGES.items():
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
    for path in (ROOT / "presets").glob("*.toml"):
        yield f"v2a/presets/data/{path.name}"


def metadata(installed):
    (info,) = installed.glob("v2a-*.dist-info")
    return info, email.message_from_string((info / "METADATA").read_text(encoding="utf-8"))


def test_the_wheel_holds_the_packages_and_the_presets_and_nothing_else(wheel):
    held = [name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name]
    assert sorted(held) == sorted(sources())
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(held)
    assert "v2a/builtin/planner/words/sounds.toml" in held


def test_it_says_its_licence_and_asks_for_no_torch(installed):
    info, said = metadata(installed)
    assert said["License-Expression"] == "GPL-3.0-or-later"
    assert (
        (info / "licenses" / "LICENSE").read_text(encoding="utf-8").lstrip().startswith("GNU GENERAL PUBLIC")
    )
    base = [need for need in said.get_all("Requires-Dist") if "extra ==" not in need]
    assert not [need for need in base if need.startswith(("torch", "open-clip", "transformers", "diffusers"))]
    assert set(said.get_all("Provides-Extra")) == {"neural", "library", "test", "dev"}


def test_every_plugin_has_its_entry_point(installed):
    info, _ = metadata(installed)
    points = (info / "entry_points.txt").read_text(encoding="utf-8")
    for package in PACKAGES.keys() - {"v2a_diffusion"}:
        module = "v2a.builtin" if package == "v2a" else package
        assert f" = {module}\n" in points + "\n"


def test_it_works_from_where_it_is_installed(installed, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}

    def v2a(*words):
        done = subprocess.run(
            [sys.executable, "-m", "v2a", *words], cwd=tmp_path, env=environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "documentary" in v2a("presets")
    assert {"foley", "atmos", "composer"} <= {
        p["name"] for p in json.loads(v2a("plugins", "--json"))["registered"]
    }
    v2a("sound", "rain on a tin roof", "--seconds", "1", "-o", "rain.wav")
    assert (tmp_path / "rain.wav").stat().st_size > 48_000


def test_the_source_distribution_builds_the_same_wheel(wheel, tmp_path):
    for name in ("sdist", "source", "again"):
        (tmp_path / name).mkdir()
    source = unpacked(build("sdist", ROOT, tmp_path / "sdist"), tmp_path / "source")
    assert (source / "tests" / "packaging" / "test_wheel.py").is_file()
    again = build("wheel", source, tmp_path / "again")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())
