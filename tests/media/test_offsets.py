"""Where sound lies under a frame of the picture in a file that was written, by the clock that another program reads."""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.media.cases import SOUND, lag, scored
from tests.media.films import H264, PCM, film, remux
from v2a.errors import CannotWrite
from v2a.media import programs

RATE = 48_000
FRAME = 17
OTHER = shutil.which("ffmpeg") or programs.ffmpeg()


def read(path: Path, kind: str, *output: str) -> subprocess.CompletedProcess[bytes]:
    command = [
        OTHER,
        "-hide_banner",
        "-nostats",
        "-copyts",
        "-i",
        str(path),
        "-map",
        f"0:{kind}:0",
        *output,
        "-",
    ]
    return subprocess.run(command, capture_output=True, check=True)


def shown(path: Path) -> list[Fraction]:
    """When each frame is shown."""
    said = read(path, "v", "-vf", "showinfo", "-fps_mode", "passthrough", "-f", "null").stderr.decode()
    base = re.search(r"config in time_base: (\d+)/(\d+)", said)
    return [
        int(at) * Fraction(int(base[1]), int(base[2])) for at in re.findall(r"n: *\d+ pts: *(-?\d+) ", said)
    ]


def behind(source: Path, result: Path, sound: np.ndarray) -> Fraction:
    """By how many samples what belongs to a frame is heard behind it."""
    before, after = shown(source), shown(result)
    done = read(result, "a", "-af", f"asettb=1/{RATE},ashowinfo", "-f", "f32le")
    begins = Fraction(int(re.search(rb"n:\d+ pts:(-?\d+) ", done.stderr)[1]), RATE)
    heard = np.frombuffer(done.stdout, np.float32).reshape(-1, 2).T
    belongs = before[FRAME] - before[0]
    return (begins + Fraction(lag(heard, sound), RATE) + belongs - after[FRAME]) * RATE


@pytest.fixture(params=["23.976", "29.97", "late clock", "inside a group"], scope="module")
def source(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    match request.param:
        case "23.976":
            return film(folder / "a.mp4", frames=40, rate="24000/1001", sound=SOUND)
        case "29.97":
            return film(folder / "a.mov", frames=40, rate="30000/1001", sound=SOUND, codecs=(*H264, *PCM))
        case "late clock":
            return film(folder / "a.ts", frames=40, sound=SOUND)
        case _:
            return remux(film(folder / "whole.mp4", sound=SOUND), folder / "a.mp4", before=("-ss", "0.3"))


@pytest.mark.parametrize(("suffix", "most"), [("mov", 0), ("mp4", 0), ("mkv", 48)])
def test_sound_lies_under_its_frame(source, suffix, most, tmp_path):
    result = tmp_path / f"out.{suffix}"
    if suffix == "mkv" and source.with_name("whole.mp4").exists():
        with pytest.raises(CannotWrite, match="edit list"):
            scored(source, result)
        return
    sound = scored(source, result)
    assert abs(behind(source, result, sound)) <= most


def test_a_shift_of_a_sample_is_seen(source, tmp_path):
    result = tmp_path / "out.mov"
    sound = scored(source, result)
    assert behind(source, result, np.pad(sound, ((0, 0), (1, 0)))) == -1
