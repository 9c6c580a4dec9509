"""Where results go: every command makes the folders of what it writes, and none for what it refuses."""

import json
import shutil

import pytest

from tests.bad_input import running
from tests.bad_input.running import here

WRITING = {
    "render film": ("render", "film.mp4", "-o", "new/folder/x.mp4"),
    "render stems": ("render", "film.mp4", "--stems", "new/folder"),
    "render sound": ("render", "film.mp4", "-o", "new/folder/x.wav", "--export", "csv", "--midi"),
    "score project": ("score", "film.mp4", "--no-music", "--keep-project", "new/folder/x.v2a", "-o", "new/folder/x.mp4"),
    "analyze table": ("analyze", "film.mp4", "--csv", "new/folder/x.csv"),
    "analyze picture": ("analyze", "film.mp4", "--plot", "new/folder/x.png"),
    "tempo": ("tempo", "film.mp4", "-o", "new/folder/x.mid"),
    "take": ("takes", "export", "film.mp4", "1M1", "{take}", "-o", "new/folder/x.flac"),
    "notes": ("takes", "export", "film.mp4", "1M1", "{take}", "-o", "new/folder/x.mid"),
    "parts": ("takes", "export", "film.mp4", "1M1", "{take}", "--parts", "new/folder"),
    "sound": ("sound", "knock", "--seconds", "0.5", "-o", "new/folder/x.wav"),
    "loudness": ("loudness", "film.scored.mp4", "--plot", "new/folder/x.png"),
}  # fmt: skip
REFUSED = {
    "render": ("render", "film.mp4", "-o", "new/folder/x.doc"),
    "tempo": ("tempo", "film.mp4", "-o", "new/folder/x.doc"),
    "take": ("takes", "export", "film.mp4", "1M1", "{take}", "-o", "new/folder/x.doc"),
    "notes": ("takes", "export", "film.mp4", "{slam}", "{other}", "-o", "new/folder/x.mid"),
    "parts": ("takes", "export", "film.mp4", "{slam}", "{other}", "--parts", "new/folder"),
    "sound": ("sound", "knock", "--seconds", "0.5", "-o", "new/folder/x.doc"),
    "analyze": ("analyze", "film.mp4", "--plot", "new/folder/x.doc"),
}


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    """A film that was scored with music and a slam, and the take of each."""
    folder = tmp_path_factory.mktemp("places")
    film = running.make_film(folder / "film.mp4", seconds=2)
    done = here("score", film, "--brief", "piano, door slam at 1s", "--json")
    assert done.code == 0, done.err
    takes = {region["cue"]: region["take"] for region in json.loads(done.out)["regions"]}
    slam = next(cue for cue in takes if cue != "1M1")
    return folder, {"take": takes["1M1"], "slam": slam, "other": takes[slam]}


@pytest.fixture
def asked(scored, monkeypatch):
    """Runs a command in the film's folder; says how it ended and which files lie in the new one."""
    folder, takes = scored
    monkeypatch.chdir(folder)

    def run(command):
        done = here(*(word.format(**takes) for word in command))
        made = [path for path in (folder / "new").rglob("*") if path.is_file()]
        return done, made, folder / "new"

    yield run
    shutil.rmtree(folder / "new", ignore_errors=True)


@pytest.mark.parametrize("name", WRITING)
def test_folders_that_are_not_there_are_made(asked, name):
    done, made, _ = asked(WRITING[name])
    assert done.code == 0 and made, done.err


@pytest.mark.parametrize("name", REFUSED)
def test_none_is_made_for_what_is_refused(asked, name):
    done, _, new = asked(REFUSED[name])
    assert done.code in (2, 22, 35) and not new.exists(), done.err
