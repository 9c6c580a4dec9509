"""Each contract catches what breaks it, names it, and says what to do: presets, commands and whole modules."""

from __future__ import annotations

from types import ModuleType

import pytest

import v2a
from tests.testing.plugins import Letters, Loud, Planned, generator, module
from v2a.errors import FileMissing, PluginBroken, ProgramMissing
from v2a.testing import (
    ContractBroken,
    bench,
    check_commands,
    check_encoder,
    check_module,
    check_presets,
    host_of,
)


def test_presets_and_commands(tmp_path):
    with pytest.raises(ContractBroken, match="holds no presets"):
        check_presets(tmp_path)
    (tmp_path / "loud.toml").write_text('schema = "v2a-preset"\nversion = 1\n[mix]\nbg = 1\n')
    with pytest.raises(ContractBroken, match="does not say what it is for"):
        check_presets(tmp_path)
    with pytest.raises(ContractBroken, match="there is no section"):
        check_presets(tmp_path, {})
    check_commands(v2a.Command("x", "v2a.testing:bench", "about"))
    for command in (
        v2a.Command("X Y", "os:path", "a"),
        v2a.Command("x", "os:nothing", "a"),
        v2a.Command("x", "os:sep", "a"),
        v2a.Command("x", "os:getcwd"),
    ):
        with pytest.raises(ContractBroken):
            check_commands(command)


def test_what_is_missing_here_is_no_breach():
    class Heavy(Letters):
        def open(self, bench):
            raise ProgramMissing("torch is not installed", remedy="pip install 'v2a[neural]'")

    with pytest.raises(ContractBroken, match="cannot be tried here: torch is not installed. pip install"):
        check_encoder(Heavy())
    report = check_module(module(v2a_encoders=[Heavy()]))
    assert report.passed
    assert report.lines[0] == "untried encoder letters"
    assert report.lines[-1] == "some_plugin keeps the contract, as far as it could be tried here."
    poor = generator(lambda r: v2a.Failure("has no weights", "Fetch them.", FileMissing.exit_code))
    assert check_module(module(v2a_generators=[poor])).findings[0].untried


def test_a_host_of_modules_discovers_nothing():
    host = host_of(module(v2a_planners=[Planned()]))
    assert list(host.planners) == ["planned"]
    assert not host.generators
    with pytest.raises(PluginBroken, match="must list Generator objects"):
        host_of(module(v2a_generators=[3]))


def test_a_report_of_a_module():
    good = check_module(module(v2a_planners=[Planned()], v2a_metrics=[Loud()]))
    assert good.passed
    assert good.lines == ("ok      planner planned", "ok      metric loud", "some_plugin keeps the contract.")
    bad = Loud()
    bad.number = lambda sound: float("nan")
    report = check_module(module(v2a_metrics=[bad]))
    assert not report.passed
    assert report.lines[0] == "broken  metric loud"
    assert report.lines[-1] == "some_plugin breaks the contract."
    assert "does not import" in check_module("no_such_module_here").lines[0]
    assert "registers nothing" in check_module(ModuleType("empty")).lines[0]
    assert "must list" in check_module(module(v2a_effects=[3])).lines[0]


def test_a_bench_for_tests(tmp_path):
    assert bench(tmp_path, device="cuda").device == "cuda"
    assert bench(tmp_path).scratch.is_dir()
