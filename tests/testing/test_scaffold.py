"""`v2a plugin new NAME` writes a plugin whose own tests pass."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from v2a.errors import CannotWrite, DocumentError
from v2a.testing import scaffold

ROOT = Path(__file__).parents[2]


def test_a_new_plugin_passes_its_own_tests(tmp_path):
    made = scaffold.new_plugin("rain-stick", tmp_path)
    assert made == tmp_path / "v2a-rain-stick"
    assert (made / "LICENSE").is_file()
    assert os.listdir(tmp_path) == ["v2a-rain-stick"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(made), str(ROOT)])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    done = subprocess.run(command, cwd=made, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_names():
    assert scaffold.module_name("rain-stick") == "v2a_rain_stick"
    assert scaffold.module_name("v2a-rain") == "v2a_rain"
    for name in (
        "",
        "Rain",
        "../rain",
        "rain stick",
        "1",
        "1abc",
        "-a",
        "a-",
        "a--b",
        "class",
        "import",
        "none",
        "v2a-true",
    ):
        with pytest.raises(DocumentError, match="cannot be called"):
            scaffold.module_name(name)


def test_names_that_templates_use_do_no_harm(tmp_path):
    for name in ("sequence", "v2a", "numpy", "request"):
        made = scaffold.new_plugin(name, tmp_path)
        for source in made.rglob("*.py"):
            compile(source.read_text(encoding="utf-8"), source, "exec")
        title = name.capitalize()
        (package,) = made.glob("v2a_*/__init__.py")
        assert f"import {title}\n" in package.read_text(encoding="utf-8")


def test_it_does_not_hide_a_plugin_that_is_there(tmp_path):
    with pytest.raises(DocumentError, match="v2a_foley is installed already"):
        scaffold.new_plugin("foley", tmp_path)
    assert not os.listdir(tmp_path)


def test_it_writes_over_nothing(tmp_path):
    (tmp_path / "v2a-rain").mkdir()
    with pytest.raises(CannotWrite, match="is already there"):
        scaffold.new_plugin("rain", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        scaffold.new_plugin("rain", tmp_path / "file")
    assert sorted(os.listdir(tmp_path)) == ["file", "v2a-rain"]
