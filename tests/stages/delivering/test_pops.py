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
from v2a.model import Loudness, Mixdown, Span, Timecode
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
    whole = Span(F(0), F(1))
    tone = Pops(F(25), RATE, whole, whole).tone(6)
    assert tone.shape == (6, 1920)
    assert (tone == tone[0]).all()


@pytest.mark.parametrize("there", [False, True])
def test_a_film_with_leader_has_its_pops_within_it(tmp_path, there):
    """Where a stem has one already, it is left alone."""
    sound = np.zeros((2, 20 * RATE), np.float32)
    sound[:, 8 * RATE : 14 * RATE] = 0.2
    if there:
        sound[:, 6 * RATE : 6 * RATE + 1920] = 0.05
    with SoundWriter(tmp_path / "mix.wav", RATE, 2, "s24") as out:
        out.write(sound)
    mixdown = Mixdown((), str(tmp_path / "mix.wav"), RATE, 2, 20 * RATE, QUIET, 0.0, 0.0, "none")
    video = replace(film(20), start_timecode=Timecode.parse("00:59:52:00", F(25)), path="r1.mov")
    mixdown = replace(mixdown, action=Span(F(8), F(14)))
    (path,) = write_stems(video, mixdown, StemFiles(tmp_path, pop=True), Bench())
    done = soundfile.read(path, dtype="float32")[0].T
    assert done.shape[1] == 20 * RATE and bext(path) == (60 * 60 - 8) * RATE
    expected = 0.05 if there else 0.1
    assert np.abs(done[:, 6 * RATE : 6 * RATE + 1920]).max() == pytest.approx(expected, abs=1e-3)
    assert np.abs(done[:, 16 * RATE : 16 * RATE + 1920]).max() == pytest.approx(0.1, abs=1e-3)
    rest = np.delete(done - sound, np.r_[6 * RATE : 6 * RATE + 1920, 16 * RATE : 16 * RATE + 1920], axis=1)
    assert np.abs(rest).max() < 1e-6
