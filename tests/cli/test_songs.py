"""A song from elsewhere: what to ask for, bringing it in, and hearing it in the film."""

import json
import re

import numpy as np
import pytest
import soundfile

from tests.bad_input import running
from tests.bad_input.running import Ended
from tests.band import RATE, song
from v2a.cli import run


@pytest.fixture
def v2a(capfd):
    """The command line in this process."""

    def call(*arguments):
        code = run([str(a) for a in arguments])
        told = capfd.readouterr()
        return Ended(code, told.out, told.err)

    return call


@pytest.fixture(scope="module")
def spotted(tmp_path_factory):
    """A film of 14 s with a cue of music and a hit point."""
    folder = tmp_path_factory.mktemp("songs")
    running.make_film(folder / "film.mp4", seconds=14)
    assert (
        run(
            [
                "spot",
                str(folder / "film.mp4"),
                "--brief",
                "sad piano at 120 bpm",
                "--preset",
                "music-only",
                "-q",
            ]
        )
        == 0
    )
    listed = folder / "film.v2a" / "spotting.toml"
    with listed.open("a", encoding="utf-8") as file:
        file.write('\n[[hit]]\ntime = 6.04\nname = "the turn"\n')
    music = song(120, 4, "aab")
    soundfile.write(folder / "song.mp3", np.stack([music.sound, music.sound], axis=1), RATE)
    (cue,) = re.findall(r'id = "(1M1|mx1)"', listed.read_text(encoding="utf-8"))
    return folder, cue


def test_a_brief_says_what_to_ask_for(v2a, spotted):
    folder, cue = spotted
    told = json.loads(v2a("takes", "brief", folder / "film.mp4", cue, "--json").out)
    assert (told["cue"], told["meter"], told["bpm"]) == (cue, "4/4", pytest.approx(120, rel=0.04))
    assert told["song"] > told["length"] > 13
    (mark,) = [hit for hit in told["hits"] if hit["kind"] == "mark"]
    assert (mark["name"], mark["time"]) == ("the turn", pytest.approx(6.04))
    assert mark["bar"] >= 1 and 0 <= mark["error_frames"] <= 2
    shown = v2a("takes", "brief", folder / "film.mp4", cue).out
    for word in (
        told["prompt"],
        "bpm, 4/4",
        "ask for a song of",
        "mark the turn",
        f"takes import {folder / 'film.mp4'} {cue}",
    ):
        assert word in shown


@pytest.mark.parametrize("limit", [40, 60, 200, 1000])
def test_a_prompt_is_as_short_as_is_asked_for(v2a, spotted, limit):
    folder, cue = spotted
    out = v2a("takes", "brief", folder / "film.mp4", cue, "--copy", "--limit", str(limit)).out
    assert out.endswith("\n") and "\n" not in out[:-1]
    assert len(out) - 1 <= limit
    assert "sad piano" in out and " bpm" in out


def test_a_brief_for_what_is_no_music_is_refused(v2a, spotted):
    done = v2a("takes", "brief", spotted[0] / "film.mp4", "nothing")
    assert done.code and len(done.lines) == 1


def test_a_song_is_brought_in_cut_and_heard(v2a, spotted):
    folder, cue = spotted
    done = v2a("takes", "import", folder / "film.mp4", cue, folder / "song.mp3")
    assert done.code == 0, done.err
    assert re.search(
        rf"{cue}: 1[12]\d\.\d bpm, 0:27 → 0:1[34], .*stretched.*1 of 1 hit on downbeats", done.out
    )
    told = json.loads(v2a("render", folder / "film.mp4", "--json").out)
    assert any(note.startswith(f"Music of cue {cue}: 1") for note in told["notes"])
    (region,) = [r for r in told["regions"] if r["cue"] == cue]
    assert region["generator"] == "import" and region["end"] <= 14
    (report,) = folder.glob("*.report.json")
    (heard,) = [s for s in json.loads(report.read_text(encoding="utf-8"))["sounds"] if s["cue"] == cue]
    assert heard["edit"]["tempo"] == pytest.approx(120, rel=0.01)
    assert heard["edit"]["passages"][-1]["target"][1] <= 14


