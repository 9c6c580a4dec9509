"""`v2a doctor` names every extra."""

import importlib.metadata
import json
import re

import pytest

from tests.bad_input.running import here
from v2a.cli.commands import doctor


def brought(extra):
    """The packages of an extra, by name."""
    asked = importlib.metadata.requires("v2a") or []
    return {re.match(r"[\w.-]+", line)[0] for line in asked if re.search(rf"extra == .{extra}.", line)}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("extra", ["neural", "library"])
def test_it_lists_what_an_extra_brings(extra):
    listed = {plain(name) for name, *_ in doctor._LIBRARIES}
    assert brought(extra) and {plain(name) for name in brought(extra)} <= listed


def test_what_is_missing_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr(doctor, "_LIBRARIES", (("no-such-thing", "'v2a[library]'", "nothing", False),))
    [part] = doctor._libraries()
    assert (part.found, part.get) == ("", "pip install 'v2a[library]'")


def test_as_it_is_typed():
    done = here("doctor", "--json")
    assert done.code == 0, done.err
    parts = {part["name"]: part for part in json.loads(done.out)}
    assert parts["ffmpeg"]["found"] and "v2a[library]" in parts["onnxruntime"]["get"]


def test_it_names_the_weights_that_are_here(tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path))
    assert (doctor._weights().found, doctor._weights().get) == ("", "v2a models list")
    (tmp_path / "ast").mkdir()
    (tmp_path / "ast" / "model.safetensors").write_bytes(b"x")
    assert doctor._weights().found == f"ast (in {tmp_path})"
