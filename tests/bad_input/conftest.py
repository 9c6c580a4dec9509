"""A small film, the same film scored, rendered once, and a small disk."""

import shutil
import subprocess

import pytest

from tests.bad_input import running


@pytest.fixture(scope="session")
def small_film(tmp_path_factory):
    return running.make_film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.fixture
def film(small_film, tmp_path):
    return running.copied(small_film, tmp_path)


@pytest.fixture(scope="session")
def scored_folder(small_film, tmp_path_factory):
    folder = tmp_path_factory.mktemp("scored")
    film = running.copied(small_film, folder)
    done = running.here("score", film, "--brief", "door slam at 1s, room tone")
    assert done.code == 0, done.err
    return folder


@pytest.fixture
def project(scored_folder, tmp_path):
    """A film that was scored, in a folder of its own: its path."""
    shutil.copytree(scored_folder, tmp_path / "work")
    return tmp_path / "work" / "film.mp4"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MiB, where the system lets us mount one."""
    if not shutil.which("mount"):
        pytest.skip("needs mount")
    place = tmp_path / "disk"
    place.mkdir()
    asked = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)
