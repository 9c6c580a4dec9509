"""Libraries that are away, broken files, readers that die: each is named, and the rest is indexed."""

import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.plugins.v2a_retrieval import media
from tests.plugins.v2a_retrieval.media import stock
from v2a.errors import DocumentError, FileDamaged
from v2a_retrieval import places
from v2a_retrieval import update as updating
from v2a_retrieval.index import Shelf, opened


def test_a_library_that_is_away_is_not_forgotten(desk):
    stock(desk.root, 2)
    desk.add()
    with desk.index() as index:
        before = index.state
    desk.root.rename(desk.folder / "away")
    outcome = desk.add()
    assert (outcome.offline, outcome.gone) == (True, 0)
    (first, _) = desk.find("sound")
    assert not first.online
    assert desk.find("sound", online=True) == []
    with desk.index() as index:
        assert index.state != before
    (desk.folder / "away").rename(desk.root)
    assert desk.add().same == 2
    with desk.index() as index:
        assert index.state == before


def test_an_empty_mount_point_is_a_library_that_is_away(desk):
    stock(desk.root, 2)
    desk.add()
    shutil.rmtree(desk.root / "sub")
    assert desk.add().offline
    with desk.index() as index:
        (shelf,) = index.shelves()
        assert index.count() == 2
        assert updating.update(index, shelf, forget=True).gone == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_folder_without_permission_is_kept_in_mind(desk):
    stock(desk.root, 2)
    desk.add()
    (desk.root / "sub").chmod(0)
    media.write(desk.root / "other.wav", media.strike())
    try:
        outcome = desk.add()
    finally:
        (desk.root / "sub").chmod(0o755)
    assert (outcome.unreadable, outcome.gone, outcome.new) == (["sub"], 0, 1)


def test_a_read_only_library_is_indexed_and_not_written_to(desk):
    stock(desk.root, 2)
    for path in (*desk.root.rglob("*.wav"), desk.root / "sub", desk.root):
        path.chmod(path.stat().st_mode & ~0o222)
    before = sorted((str(p), p.stat().st_mtime_ns) for p in desk.root.rglob("*"))
    assert desk.add().new == 2
    assert sorted((str(p), p.stat().st_mtime_ns) for p in desk.root.rglob("*")) == before
    for path in (desk.root, desk.root / "sub"):
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.wav", b"", "empty"),
        ("text.wav", b"this is a shopping list", "not a sound"),
        ("cut.flac", b"fLaC\x00\x00\x00\x22" + bytes(20), ""),
        ("header.wav", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00", ""),
    ],
)
def test_broken_files_are_named_and_the_rest_is_indexed(desk, name, content, why):
    stock(desk.root, 1)
    (desk.root / name).write_bytes(content)
    outcome = desk.add()
    assert outcome.new == 2
    assert list(outcome.troubles) == [name]
    assert why in outcome.troubles[name]
    assert desk.titles("sound") == ["sound 0"]
    assert desk.titles(name.partition(".")[0]) == []


def test_every_depth_rate_and_number_of_channels(desk):
    media.write(desk.root / "eight bit.wav", media.strike(), width=1)
    media.write(desk.root / "deep.wav", media.strike(), width=3)
    media.write(desk.root / "fast.wav", media.strike(rate=192_000), rate=192_000, width=4)
    media.write(desk.root / "slow.wav", media.strike(rate=8_000), rate=8_000)
    media.write(desk.root / "around.wav", np.stack([media.strike(seed=n) for n in range(8)]), width=3)
    media.write(desk.root / "silent.wav", np.zeros(4800))
    outcome = desk.add()
    assert outcome.troubles == {"silent.wav": "it is silent"}
    assert desk.find("fast")[0].sound.rate == 192_000
    assert desk.find("around")[0].sound.channels == 8
    for title in ("eight bit", "deep", "fast", "slow", "around"):
        (hit,) = desk.find(title)
        assert abs(hit.sound.sync - 0.1) < 0.005
        assert hit.sound.onsets == 1


def test_a_file_of_more_than_four_gigabytes(desk):
    path = media.vast(desk.root / "vast.wav")
    if path.stat().st_blocks * 512 > 2**30:
        pytest.skip("this file system has no holes")
    start = time.process_time()
    assert desk.add().troubles == {}
    assert time.process_time() - start < 20
    (hit,) = desk.find("vast")
    assert path.stat().st_size > 2**32
    assert hit.sound.duration > 3600
    assert abs(hit.sound.sync - 0.1) < 0.005


def test_a_reader_that_dies_costs_one_file(desk, monkeypatch):
    stock(desk.root, 30)
    media.write(desk.root / "deadly.wav", media.strike())
    dying = desk.folder / "dying.py"
    dying.write_text(
        "import os\nfrom v2a_retrieval import intake\nmeasured = intake._measured\n"
        "def deadly(path):\n    if path.name == 'deadly.wav':\n        os._exit(9)\n    return measured(path)\n"
        "intake._measured = deadly\nbegin = intake.begin\ndef start(index):\n    begin(index)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(desk.folder))
    monkeypatch.syspath_prepend(str(desk.folder))
    code = (
        "import sys, dying\nfrom pathlib import Path\nfrom v2a_retrieval import update\n"
        "from v2a_retrieval.index import Shelf, opened\n"
        "update.intake.begin = dying.start\n"
        "if __name__ == '__main__':\n"
        "    with opened(Path(sys.argv[1]), make=True) as index:\n"
        "        shelf = index.add_shelf(Shelf(0, 'mine', Path(sys.argv[2])))\n"
        "        outcome = update.update(index, shelf)\n"
        "        print(outcome.new, outcome.troubles)\n"
    )
    script = desk.folder / "run.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, str(script), str(places.index_file()), str(desk.root)],
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.stdout.strip() == "31 {'deadly.wav': 'its reader died of it'}", done.stderr[-2000:]


def gone(group, within=30):
    """Whether all processes of a group end soon."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    os.killpg(group, signal.SIGKILL)
    return False


@pytest.mark.slow
def test_a_kill_loses_nothing(desk):
    stock(desk.root, 400)
    running = subprocess.Popen(
        [sys.executable, "-m", "v2a", "library", "add", str(desk.root)],
        start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    kept = {}
    deadline = time.monotonic() + 120
    while len(kept) < 32 and time.monotonic() < deadline:
        time.sleep(0.2)
        with desk.index() as index:
            shelves = index.shelves()
            kept = index.known(shelves[0]) if shelves else {}
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert gone(running.pid), "a process that indexes outlives the one that it works for"
    with desk.index() as index:
        (shelf,) = index.shelves()
        assert index.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert kept.items() <= index.known(shelf).items()
        outcome = updating.update(index, shelf)
        assert outcome.same >= len(kept)
        assert outcome.same + outcome.new == 400
        assert index.count() == 400
        state = index.meta("state")
    with opened(desk.folder / "fresh.sqlite", make=True) as index:
        updating.update(index, index.add_shelf(Shelf(0, shelf.name, desk.root)))
        assert index.meta("state") == state


def test_an_index_that_is_no_index_says_what_to_do(desk):
    places.folder().mkdir(parents=True)
    places.index_file().write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(FileDamaged, match="Remove it and add your libraries again"):
        opened(places.index_file())


def test_an_index_of_another_version_is_refused(desk):
    stock(desk.root, 1)
    desk.add()
    with desk.index() as index:
        index.db.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    with pytest.raises(DocumentError, match="another version"):
        desk.index()
