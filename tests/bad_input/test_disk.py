"""A disk that is full while a film is mixed or delivered: one line, and nothing half-written anywhere."""

import json
import os
import shutil
import subprocess

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
    refused(
        running.v2a("render", project, "--stems", closed, prefix=as_user()), 22, "closed", "another place"
    )
    assert os.listdir(closed) == []


@pytest.fixture
def read_only(project, small_disk):
    """The scored film on a disk that can only be read by now: its path."""
    shutil.copytree(project.parent, small_disk / "work")
    only(small_disk, "ro")
    yield small_disk / "work" / "film.mp4"
    only(small_disk, "rw")


def only(disk, how):
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def chosen(film, kind):
    """The cue of that kind and its take."""
    listed = json.loads(running.here("takes", "list", film, "--json").out)
    return next((row["cue"], row["take"]) for row in listed if row["cue"].startswith(kind))


@pytest.fixture(scope="module")
def with_music(small_film, tmp_path_factory):
    """A film that was scored with a piano: its path."""
    film = running.copied(small_film, tmp_path_factory.mktemp("music"))
    assert running.here("score", film, "--brief", "piano").code == 0
    return film


COMMANDS = {
    "tempo": ("tempo", "{film}", "-o", "{disk}/x.mid"),
    "take": ("takes", "export", "{film}", "{cue}", "{take}", "-o", "{disk}/x.wav"),
    "flac": ("takes", "export", "{film}", "{cue}", "{take}", "-o", "{disk}/x.flac"),
    "notes": ("takes", "export", "{film}", "{cue}", "{take}", "-o", "{disk}/x.mid"),
    "parts": ("takes", "export", "{film}", "{cue}", "{take}", "--parts", "{disk}/x"),
    "sound": ("sound", "knock", "--seconds", "0.5", "-o", "{disk}/x.wav"),
    "loudness": ("loudness", "{film}", "--plot", "{disk}/x.png"),
    "analyze": ("analyze", "{film}", "--csv", "{disk}/x.csv"),
}


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("room", [0, "read-only"])
def test_what_else_is_written(with_music, small_disk, name, room):
    if room:
        only(small_disk, "ro")
    else:
        leave(small_disk, room)
    cue, take = chosen(with_music, "1M")
    asked = [word.format(film=with_music, disk=small_disk, cue=cue, take=take) for word in COMMANDS[name]]
    refused(running.here(*asked), 22 if room else 21, "x")
    if room:
        only(small_disk, "rw")
    assert files(small_disk) == []
    (small_disk / "filler").unlink(missing_ok=True)
    assert running.here(*asked).code == 0
    assert files(small_disk) and running.leftovers(small_disk) == []


@pytest.mark.parametrize("room", [40, 2000])
def test_while_it_is_scored_and_again_when_there_is_room(small_film, small_disk, room):
    film = running.copied(small_film, small_disk / "work")
    leave(small_disk, room)
    order = ("score", film, "--brief", "door slam at 1s, room tone")
    refused(running.here(*order), 21)
    assert not list(film.parent.glob("film.scored*")) and running.leftovers(small_disk) == []
    (small_disk / "filler").unlink()
    assert running.here(*order).code == 0
    assert (film.parent / "film.scored.mp4").is_file() and running.leftovers(small_disk) == []


def test_a_project_on_a_disk_that_can_only_be_read_is_looked_at_and_handed_out(read_only, tmp_path):
    cue, take = chosen(read_only, "fx")
    assert running.here("show", read_only).code == 0
    assert running.here("takes", "export", read_only, cue, take, "-o", tmp_path / "x.wav").code == 0
    for command in (("render", read_only), ("takes", "choose", read_only, cue, take)):
        refused(running.here(*command), 22, "the disk can only be read", "--keep-project")
