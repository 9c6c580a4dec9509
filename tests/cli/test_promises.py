"""What the manual promises of a run as a whole, tried as a user would."""

import json
import os
import shutil

import av
import numpy as np
import pytest
import soundfile

from tests.bad_input import running
from tests.bad_input.running import here, v2a
from v2a.project.lock import Lock

CUE = '\n[[cue]]\nin = {}\nout = {}\nkind = "fx"\nprompt = "{}"\n'


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    folder = tmp_path_factory.mktemp("promises")
    film = running.make_film(folder / "film.mp4")
    said(here("score", film, "--brief", "door slam at 1s, room tone", "--json"))
    return folder


@pytest.fixture
def film(scored, tmp_path):
    shutil.copytree(scored, tmp_path / "work")
    return tmp_path / "work" / "film.mp4"


def said(done):
    assert done.code == 0, done.err
    return json.loads(done.out)


def takes(told):
    return {r["cue"]: (r["take"], r["start"], r["end"]) for r in told["regions"]}


def test_a_second_run_at_the_same_time_is_refused(film):
    lock = Lock(film.with_suffix(".v2a") / ".lock")
    try:
        done = v2a("render", film)
    finally:
        lock.close()
    assert done.code == 23, done.err
    assert str(os.getpid()) in done.err
    assert len(done.lines) == 1
    assert here("render", film, "-q").code == 0


def test_another_cue_changes_no_other(film):
    before = said(here("render", film, "--json"))
    path = film.with_suffix(".v2a") / "spotting.toml"
    path.write_text(path.read_text() + CUE.format(0.4, 0.9, "glass breaking"))
    after = said(here("render", film, "--json"))
    assert after["ran"] == {"generator:foley": 1}
    assert takes(before).items() < takes(after).items()


@pytest.mark.skipif(not shutil.which("taskset"), reason="needs taskset")
def test_the_number_of_workers_changes_nothing(film, tmp_path):
    outputs = []
    for cores in ("0", f"0-{os.cpu_count() - 1}"):
        copy = running.copied(film, tmp_path / f"cores {cores}")
        brief = "door slam at 1s, glass breaking at 2s, knock at 0.5s, room tone, rain"
        assert (
            v2a("score", copy, "--brief", brief, "--no-music", "-q", prefix=("taskset", "-c", cores)).code
            == 0
        )
        outputs.append(running.digest(copy.with_name("film.scored.mp4")))
    assert outputs[0] == outputs[1]


def test_the_original_as_a_guide_is_not_in_the_mix_and_is_not_lost(film):
    for how in ("keep", "guide"):
        out = film.with_name(f"{how}.mov")
        assert (
            here("render", film, "--original", how, "--stems", film.parent / how, "-o", out, "-q").code == 0
        )
    assert list((film.parent / "keep").glob("*_DX_v01.wav"))
    assert not list((film.parent / "guide").glob("*_DX_v01.wav"))
    with av.open(str(film.with_name("guide.mov"))) as guided:
        assert len(guided.streams.audio) == 2


def test_sweetening_sounds_where_the_film_sounds_already(tmp_path):
    film = running.make_film(tmp_path / "film.mp4")
    plain = said(here("spot", film, "--json", "--keep-project", tmp_path / "plain.v2a"))
    sweet = said(here("spot", film, "--json", "--sweeten", "--keep-project", tmp_path / "sweet.v2a"))
    assert len(sweet["cues"]) >= len(plain["cues"])
    assert sweet["cues"] != plain["cues"] or sweet["reasoning"] != plain["reasoning"]


def test_a_drop_frame_time_is_where_it_says(tmp_path):
    film = tmp_path / "ntsc.mov"
    running.make_film(tmp_path / "film.mp4", seconds=3)
    import imageio_ffmpeg

    args = [
        "-v",
        "error",
        "-r",
        "30000/1001",
        "-i",
        tmp_path / "film.mp4",
        "-t",
        "2.4",
        "-timecode",
        "00:00:59;00",
    ]
    assert os.spawnv(os.P_WAIT, imageio_ffmpeg.get_ffmpeg_exe(), ["ffmpeg", *map(str, args), str(film)]) == 0
    part = film.with_name("part.wav")
    # Half a second of frames from 59;15: frames :00 and :01 of minute one do not exist, so 1:00;02 follows 59;29.
    done = here(
        "score", film, "--from", "00:00:59;15", "--to", "00:01:00;17", "-o", part, "--spec", "none", "-q"
    )
    assert done.code == 0, done.err
    assert soundfile.info(part).frames == round(30 * 1001 / 30000 * 48_000)
    refused = here("score", film, "--from", "00:01:00;00", "--to", "00:01:00;17", "-q")
    assert refused.code == 33, refused.err


def test_stems_are_as_long_as_the_film(film):
    assert here("render", film, "--stems", film.parent / "stems", "-q").code == 0
    lengths = {soundfile.info(path).frames for path in (film.parent / "stems").glob("*.wav")}
    assert lengths == {3 * 48_000}
    mix = soundfile.read(next((film.parent / "stems").glob("*_MIX_v01.wav")))[0]
    assert np.abs(mix).max() > 0.01
