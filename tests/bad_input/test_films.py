"""Films that cannot be scored: one line, a remedy, an exit code of its own, and nothing written."""

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from tests.bad_input import running
from v2a.media.writer import SoundWriter

without_rights = pytest.mark.skipif(
    sys.platform == "win32" or (os.geteuid() == 0 and shutil.which("setpriv") is None),
    reason="needs a user without all rights",
)


def as_user():
    """What to run a command with, so that permissions count also for root."""
    if os.geteuid():
        return ()
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")


def refused(done, code, *words):
    assert done.code == code, done.err
    assert len(done.lines) == 1, done.err
    assert done.lines[0].startswith("v2a: ")
    assert done.lines[0].count(". ") >= 1, "there is no remedy"
    for word in words:
        assert word in done.lines[0]
    assert "Traceback" not in done.err


def test_a_missing_file(tmp_path):
    refused(running.v2a("score", tmp_path / "no.mp4"), 11, "no.mp4")
    assert os.listdir(tmp_path) == []


def test_a_directory(tmp_path):
    refused(running.here("score", tmp_path), 12)
    assert os.listdir(tmp_path) == []


def test_an_empty_file(tmp_path):
    (tmp_path / "film.mp4").touch()
    refused(running.here("score", tmp_path / "film.mp4"), 13)
    assert os.listdir(tmp_path) == ["film.mp4"]


def test_a_film_that_was_cut_short(film):
    whole = film.read_bytes()
    (film.parent / "short.mp4").write_bytes(whole[:-2000] if b"moov" in whole[-4000:] else whole[:900])
    refused(running.here("score", film.parent / "short.mp4"), 14, "short.mp4")
    assert sorted(os.listdir(film.parent)) == ["film.mp4", "short.mp4"]


def test_text_that_is_called_a_film(tmp_path):
    (tmp_path / "film.mp4").write_text("Dear editor, the film is not finished.\n" * 50)
    refused(running.here("score", tmp_path / "film.mp4"), 15)
    assert os.listdir(tmp_path) == ["film.mp4"]


def test_sound_without_picture(tmp_path):
    with SoundWriter(tmp_path / "song.wav", 48_000, 1) as writer:
        writer.write(np.zeros((1, 4800), np.float32))
    refused(running.here("score", tmp_path / "song.wav"), 16)
    assert os.listdir(tmp_path) == ["song.wav"]


@without_rights
def test_a_file_in_a_folder_that_cannot_be_read(film):
    hidden = film.parent / "hidden"
    hidden.mkdir()
    inside = film.rename(hidden / "film.mp4")
    hidden.chmod(0)
    try:
        refused(running.v2a("score", inside, prefix=as_user()), 17)
    finally:
        hidden.chmod(0o700)


@without_rights
def test_a_file_that_cannot_be_read(film):
    film.chmod(0)
    refused(running.v2a("score", film, prefix=as_user()), 17)


@without_rights
def test_a_folder_that_cannot_be_written_to(film):
    before = running.digest(film)
    film.parent.chmod(0o500)
    try:
        refused(running.v2a("score", film, prefix=as_user()), 22, "--keep-project")
        assert os.listdir(film.parent) == ["film.mp4"]
    finally:
        film.parent.chmod(0o700)
    assert running.digest(film) == before


@without_rights
def test_an_output_that_cannot_be_written(film, tmp_path):
    there = tmp_path / "there"
    there.mkdir(mode=0o500)
    refused(running.v2a("score", film, "-o", there / "out.mp4", prefix=as_user()), 22, "there")
    assert os.listdir(there) == []


def test_the_film_itself_as_the_output(film):
    before = running.digest(film)
    refused(running.here("score", film, "-o", film), 22)
    assert running.digest(film) == before


def test_an_output_that_cannot_hold_the_film(film):
    done = running.here("score", film, "-o", film.with_suffix(".txt"))
    assert done.code not in (0, 1)
    assert len(done.lines) == 1
    assert not film.with_suffix(".txt").exists()


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MiB, where the system lets us mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.skipif(not shutil.which("mount"), reason="needs mount")
@pytest.mark.parametrize("room", [300, 900, 1700, 2600])
def test_a_full_disk(film, small_disk, room):
    copy = shutil.copy(film, small_disk / "film.mp4")
    before = running.digest(copy)
    free = os.statvfs(small_disk)
    filler = free.f_bavail * free.f_frsize - room * 1024
    if filler > 0:
        (small_disk / "filler").write_bytes(b"x" * filler)
    done = running.here("score", copy)
    assert done.code == 21, done.err
    assert len(done.lines) == 1, done.err
    assert running.digest(copy) == before
    assert not (small_disk / "film.scored.mp4").exists()
    assert running.leftovers(small_disk) == []
