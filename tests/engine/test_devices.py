"""Devices are found without loading torch where that cannot help."""

import subprocess
import sys

import pytest

from v2a.engine import devices
from v2a.errors import UnknownName


def test_the_cpu_is_always_there_and_comes_last():
    found = devices.available()
    assert found[-1].name == "cpu"
    assert devices.choose("cpu").dtype == "float32"
    assert devices.choose("auto") == found[0]


def test_a_device_that_is_not_there_is_an_error_that_names_those_that_are():
    with pytest.raises(UnknownName, match=r"no device 'tpu' here.*cpu"):
        devices.choose("tpu")


def test_the_first_of_a_kind_answers_to_the_kind(monkeypatch):
    cards = (devices.Device("cuda:0", "A", "bfloat16", 1), devices.Device("cuda:1", "B", "bfloat16", 1))
    monkeypatch.setattr(devices, "_cuda", lambda: cards)
    assert devices.choose("cuda").name == "cuda:0"
    assert devices.choose("cuda:1").about == "B"
    assert devices.choose("auto").name == "cuda:0"


def test_a_plugin_may_use_less_memory_than_there_is():
    whole, limit = devices.memory(), devices.memory_limit()
    assert (whole is None and limit is None) or 0 < limit < whole


def test_the_engine_loads_nothing_heavy():
    code = (
        "import sys, v2a.engine.devices as d, v2a.engine.table, v2a.engine.store, v2a.builtin; d.choose('cpu');"
        "print([m for m in ('numpy', 'torch', 'scipy', 'av', 'psutil') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
