"""The example plugin as a third party has it: installed apart from v2a, found by discovery, run by both executors."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HUM = ROOT / "examples" / "v2a-hum"

RUN = """
import sys
from pathlib import Path
import v2a_hum
from v2a.host import Host
from v2a.testing import bench, check_module, requests

def main():
    host = Host.discover()
    hum = host.generator("hum")
    assert (hum.plugin, hum.distribution) == ("hum", "v2a-hum"), hum
    assert not [b for b in host.broken if b.plugin == "hum"], host.broken
    from v2a.builtin.executors import EXECUTORS
    asked = requests(2, kind="bg", channels=1, prompt="refrigerator hum")
    heard = {}
    for executor in EXECUTORS:
        runner = executor.open(bench(Path(sys.argv[1])))
        answers = sorted(runner.run(hum.address, asked), key=lambda a: a.index)
        heard[executor.card.name] = [a.result.sound.open().samples.tobytes() for a in answers]
        runner.close()
    assert heard["local"] == heard["process"]
    assert len(heard["local"][1]) == 4 * 48_000
    report = check_module("v2a_hum")
    print(*report.lines, sep="\\n")
    assert report.passed

if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    pytest.importorskip("hatchling", reason="building a wheel without the network needs hatchling here")
    folder = tmp_path_factory.mktemp("installed")
    built = tmp_path_factory.mktemp("built")
    source = tmp_path_factory.mktemp("source") / "v2a-hum"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "v2a_hum.py"):
        (source / name).write_bytes((HUM / name).read_bytes())
    code = f"import hatchling.build as b; print(b.build_wheel({str(built)!r}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=source, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    wheel = built / done.stdout.split()[-1]
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(folder),
        str(wheel),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No module named pip" in done.stderr:
        import zipfile

        zipfile.ZipFile(wheel).extractall(folder)
    else:
        assert done.returncode == 0, done.stderr
    return folder


def test_it_is_under_forty_lines():
    assert len((HUM / "v2a_hum.py").read_text(encoding="utf-8").splitlines()) < 40


def test_it_is_found_and_runs_and_keeps_the_contract(installed, tmp_path):
    script = tmp_path / "run.py"
    script.write_text(RUN, encoding="utf-8")
    paths = [str(installed), str(ROOT), str(ROOT / "plugins"), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "v2a_hum keeps the contract." in done.stdout


def test_its_own_tests_pass(installed):
    paths = [str(installed), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in paths if p)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        str(HUM / "tests"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
