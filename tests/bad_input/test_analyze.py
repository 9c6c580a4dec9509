"""Films that are hard to see or hear: each is analysed, or refused in one line; nothing hangs."""

import itertools
import json
import os
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from tests.bad_input import running
from tests.bad_input.test_films import refused
from tests.media.films import AAC, H264, Tone, film, remux
from v2a.media import programs
from v2a.media.encode import encode

TINY = (*H264, "-g", "250")


def analysed(path, *arguments, code=0):
    """What the command says of a film, as an object in which every number is finite."""
    plot = path.with_suffix(".png")
    done = running.here("analyze", path, "--json", "--plot", plot, *arguments)
    assert done.code == code, done.err
    assert plot.read_bytes().startswith(b"\x89PNG")
    data = json.loads(done.out, parse_constant=pytest.fail)
    whole(data)
    return data


def whole(data):
    """Shots and scenes follow one another from the film's beginning to its end."""
    duration = data["video"]["duration"]
    for name in ("shots", "scenes"):
        spans = [(entry["start"], entry["end"]) for entry in data[name]]
        assert spans[0][0] == 0 and spans[-1][1] == duration
        assert all(one[1] == other[0] for one, other in itertools.pairwise(spans))
    assert all(0 <= m["time"] <= duration and 0 <= m["x"] <= 1 and 0 <= m["y"] <= 1 for m in data["moments"])


def drawn(path, source, *codecs, sound=()):
    """A film of an ffmpeg source."""
    chosen = codecs or H264
    programs.run(
        [
            programs.ffmpeg(),
            "-v",
            "error",
            "-nostdin",
            "-y",
            "-f",
            "lavfi",
            "-i",
            source,
            *sound,
            *chosen,
            str(path),
        ]
    )
    return path


def test_frames_that_cannot_be_decoded_in_the_middle(tmp_path):
    path = film(tmp_path / "film.mov", frames=100, codecs=H264, size=(320, 192))
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 2000
    data[at : at + 1500] = bytes(n * 37 % 251 for n in range(1500))
    path.write_bytes(data)
    seen = analysed(path)
    assert seen["lost"]
    assert all(0 <= each["start"] < each["end"] <= 4 for each in seen["lost"])
    told = [note for note in seen["notes"] if "picture from" in note]
    assert 1 <= len(told) <= 2 and all(note.endswith(" s") for note in told)
    assert analysed(path)["notes"] == seen["notes"]


def test_a_black_and_silent_film(tmp_path):
    silence = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo", "-shortest", *AAC)
    seen = analysed(drawn(tmp_path / "film.mp4", "color=black:s=160x90:r=25:d=3", *H264, sound=silence))
    assert len(seen["shots"]) == len(seen["scenes"]) == 1
    assert seen["moments"] == seen["speech"] == seen["music"] == seen["onsets"] == []
    assert seen["silence"] == [{"start": 0.0, "end": 3.0}]


def test_a_film_that_stands_still_and_has_no_sound(tmp_path):
    seen = analysed(drawn(tmp_path / "film.mp4", "color=c=orange:s=160x90:r=25:d=3"))
    assert len(seen["shots"]) == 1 and seen["moments"] == []
    assert any("no sound of its own" in note for note in seen["notes"])


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_still_picture_is_no_film(tmp_path, suffix):
    path = drawn(tmp_path / f"still{suffix}", "testsrc2=s=160x90:r=1:d=1", "-frames:v", "1")
    refused(running.here("analyze", path), 15, "still picture")
    assert os.listdir(tmp_path) == [path.name]


@pytest.mark.parametrize("size", ["90x160", "16x16", "2000x16", "16x2000"])
def test_odd_sizes(tmp_path, size):
    seen = analysed(drawn(tmp_path / "film.mp4", f"testsrc2=s={size}:r=25:d=1"))
    assert f"{seen['video']['width']}x{seen['video']['height']}" == size


def test_a_single_frame(tmp_path):
    seen = analysed(drawn(tmp_path / "film.mp4", "testsrc2=s=160x90:r=25:d=0.04"))
    assert seen["video"]["duration"] == 0.04 and len(seen["shots"]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="asks Unix for the memory of a child")
