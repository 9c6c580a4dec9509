"""A disk that is full while a film is mixed or delivered: one line, and nothing half-written anywhere."""

import os
import shutil

import pytest

from tests.bad_input import running
from tests.bad_input.test_films import as_user, refused, without_rights


def leave(disk, kilobytes):
    """Fill a disk up to so much."""
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(b"x" * max(0, free.f_bavail * free.f_frsize - kilobytes * 1024))


def files(disk):
    return sorted(path.name for path in disk.rglob("*") if path.is_file() and path.name != "filler")


@pytest.mark.parametrize(
    "output", [("-o", "out.mov"), ("-o", "out.mp4"), ("-o", "out.wav"), ("--stems", "stems")]
)
def test_while_it_is_delivered(project, small_disk, output):
    leave(small_disk, 60)
    flag, name = output
    refused(running.here("render", project, flag, small_disk / name), 21, name)
    assert files(small_disk) == []


@pytest.mark.parametrize("room", [100, 600, 1200])
def test_while_it_is_mixed(project, small_disk, room):
    shutil.copytree(project.parent, small_disk / "work")
    film = small_disk / "work" / "film.mp4"
    for made in film.parent.glob("film.scored*"):
        made.unlink()
    before, takes = running.digest(film), files(film.with_suffix(".v2a") / "store")
    leave(small_disk, room)
    refused(running.here("render", film), 21)
    assert running.digest(film) == before
    assert running.leftovers(small_disk) == []
    assert not list(film.parent.glob("film.scored*"))
    assert set(takes) <= set(files(film.with_suffix(".v2a") / "store"))


@without_rights
def test_a_folder_for_stems_that_cannot_be_written_to(project, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    refused(running.v2a("render", project, "--stems", closed, prefix=as_user()), 22, "closed", "--stems")
    assert os.listdir(closed) == []
