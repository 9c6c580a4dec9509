"""The project folder: what is written is read, what the user changed survives, what he deleted stays away."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from v2a.errors import CannotWrite, DiskFull, ProjectLocked, SpottingSyntax, TimeOutsideFilm
from v2a.interfaces import Plan
from v2a.model import Cue, Identity, Reasoning, Span, SpottingList, Timecode, Unplaced
from v2a.project import Project, Scope, edited
from v2a.testing import film

VIDEO = film(60, start="01:00:00:00")


def cue(start: float, end: float, prompt: str, kind: str = "fx", **values) -> Cue:
    return Cue("", kind, Span(Fraction(start), Fraction(end)), prompt, **values)


PLAN = Plan(
    (
        cue(2, 3, "door slam", why="a door shuts"),
        cue(5, 6, "glass breaks"),
        cue(0, 30, "rain on a roof", "bg"),
        cue(0, 60, "sad piano", "mx"),
    ),
    (Reasoning(0, Span(0, 30), "rain", "all along", "soft", "outside"),),
    (Unplaced("a dragon", "nothing in the picture"),),
)


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "film.v2a"


def spotted(folder: Path, plan: Plan = PLAN) -> SpottingList:
    with Project.open(folder, VIDEO) as project:
        return project.respot(plan, seed=7, brief="rain, a door")


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "spotting.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, text
    path.write_text(text.replace(old, new), encoding="utf-8")


def read(folder: Path) -> SpottingList:
    with Project.open(folder, VIDEO, write=False) as project:
        spotting = project.read()
    assert spotting is not None
    return spotting


def test_a_new_project_has_a_list_that_reads_as_it_was_written(folder):
    written = spotted(folder)
    assert [c.id for c in written.cues] == ["bg1", "mx1", "fx1", "fx2"]
    assert read(folder) == written
    text = (folder / "spotting.toml").read_text(encoding="utf-8")
    assert 'in = "01:00:02:00"' in text
    assert "gain" not in text.split("[film]")[1]
    assert text.startswith("# The spotting list of film.mp4")


def test_writing_the_same_again_leaves_the_file_alone(folder):
    written = spotted(folder)
    path = folder / "spotting.toml"
    os.utime(path, (1, 1))
    with Project.open(folder, VIDEO) as project:
        assert project.read() == written
        project.write(written)
        project.respot(PLAN)
    assert path.stat().st_mtime == 1


def test_an_edit_is_pinned_and_survives(folder):
    spotted(folder)
    change(folder, 'prompt = "door slam"\n', 'prompt = "a heavy oak door"  # mine\ngain = -6\n')
    found = read(folder).cue("fx1")
    assert (found.prompt, found.gain, found.pinned) == ("a heavy oak door", -6.0, {"prompt", "gain"})
    plan = replace(PLAN, cues=(replace(PLAN.cues[0], why="it falls shut", confidence=0.7), *PLAN.cues[1:]))
    again = spotted(folder, plan).cue("fx1")
    assert (again.prompt, again.gain, again.why, again.confidence) == (
        "a heavy oak door",
        -6.0,
        "it falls shut",
        0.7,
    )
    assert "# mine" in (folder / "spotting.toml").read_text(encoding="utf-8")
    third = spotted(folder, PLAN).cue("fx1")
    assert (third.prompt, third.pinned) == ("a heavy oak door", {"prompt", "gain"})


def test_a_cue_the_user_moved_away_is_still_the_same_cue(folder):
    spotted(folder)
    change(folder, 'in = "01:00:05:00"\nout = "01:00:06:00"', 'in = 40.5\nout = "0:41.5"')
    again = spotted(folder)
    assert len(again.cues) == 4
    assert again.cue("fx2").span == Span(Fraction("40.5"), Fraction("41.5"))


def test_a_deleted_cue_stays_away_until_it_is_put_back(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    whole = path.read_text(encoding="utf-8")
    start = whole.index('[[cue]]\nid = "fx2"')
    rest = whole.index("[[scene]]")
    path.write_text(whole[:start] + whole[rest:], encoding="utf-8")
    assert [c.id for c in spotted(folder).cues] == ["bg1", "mx1", "fx1"]
    assert [c.id for c in spotted(folder).cues] == ["bg1", "mx1", "fx1"]
    path.write_text(path.read_text(encoding="utf-8") + "\n" + whole[start:rest], encoding="utf-8")
    assert spotted(folder).cue("fx2").prompt == "glass breaks"
    with Project.open(folder, VIDEO) as project:
        assert project.remove("fx2").cue("fx2") is None
    assert spotted(folder).cue("fx2") is None


def test_a_cue_without_an_id_gets_one_for_good_and_is_kept(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    mine = '\n# I want this\n[[cue]]\nin = 10\nout = 11.25\nkind = "fx"\nprompt = "thunder"\n'
    path.write_text(path.read_text(encoding="utf-8") + mine, encoding="utf-8")
    assert read(folder).cue("fx3").prompt == "thunder"
    again = spotted(folder, Plan((cue(20, 21, "a bird"),)))
    assert {c.id: c.prompt for c in again.cues} == {"fx3": "thunder", "fx4": "a bird"}
    assert '# I want this\n[[cue]]\nid = "fx3"\nin = 10\nout = 11.25\n' in path.read_text(encoding="utf-8")


def test_ids_are_never_used_twice(folder):
    spotted(folder)
    spotted(folder, Plan((cue(20, 21, "a bird"),)))
    assert [c.id for c in spotted(folder, Plan((cue(30, 31, "a dog"),))).cues] == ["fx4"]


def test_a_locked_cue_is_left_as_it_is(folder):
    spotted(folder)
    change(folder, 'prompt = "glass breaks"\n', 'prompt = "glass breaks"\nlocked = true\n')
    moved = replace(PLAN.cues[1], span=Span(Fraction("5.2"), Fraction("6.2")))
    assert spotted(folder, replace(PLAN, cues=(moved,))).cue("fx2").span == Span(5, 6)


def test_a_plan_for_a_part_leaves_the_rest(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        found = project.respot(Plan(), scope=Scope(Span(4, 7), ("fx",)))
    assert [c.id for c in found.cues] == ["bg1", "mx1", "fx1"]


def test_music_keeps_its_id_and_gain_when_its_mood_changes(folder):
    spotted(folder)
    change(folder, 'prompt = "sad piano"\n', 'prompt = "sad piano"\ngain = -3\n')
    found = spotted(folder, Plan((cue(0, 60, "merry brass band", "mx"),)))
    assert [(c.id, c.prompt, c.gain) for c in found.cues] == [("mx1", "merry brass band", -3.0)]


def test_the_users_words_on_a_scene_survive(folder):
    spotted(folder)
    change(folder, 'character = "soft"', 'character = "hard and cold"')
    for _ in range(2):
        found = spotted(folder, replace(PLAN, reasoning=(Reasoning(0, Span(0, 30), "snow"),)))
        assert found.reasoning[0].character == "hard and cold"


def test_comments_and_order_survive(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    text = path.read_text(encoding="utf-8")
    parts = text.split("[[cue]]\n")
    shuffled = "[[cue]]\n".join([parts[0] + "# over it\n", parts[2], parts[1] + "# and inside\n", *parts[3:]])
    path.write_text(shuffled.replace("[[scene]]", "# the scene\n[[scene]]") + "# the end\n", encoding="utf-8")
    spotted(folder, replace(PLAN, cues=(cue(1, 2, "an owl"), *PLAN.cues)))
    new = path.read_text(encoding="utf-8")
    for comment in (
        '# over it\n[[cue]]\nid = "mx1"',
        "# and inside\n",
        "# the scene\n[[scene]]",
        "# the end\n",
    ):
        assert comment in new
    assert (
        new.index('id = "mx1"') < new.index('id = "bg1"') < new.index('id = "fx3"') < new.index('id = "fx1"')
    )


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


def test_a_cue_that_is_added_through_v2a_is_the_users(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        project.write(project.read().with_cue(cue(40, 41, "an owl")))
    assert {c.id for c in spotted(folder, Plan()).cues} == {"fx3"}


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
        assert [c.id for c in found.cues] == ["bg1", "mx1", "fx1", "fx2"]
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
    assert [c.id for c in read(folder).cues] == ["bg1", "mx1", "fx1", "fx2"]


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


def test_settings_and_preset_are_kept(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        project.write(project.read(), preset="trailer")
        path = project.path
        path.write_text(
            path.read_text(encoding="utf-8")
            + "\n[settings.mix]\nbg_level = -23\n[settings.generators.rain]\ndrops = 20\n",
            encoding="utf-8",
        )
        project.respot(PLAN)
        settings = project.settings()
    assert (settings.preset, settings.values) == (
        "trailer",
        {"mix": {"bg_level": -23}, "generators.rain": {"drops": 20}},
    )


def test_an_editor_that_writes_crlf_and_a_mark(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert not any(c.pinned for c in read(folder).cues)
    spotted(folder, Plan((cue(20, 21, "a bird"),)))
    assert [c.id for c in read(folder).cues] == ["fx3"]


def test_a_cue_that_would_lie_outside_is_never_written(folder):
    spotted(folder)
    before = (folder / "spotting.toml").read_bytes()
    with pytest.raises(TimeOutsideFilm):
        spotted(folder, Plan((cue(59, 70, "a bird"),)))
    assert (folder / "spotting.toml").read_bytes() == before


def test_another_cut_of_the_film_is_noted_in_the_document(folder):
    spotted(folder)
    other = replace(VIDEO, identity=Identity(5, "1" * 32), path="film2.mp4")
    with Project.open(folder, other) as project:
        project.read()
        assert project.film_changed
        assert project.respot(PLAN).film == other.identity
        assert not project.film_changed
    assert 'name = "film2.mp4"\nsize = 5\n' in (folder / "spotting.toml").read_text(encoding="utf-8")


def test_times_keep_their_meaning_when_the_film_gets_another_start(folder):
    spotted(folder)
    change(folder, 'in = "01:00:05:00"', 'in = "01:00:05:12" # mine')
    before = read(folder)
    other = replace(VIDEO, start_timecode=Timecode.parse("10:00:00:00", VIDEO.frame_rate))
    with Project.open(folder, other) as project:
        found = project.read()
        assert not project.film_changed
        assert [c.span for c in found.cues] == [c.span for c in before.cues]
        assert project.write(found).cues == found.cues
        assert project.read() == found
    text = (folder / "spotting.toml").read_text(encoding="utf-8")
    assert 'in = "10:00:05:12" # mine' in text
    assert 'start = "10:00:00:00"' in text
    assert '"01:' not in text


def test_a_mistake_made_meanwhile_is_told_and_nothing_is_lost(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        spotting = project.read()
        change(folder, 'prompt = "door slam"', "prompt = door slam")
        with pytest.raises(SpottingSyntax, match=r"spotting.toml: line \d+, column \d+"):
            project.write(spotting)
    assert "prompt = door slam" in (folder / "spotting.toml").read_text(encoding="utf-8")
