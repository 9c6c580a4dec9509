from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.builtin.planner.films import film
from v2a.interfaces import Bench
from v2a.media.writer import SoundWriter
from v2a.model import Loudness, Mixdown, Timecode
from v2a.stages.delivering.pops import Pops
from v2a.stages.delivering.stems import StemFiles, write_stems

RATE = 48_000
QUIET = Loudness(None, None, None, None, None)


@pytest.fixture
def mixdown(tmp_path):
    """A mix of one second of noise."""
    path = tmp_path / "mix.wav"
    noise = 0.5 * np.random.default_rng(1).standard_normal((2, RATE)).clip(-1, 1)
    with SoundWriter(path, RATE, 2, "s24") as out:
        out.write(noise.astype(np.float32))
    return Mixdown((), str(path), RATE, 2, RATE, QUIET, 0.0, 0.0, "none")


def written(mixdown: Mixdown, folder: Path, rate=F(25), start="01:00:00:00", **how) -> Path:
    video = replace(film(1, rate), start_timecode=Timecode.parse(start, rate), path="harbour reel 3.mov")
    (path,) = write_stems(video, mixdown, StemFiles(folder, **how), Bench())
    return path


def bext(path: Path) -> int:
    data = path.read_bytes()
    at = data.index(b"bext") + 8 + 338
    return int.from_bytes(data[at : at + 8], "little")


@pytest.mark.parametrize(
    ("rate", "lead", "frame"),
    [(F(25), 96_000, 1920), (F(24000, 1001), 96_096, 2002), (F(30000, 1001), 96_096, 1602)],
)
def test_pops_lie_two_seconds_of_timecode_off(mixdown, tmp_path, rate, lead, frame):
    sound = soundfile.read(written(mixdown, tmp_path, rate, pop=True), dtype="float32")[0].T
    film = soundfile.read(mixdown.mix, dtype="float32")[0].T
    assert sound.shape[1] == 2 * lead + frame + RATE
    np.testing.assert_array_equal(sound[:, lead : lead + RATE], film)
    for pop in (sound[:, :frame], sound[:, -frame:]):
        assert np.abs(pop).max() == pytest.approx(0.1, abs=1e-3)
        spectrum = np.abs(np.fft.rfft(pop[0], RATE))
        assert spectrum.argmax() == pytest.approx(1000, abs=15)
    assert not sound[:, frame:lead].any()
    assert not sound[:, lead + RATE : -frame].any()


@pytest.mark.parametrize(
    ("rate", "start", "reference"),
    [
        (F(25), "01:00:00:00", 3598 * RATE),
        (F(24000, 1001), "01:00:00:00", 172_972_800 - 96_096),
        (F(25), "00:00:01:00", (24 * 3600 - 1) * RATE),
    ],
)
def test_the_file_s_start_moves_with_the_pop(mixdown, tmp_path, rate, start, reference):
    path = written(mixdown, tmp_path, rate, start, pop=True)
    assert bext(path) == reference
    assert f"SINCE_MIDNIGHT_LO>{reference}<".encode() in path.read_bytes()


def test_without_pops_nothing_is_added(mixdown, tmp_path):
    path = written(mixdown, tmp_path)
    assert (soundfile.info(path).frames, bext(path)) == (RATE, 3600 * RATE)


def test_stems_are_named_by_show_reel_and_version(mixdown, tmp_path):
    assert written(mixdown, tmp_path, version=7).name == "harbour_R3_MIX_v07.wav"


def test_a_pop_is_in_phase_on_every_channel():
    tone = Pops(F(25), RATE).tone(6)
    assert tone.shape == (6, 1920)
    assert (tone == tone[0]).all()
