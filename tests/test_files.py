"""Files written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from v2a.errors import CannotWrite, DiskFull
from v2a.files import clear_leftovers, together, whole, write_error, write_text, writing


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


def test_files_that_belong_together_appear_together(tmp_path):
    (tmp_path / "a.wav").write_text("old")
    with together(tmp_path) as staging:
        (staging / "a.wav").write_text("new")
        (staging / "b.wav").write_text("new")
        assert (tmp_path / "a.wav").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["a.wav", "b.wav"]
    assert (tmp_path / "a.wav").read_text() == (tmp_path / "b.wav").read_text() == "new"


def test_of_files_that_belong_together_none_appears_where_one_fails(tmp_path):
    (tmp_path / "a.wav").write_text("old")
    with pytest.raises(DiskFull, match=f"^{tmp_path / 'b.wav'}: no room"), together(tmp_path) as staging:
        (staging / "a.wav").write_text("new")
        with writing(staging / "b.wav"):
            raise OSError(errno.ENOSPC, "No space left on device")
    assert os.listdir(tmp_path) == ["a.wav"]
    assert (tmp_path / "a.wav").read_text() == "old"


def test_a_folder_in_the_place_of_one_leaves_all_as_it_was(tmp_path):
    (tmp_path / "b.wav").write_text("old")
    (tmp_path / "c.wav" / "mine").mkdir(parents=True)
    with pytest.raises(CannotWrite, match=r"c\.wav"), together(tmp_path) as staging:
        for name in ("a.wav", "b.wav", "c.wav"):
            (staging / name).write_text("new")
    assert sorted(os.listdir(tmp_path)) == ["b.wav", "c.wav"]
    assert (tmp_path / "b.wav").read_text() == "old"
    assert os.listdir(tmp_path / "c.wav") == ["mine"]


def test_files_go_back_where_one_cannot_be_put_in_its_place(tmp_path, monkeypatch):
    """As where another program holds the old file open and the system does not let it go."""
    (tmp_path / "b.wav").write_text("old")
    (tmp_path / "c.wav").write_text("old")
    replace = Path.replace

    def held(self, target):
        if self == tmp_path / "c.wav":
            raise PermissionError(errno.EACCES, "in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(CannotWrite, match=r"c\.wav: no permission"), together(tmp_path) as staging:
        for name in ("a.wav", "b.wav", "c.wav"):
            (staging / name).write_text("new")
    assert sorted(os.listdir(tmp_path)) == ["b.wav", "c.wav"]
    assert (tmp_path / "b.wav").read_text() == (tmp_path / "c.wav").read_text() == "old"


def test_a_folder_that_a_killed_run_left_is_cleared(tmp_path):
    (tmp_path / ".v2a.xyz.part").mkdir()
    (tmp_path / ".v2a.xyz.part" / "a.wav").write_text("")
    clear_leftovers(tmp_path)
    assert os.listdir(tmp_path) == []