@pytest.mark.parametrize(
    ("name", "wave", "said"),
    [
        ("six.wav", 0.1 * np.sin(np.arange(6 * RATE) / 20), "played as it is: it is 6.0 s long"),
        ("noise.wav", 0.1 * np.random.default_rng(1).standard_normal(30 * RATE), "no plain beat"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_one_line(v2a, spotted, tmp_path, name, wave, said):
    folder, cue = spotted
    soundfile.write(tmp_path / name, wave, RATE)
    done = v2a("takes", "import", folder / "film.mp4", cue, tmp_path / name)
    assert done.code == 0
    assert said in done.out.splitlines()[-1] and done.out.count("\n") == 2


def _chosen(v2a, folder, cue):
    listed = json.loads(v2a("takes", "list", folder / "film.mp4", cue, "--json").out)
    return [take["take"] for take in listed if take["chosen"]]


def test_silence_is_no_music_and_leaves_the_chosen_take(v2a, spotted, tmp_path):
    folder, cue = spotted
    assert v2a("takes", "import", folder / "film.mp4", cue, folder / "song.mp3").code == 0
    before = _chosen(v2a, folder, cue)
    soundfile.write(tmp_path / "silence.wav", np.zeros(20 * RATE), RATE)
    done = v2a("takes", "import", folder / "film.mp4", cue, tmp_path / "silence.wav")
    assert done.code and [line for line in done.lines if line.startswith("v2a:")] == [done.lines[-1]]
    assert "nothing is heard in it" in done.lines[-1]
    assert _chosen(v2a, folder, cue) == before and len(before) == 1


def test_a_scrap_of_music_does_not_take_the_place_of_a_chosen_take(v2a, spotted, tmp_path):
    folder, cue = spotted
    assert v2a("takes", "import", folder / "film.mp4", cue, folder / "song.mp3").code == 0
    before = _chosen(v2a, folder, cue)
    soundfile.write(tmp_path / "one.wav", 0.1 * np.sin(np.arange(RATE) / 20), RATE)
    done = v2a("takes", "import", folder / "film.mp4", cue, tmp_path / "one.wav")
    assert done.code == 0 and done.out.count("\n") == 1
    assert "is not chosen: 1.0 s of music are far too short for a cue of 1" in done.out
    assert _chosen(v2a, folder, cue) == before
    way = done.out.split("v2a takes ")[1].split()
    assert v2a("takes", *way).code == 0 and _chosen(v2a, folder, cue) == way[-1:]
    assert v2a("takes", "import", folder / "film.mp4", cue, tmp_path / "one.wav", "--sync", "0.1").code == 0
    assert _chosen(v2a, folder, cue) not in (before, way[-1:])


def test_a_broken_song_is_refused_in_one_line(v2a, spotted, tmp_path):
    folder, cue = spotted
    (tmp_path / "broken.mp3").write_bytes(b"ID3 this is no sound" * 50)
    done = v2a("takes", "import", folder / "film.mp4", cue, tmp_path / "broken.mp3")
    assert done.code and [line for line in done.lines if line.startswith("v2a:")] == [done.lines[-1]]
    assert "is not a sound file" in done.lines[-1]


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_song_with_samples_that_are_no_numbers_is_refused(v2a, spotted, tmp_path, wrong):
    folder, cue = spotted
    wave = 0.1 * np.sin(np.arange(20 * RATE, dtype=np.float32) / 20)
    wave[12345] = wrong
    soundfile.write(tmp_path / "wrong.wav", wave, RATE, subtype="FLOAT")
    before = _chosen(v2a, folder, cue)
    done = v2a("takes", "import", folder / "film.mp4", cue, tmp_path / "wrong.wav")
    assert done.code == 14 and [line for line in done.lines if line.startswith("v2a:")] == [done.lines[-1]]
    assert "wrong.wav: has samples that are not numbers" in done.lines[-1]
    assert _chosen(v2a, folder, cue) == before


def test_the_next_command_names_a_project_that_lies_elsewhere(v2a, spotted, tmp_path):
    film, project = spotted[0] / "film.mp4", tmp_path / "mine.v2a"
    options = ("--brief", "sad piano at 120 bpm", "--preset", "music-only", "--keep-project", project)
    assert v2a("spot", film, *options).out.endswith(f"then: v2a render {project}\n")
    told = v2a("takes", "brief", project, "1M1").out
    assert told.endswith(f"v2a takes import {project} 1M1 SONG\n")
    for named in ((project, "1M1"), (film, "1M1", "--keep-project", project)):
        done = v2a("takes", "import", named[0], "1M1", spotted[0] / "song.mp3", *named[2:])
        assert done.out.splitlines()[0].endswith(f"To hear it in the film: v2a render {project}")
    done = v2a("takes", "brief", film, "1M1", "--keep-project", project)
    assert done.out.endswith(f"v2a takes import {project} 1M1 SONG\n")
