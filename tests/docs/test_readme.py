"""Every command and every program in the README runs, in the order in which it stands there."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.bad_input import running
from v2a.media.writer import SoundWriter

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("v2a ")]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A folder with the films and the sound that the README speaks of."""
    folder = tmp_path_factory.mktemp("readme")
    running.make_film(folder / "film.mp4", seconds=6)
    shutil.copy(folder / "film.mp4", folder / "film.mov")
    for name in ("harbour_R1.mov", "harbour_R2.mov"):
        running.make_film(folder / name, seconds=2)
    with SoundWriter(folder / "my-street.wav", 44_100, 1) as writer:
        writer.write(np.random.default_rng(1).normal(0, 0.05, (1, 88_200)).astype(np.float32))
    return folder


def test_the_readme_has_commands():
    assert len(COMMANDS) >= 7


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs(command, desk):
    done = running.v2a(*shlex.split(command)[1:], cwd=desk)
    assert done.code == 0, f"{command}\n{done.err}"


def test_the_films_are_there_afterwards(desk):
    assert (desk / "film.scored.mp4").exists()
    assert (desk / "film.scored.mov").exists()
    assert (desk / "scored" / "harbour_R2.scored.mov").exists()
    assert len(list((desk / "stems").glob("*.wav"))) >= 3


@pytest.mark.parametrize("program", blocks("python"))
def test_a_program_runs(program, desk):
    shutil.rmtree(desk / "film.v2a", ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=desk, capture_output=True, text=True, check=False,
        env=running.environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_picture_is_there():
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / path).exists(), path
