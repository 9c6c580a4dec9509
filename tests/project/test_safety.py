"""Nothing is lost: a second writer, a kill, a full disk, a missing memory, an edit at the wrong moment."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import textwrap
import time
from dataclasses import replace

import pytest

from tests.project.lists import VIDEO, change, cue, read, spotted
from v2a.errors import CannotWrite, DiskFull, ProjectLocked, SpottingSyntax
from v2a.interfaces import Plan
from v2a.model import SpottingList
from v2a.project import Project, edited


def test_what_the_user_writes_meanwhile_is_merged(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        spotting = project.read()
        change(folder, 'prompt = "door slam"\n', 'prompt = "door creak"\n')
        mine = edited(spotting.cue("fx1"), gain=-4.0)
        back = project.write(spotting.with_cue(mine).with_cue(replace(spotting.cue("fx2"), take="abc")))
    assert (back.cue("fx1").prompt, back.cue("fx1").gain) == ("door creak", -4.0)
    assert back.cue("fx1").pinned == {"prompt", "gain"}
    assert (back.cue("fx2").take, back.cue("fx2").pinned) == ("abc", {"take"})
    assert read(folder) == back


def test_a_second_writer_is_refused_and_a_reader_is_not(folder):
    spotted(folder)
    with Project.open(folder, VIDEO):
        with pytest.raises(ProjectLocked, match=f"process {os.getpid()}"):
            Project.open(folder, VIDEO)
        assert read(folder).cues
    spotted(folder)


def test_the_lock_of_a_killed_process_is_no_lock(folder):
    code = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        from v2a.project import Project
        from v2a.testing import film
        project = Project.open(Path({str(folder)!r}), film(60))
        print("open", flush=True)
        time.sleep(60)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "open\n"
    with pytest.raises(ProjectLocked, match=f"process {process.pid}"):
        Project.open(folder, VIDEO)
    process.kill()
    process.wait()
    process.stdout.close()
    assert spotted(folder).cues


def test_a_kill_while_writing_leaves_the_old_or_the_new(folder):
    """Whichever it is, nothing counts as edited or deleted."""
    spotted(folder)
    code = textwrap.dedent(
        f"""
        import itertools
        from dataclasses import replace
        from pathlib import Path
        from v2a.project import Project
        from v2a.testing import film
        with Project.open(Path({str(folder)!r}), film(60, start="01:00:00:00")) as project:
            spotting = project.read()
            for n in itertools.count():
                cues = tuple(replace(c, why=f"{{n}} " * 200) for c in spotting.cues)
                project.write(replace(spotting, cues=cues))
                print(n, flush=True)
        """
    )
    for delay in (0.0, 0.013, 0.029):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay)
        process.kill()
        process.wait()
        process.stdout.close()
        found = read(folder)
        assert [c.id for c in found.cues] == ["bg1", "1M1", "fx1", "fx2"]
        assert len({c.why.split()[0] for c in found.cues}) == 1
        assert {c.pinned for c in found.cues} <= {frozenset(), frozenset({"why"})}
    with Project.open(folder, VIDEO):
        assert not list(folder.glob(".*.part*"))


def test_without_its_memory_every_cue_counts_as_the_users(folder):
    spotted(folder)
    (folder / ".spotting.json").write_text("{", encoding="utf-8")
    assert all("prompt" in c.pinned for c in read(folder).cues)
    assert len(spotted(folder, Plan()).cues) == 4


def test_without_its_revision_ids_are_still_not_used_twice(folder):
    spotted(folder)
    spotted(folder, Plan((cue(20, 21, "a bird"),)))
    text = (folder / "spotting.toml").read_text(encoding="utf-8")
    line = next(part for part in text.splitlines() if part.startswith("revision"))
    start = text.index("\n[[cue]]") + 1
    (folder / "spotting.toml").write_text(text[:start].replace(line + "\n", ""), encoding="utf-8")
    assert [c.id for c in spotted(folder, Plan((cue(30, 31, "a dog"),))).cues] == ["fx4"]


def test_a_full_disk_leaves_the_old_list(folder, monkeypatch):
    spotted(folder)
    before = (folder / "spotting.toml").read_bytes()

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull):
        spotted(folder, Plan((cue(20, 21, "a bird"),)))
    monkeypatch.undo()
    assert (folder / "spotting.toml").read_bytes() == before
    assert [c.id for c in read(folder).cues] == ["bg1", "1M1", "fx1", "fx2"]


def test_a_moved_folder_is_the_same_project(folder, tmp_path):
    written = spotted(folder)
    shutil.move(folder, tmp_path / "elsewhere")
    assert read(tmp_path / "elsewhere") == written


def test_where_nothing_can_be_written_the_error_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        Project.open(tmp_path / "file" / "film.v2a", VIDEO)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere"
)
def test_a_folder_without_permission(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CannotWrite, match="no permission"):
            Project.open(tmp_path / "film.v2a", VIDEO)
    finally:
        tmp_path.chmod(0o700)


def test_reading_makes_nothing(folder):
    with Project.open(folder, VIDEO, write=False) as project:
        assert project.read() is None
        with pytest.raises(CannotWrite):
            project.write(SpottingList(VIDEO.identity, 1))
    assert not folder.exists()


def test_an_editor_that_writes_crlf_and_a_mark(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert not any(c.pinned for c in read(folder).cues)
    spotted(folder, Plan((cue(20, 21, "a bird"),)))
    assert [c.id for c in read(folder).cues] == ["fx3"]


def test_a_mistake_made_meanwhile_is_told_and_nothing_is_lost(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        spotting = project.read()
        change(folder, 'prompt = "door slam"', "prompt = door slam")
        with pytest.raises(SpottingSyntax, match=r"spotting.toml: line \d+, column \d+"):
            project.write(spotting)
    assert "prompt = door slam" in (folder / "spotting.toml").read_text(encoding="utf-8")
