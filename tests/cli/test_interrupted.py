"""Ctrl-C before a command has begun: one line and 130, from the first import of ours on."""

import subprocess
import sys
from pathlib import Path

import pytest

import v2a
from tests.bad_input import running

INTERRUPTED = """
import sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
from v2a.cli import main
main(["presets"])
"""
LOADED = (
    "import os, sys; before = set(sys.modules); import v2a.cli; print(*sorted(set(sys.modules) - before))"
)


def python(code, *flags):
    return subprocess.run(
        [sys.executable, *flags, "-c", code],
        capture_output=True,
        text=True,
        env=running.environment() | {"PYTHONPATH": str(Path(v2a.__file__).parents[1])},
        check=False,
    )


@pytest.mark.parametrize(
    "name", ["v2a.cli.stop", "click", "v2a.cli.app", "v2a.errors", "v2a.cli.commands.presets"]
)
def test_an_interrupt_while_something_is_imported(name):
    done = python(INTERRUPTED.format(name=name))
    assert (done.returncode, done.stdout) == (130, "")
    [line] = done.stderr.split("\n")[-2:-1]
    assert line.startswith("v2a: stopped.") and done.stderr.strip() == line


def test_nothing_is_loaded_before_main():
    done = python(LOADED, "-S")
    assert done.stdout.split() == ["__future__", "v2a", "v2a.cli"], done.stderr
