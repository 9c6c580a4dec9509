"""docs/hooks.md has a heading for every hook, with its signature and an example that keeps the contract."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import sys
from pathlib import Path

import pytest

from v2a import hookspecs
from v2a.host import Host
from v2a.testing import check_module, delivery, take, tone

PAGE = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text(encoding="utf-8")
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.split("\n## ")[1:]}
HOOKS = {n: f for n, f in inspect.getmembers(hookspecs, inspect.isfunction) if n.startswith("v2a_")}


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)
    spec.loader.exec_module(module)
    return module


blocks = load("blocks").blocks


def signature(name: str) -> str:
    text = re.sub(r"v2a\.[\w.]+\.|collections\.abc\.|pathlib\.", "", str(inspect.signature(HOOKS[name])))
    return f"{name}{text}".replace("'", "")


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write the blocks of a hook's section to files on the path; give the name of its module."""
    made = []

    def write(hook: str) -> str:
        for block in blocks(SECTIONS[hook]):
            path = tmp_path / block.file
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            made.append(path.stem)
        monkeypatch.syspath_prepend(str(tmp_path))
        importlib.invalidate_caches()
        return made[0]

    yield write
    for name in made:
        sys.modules.pop(name, None)


def test_every_hook_has_a_heading_and_no_other_thing_has():
    assert list(SECTIONS) == [n for n in vars(hookspecs) if n in HOOKS]


@pytest.mark.parametrize("hook", HOOKS)
def test_its_signature_is_the_real_one(hook):
    assert f"\n    {signature(hook)}\n" in SECTIONS[hook]
    assert "Called" in SECTIONS[hook]


@pytest.mark.parametrize("hook", [h for h in HOOKS if not h.startswith("v2a_on_")])
def test_its_example_keeps_the_contract(hook, written):
    report = check_module(written(hook))
    assert report.passed, report.lines
    assert len(report.checked) == 1


@pytest.mark.parametrize("hook", [h for h in HOOKS if h.startswith("v2a_on_")])
def test_its_example_is_told(hook, written, tmp_path, capsys):
    module = importlib.import_module(written(hook))
    host = Host([("example", module, "")])
    assert not host.broken
    assert check_module(module).checked == (f"hook {hook}",)
    if hook == "v2a_on_take":
        assert host.tell_take(take(tmp_path / "t.npy", "fx1", tone(1))) == []
        assert capsys.readouterr().out == "fx1: tone 1, seed 1\n"
    else:
        assert host.tell_delivery(delivery(tmp_path / "d")) == []
        assert capsys.readouterr().out.endswith("has 3 sounds\n")
