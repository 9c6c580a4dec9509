"""Files written whole or not at all."""

import errno
import os

import pytest

from v2a.errors import CannotWrite, DiskFull
from v2a.files import clear_leftovers, whole, write_error, write_text


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), whole(path) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]
    write_text(path, "new")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_the_temporary_file_keeps_its_suffix(tmp_path):
    with whole(tmp_path / "film.mov") as temporary:
        assert temporary.suffix == ".mov"
        assert temporary.parent == tmp_path


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, DiskFull), (errno.EACCES, CannotWrite),
                                              (errno.EROFS, CannotWrite), (errno.EIO, CannotWrite)])  # fmt: skip
def test_the_systems_errors_become_ours(number, kind):
    assert type(write_error(OSError(number, "x"), "p")) is kind


def test_a_full_disk_leaves_nothing_behind(tmp_path):
    with pytest.raises(DiskFull), whole(tmp_path / "a.wav"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert os.listdir(tmp_path) == []


def test_leftovers_of_a_killed_run_are_cleared(tmp_path):
    (tmp_path / ".a.xyz.part.wav").write_text("")
    (tmp_path / "a.wav").write_text("")
    clear_leftovers(tmp_path)
    assert os.listdir(tmp_path) == ["a.wav"]


def test_a_short_write_by_numpy_is_a_full_disk():
    assert type(write_error(OSError("192000 requested and 105440 written"), "p")) is DiskFull