def test_8k_frames_take_a_bounded_memory(tmp_path):
    path = drawn(tmp_path / "film.mp4", "testsrc2=s=7680x4320:r=4:d=1", *H264, "-threads", "1")
    process = subprocess.Popen(
        [sys.executable, "-m", "v2a", "analyze", str(path), "-q"], env=running.environment()
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) < 1_500_000_000


def changing(count, size=(64, 36)):
    """Frames none of which is like the one before: a colour and a coarse pattern each."""
    rng = np.random.default_rng(9)
    for _ in range(count):
        cells = rng.integers(0, 256, (size[1] // 12, size[0] // 16, 3), dtype=np.uint8)
        yield cells.repeat(12, 0).repeat(16, 1)


def test_a_cut_at_every_frame(tmp_path):
    encode(tmp_path / "film.mp4", changing(60), Fraction(2), quality=20)
    seen = analysed(tmp_path / "film.mp4")
    assert seen["video"]["duration"] == 30.0


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_thousand_cuts(tmp_path):
    """Five hundred a minute; pictures of fewer than three frames are flashes, and no shots."""
    path = tmp_path / "film.mp4"
    encode(path, (frame for frame in changing(10_001) for _ in range(3)), Fraction(25), quality=26)
    seen = analysed(path, "--without", "transnet")
    assert len(seen["shots"]) > 9_000
    lines = running.here("analyze", path, "--without", "transnet").out.splitlines()
    assert len(lines) > len(seen["shots"])


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_one_shot_of_an_hour(tmp_path):
    short = film(tmp_path / "short.mp4", frames=100, rate="1", size=(32, 32), codecs=TINY)
    seen = analysed(remux(short, tmp_path / "film.mp4", before=("-stream_loop", "35")))
    assert seen["video"]["duration"] == pytest.approx(3600, abs=1)


OBSERVER = """
    import math
    from fractions import Fraction
    import numpy as np
    import v2a

    class Watcher(v2a.Watcher):
        def see(self, frames):
            return {{"odd": np.full(len(frames), {row}, np.float32)}}

    class Odd(v2a.Observer):
        card = v2a.ObserverCard(name="odd", version="1", picture=v2a.PictureNeed(16, 16),
                                features={{"odd": v2a.FeatureCard("picture")}})

        def open(self, bench, video):
            return Watcher()

        def conclude(self, bench, so_far):
            return v2a.Findings(moments=(v2a.Moment(Fraction(1), "impact", 1.0, 1.0, {x}),))

    @v2a.hookimpl
    def v2a_observers():
        return [Odd()]
"""


@pytest.mark.parametrize(("row", "x"), [("np.nan", "0.5"), ("0", "math.nan"), ("0", "math.inf")])
def test_a_number_that_is_none_in_what_a_plugin_sees(tmp_path, row, x):
    path = film(tmp_path / "film.mp4", frames=30, sound=[Tone()])
    plugins = running.plugin(tmp_path / "plugins", "oddplug", OBSERVER.format(row=row, x=x))
    done = running.here("analyze", path, "--json", "--without", "transnet", plugins=[plugins])
    assert done.code == 47, done.err
    assert len(done.lines) == 1 and "observer odd" in done.lines[0] and "finite" in done.lines[0]
    data = json.loads(done.out, parse_constant=pytest.fail)
    whole(data)
    assert any("observer odd" in note for note in data["notes"])


def test_what_is_no_film_is_refused(tmp_path):
    refused(running.v2a("analyze", tmp_path / "no.mp4"), 11, "no.mp4")
    refused(running.here("analyze", tmp_path), 11, "Name the film")
    (tmp_path / "film.mp4").write_text("Dear editor, the film is not finished.\n" * 50)
    refused(running.here("analyze", tmp_path / "film.mp4"), 15)
    assert os.listdir(tmp_path) == ["film.mp4"]


def test_a_place_that_cannot_be_written(tmp_path):
    path = film(tmp_path / "film.mp4", frames=10)
    (tmp_path / "file").write_text("")
    refused(running.here("analyze", path, "--csv", tmp_path / "file" / "m.csv"), 22, "m.csv")
    assert running.leftovers(tmp_path) == []
