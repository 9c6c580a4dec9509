"""The store: whole or not at all, found again, movable, shared, killable."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.engine.store import FolderStore
from v2a.errors import CannotWrite, DiskFull
from v2a.model import Audio, Licence, SoundFile, Span, Take, codec


@pytest.fixture
def store(tmp_path):
    with FolderStore(tmp_path / "store") as opened:
        yield opened


def kept(store, key, text):
    path = store.scratch(".txt")
    path.write_text(text)
    return store.keep(key, path)


def test_keys_follow_from_values_and_from_nothing_else(store, tmp_path):
    key = store.key("take", Fraction(1, 3), Span(Fraction(0), Fraction(1)), {"b": 1, "a": None})
    assert key == store.key("take", Fraction(2, 6), Span(Fraction(0), Fraction(1)), {"a": None, "b": 1})
    assert key != store.key("take", Fraction(1, 3), Span(Fraction(0), Fraction(2)), {"b": 1, "a": None})
    assert len(key) == 64
    with FolderStore(tmp_path / "elsewhere") as other:
        assert key == other.key("take", Fraction(1, 3), Span(Fraction(0), Fraction(1)), {"b": 1, "a": None})
    with pytest.raises(TypeError):
        store.key(Path("film.mp4"))


def test_a_file_of_the_store_counts_by_its_own_key(tmp_path):
    keys = []
    for name in ("one", "two"):
        with FolderStore(tmp_path / name) as store:
            keys.append(store.key("x", str(kept(store, "ab" * 32, "rows"))))
    assert keys[0] == keys[1]


def test_files_keep_their_suffix_and_the_first_one_wins(store):
    key = store.key("a")
    assert store.path(key, ".txt") is None
    path = kept(store, key, "first")
    assert path == store.path(key, ".txt") == store.root / key[:2] / f"{key}.txt"
    assert kept(store, key, "second") == path
    assert path.read_text() == "first"
    assert store.path(key, ".npy") is None


def test_a_file_from_outside_is_moved_in(store, tmp_path):
    source = tmp_path / "sound.npy"
    source.write_bytes(b"x")
    assert store.keep(store.key("b"), source).read_bytes() == b"x"
    assert not source.exists()


def test_values_say_their_schema_and_are_missing_when_unreadable(store):
    key = store.key("c")
    assert store.value(key) is None
    store.keep_value(key, {"a": Fraction(1, 2), "b": [1, None]})
    assert store.value(key) == {"a": "1/2", "b": [1, None]}
    path = store.path(key, ".json")
    assert path is not None
    written = json.loads(path.read_text())
    assert (written["schema"], written["version"]) == ("v2a.store", 1)
    for spoilt in (b"", b"{", b"[]", b"\xff\xfe", json.dumps({**written, "version": 99}).encode(), b"{}"):
        path.write_bytes(spoilt)
        assert store.value(key) is None
    store.keep_value(key, {"a": 1})
    assert store.value(key) == {"a": 1}


def test_takes_survive_moving_the_project(tmp_path):
    with FolderStore(tmp_path / "film.v2a" / "store") as store:
        key = store.key("take")
        scratch = store.scratch(".npy")
        SoundFile.write(scratch, Audio(np.ones((2, 10), np.float32), 48_000))
        sound = SoundFile(str(store.keep(key, scratch)), 48_000, 2, 10)
        take = Take(key[:12], "c1", sound, "sine", "1", 1, 0, "beep", Licence("MIT"))
        store.keep_value(key, take)
        assert codec.decode(Take, store.value(key)) == take
    (tmp_path / "film.v2a").rename(tmp_path / "moved.v2a")
    with FolderStore(tmp_path / "moved.v2a" / "store") as store:
        again = codec.decode(Take, store.value(key))
        assert again.sound.path == str(store.path(key, ".npy"))
        assert again.sound.open().samples.sum() == 20
    assert str(tmp_path) not in (tmp_path / "moved.v2a/store" / key[:2] / f"{key}.json").read_text()


def test_work_in_progress_cannot_be_named_by_a_value(store):
    with pytest.raises(ValueError, match="work in progress"):
        store.keep_value(store.key("d"), {"path": str(store.scratch(".npy"))})


def test_scratch_of_dead_runs_is_cleared_and_that_of_living_ones_stays(tmp_path):
    root = tmp_path / "store"
    with FolderStore(root) as first:
        mine = first.scratch(".txt")
        mine.write_text("at work")
        with FolderStore(root) as second:
            assert mine.exists()
            assert second.scratch(".txt") != mine
            second.scratch(".txt").write_text("x")
        assert mine.exists()
    dead = root / "scratch" / "run-dead"
    dead.mkdir()
    (dead / "1.npy").write_bytes(b"left")
    with FolderStore(root):
        assert not dead.exists()
    assert [p.name for p in (root / "scratch").iterdir()] == ["gate.lock"]


def test_a_full_disk_and_a_refusal_are_told_with_a_remedy(store, monkeypatch):
    def fails(number):
        def write(self, data):
            raise OSError(number, os.strerror(number))

        return write

    monkeypatch.setattr(Path, "write_bytes", fails(errno.ENOSPC))
    with pytest.raises(DiskFull, match="Free some space"):
        store.keep_value(store.key("e"), 1)
    monkeypatch.setattr(Path, "write_bytes", fails(errno.EACCES))
    with pytest.raises(CannotWrite, match="no permission"):
        store.keep_value(store.key("e"), 1)


def test_a_store_where_nothing_can_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        FolderStore(tmp_path / "file" / "store")


WRITER = """
import sys
from pathlib import Path
from v2a.engine.store import FolderStore
store = FolderStore(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(10**9):
    key = store.key("n", n % 50, int(sys.argv[2]))
    path = store.scratch(".bin")
    path.write_bytes(bytes([n % 50]) * 200_000)
    store.keep(key, path)
    store.keep_value(key, {"n": n % 50, "text": "x" * 5000})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_kill_at_any_time_leaves_a_good_store(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    found = 0
    for attempt in range(6):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(attempt)],
            stdout=subprocess.PIPE,
            env=environment,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.01 + 0.001 * attempt**4)
        os.kill(writer.pid, signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with FolderStore(tmp_path) as store:
            for n in range(50):
                key = store.key("n", n, attempt)
                path, value = store.path(key, ".bin"), store.value(key)
                assert path is None or path.read_bytes() == bytes([n]) * 200_000
                assert value is None or (path is not None and value["n"] == n)
                found += value is not None
            assert not [
                p for p in (tmp_path / "scratch").glob("*/*") if store.scratch_folder not in p.parents
            ]
    assert found
    names = {p.suffix for p in tmp_path.glob("??/*")}
    assert names == {".bin", ".json"}


def test_a_value_whose_file_is_gone_is_as_good_as_not_there(store):
    path = kept(store, store.key("file"), "x")
    store.keep_value(store.key("value"), {"sound": {"path": str(path)}})
    assert store.value(store.key("value")) == {"sound": {"path": str(path)}}
    path.unlink()
    assert store.value(store.key("value")) is None
