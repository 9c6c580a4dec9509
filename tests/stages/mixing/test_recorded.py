"""Production sound of every make: off the zero line, silent, in any format, beginning late or ending early."""

from __future__ import annotations

import numpy as np
import pytest

from tests.media.films import H264
from tests.stages.mixing.talking import level, mixed, read
from tests.stages.scene import RATE, film, noise, region, voice
from v2a.media import programs
from v2a.media.probe import probe
from v2a.media.production import production

SECONDS = 3


def made(path, *options, sound="aevalsrc='0.2*sin(2*PI*500*t)|0.2*sin(2*PI*500*t)':s=48000:d=3", before=()):
    """A grey film of three seconds with that sound."""
    picture = ("-f", "lavfi", "-i", f"color=gray:s=64x64:r=25:d={SECONDS}")
    said = ("-f", "lavfi", *before, "-i", sound)
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *picture, *said, *H264, *options, str(path)])
    return probe(path)


def dialogue(tmp_path, video):
    """The DX stem of the mix, and what was said."""
    done = mixed(tmp_path, video, [], spec="none")
    assert done.length == SECONDS * RATE
    return read(done.stems[0].path), done.notes


def test_an_offset_is_taken_off_and_said(tmp_path):
    video = film(tmp_path / "film.mov", SECONDS, sound=0.3 + voice(SECONDS))
    found, notes = dialogue(tmp_path, video)
    assert np.abs(found.mean(axis=1)).max() < 1e-3
    assert np.abs(found - voice(SECONDS))[:, 4800:-4800].max() < 0.01
    assert any("30.0 % of full scale off the zero line" in note for note in notes)


def test_sound_on_the_zero_line_is_left_as_it_is(tmp_path):
    video = film(tmp_path / "film.mov", SECONDS, sound=voice(SECONDS))
    found, notes = dialogue(tmp_path, video)
    with production(video, RATE) as blocks:
        assert np.abs(found - np.concatenate(list(blocks), axis=1)).max() <= 2**-23
    assert notes == ()


def test_an_offset_in_a_take_makes_no_step(tmp_path):
    (tmp_path / "takes").mkdir()
    sound = noise(1.0, 0.02) + np.float32(0.4)
    video = film(tmp_path / "film.mov", SECONDS)
    done = mixed(tmp_path, video, [region(tmp_path / "takes", "hum", "fx", 1.0, sound)], spec="none")
    found = read(done.mix)[:, RATE : 2 * RATE]
    assert np.abs(found.mean(axis=1)).max() < 0.02 * np.abs(found).max()


def test_silent_production_sound_is_said_and_harms_nothing(tmp_path):
    (tmp_path / "takes").mkdir()
    video = film(tmp_path / "film.mov", SECONDS, sound=np.zeros((2, SECONDS * RATE), np.float32))
    rain = region(tmp_path / "takes", "rain", "bg", 0, noise(SECONDS, 0.1))
    done = mixed(tmp_path, video, [rain])
    assert "The production sound is silent." in done.notes
    assert done.loudness.integrated == pytest.approx(-14, abs=0.2)
    assert not read(done.stems[0].path).any()


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("u8.mov", ("-c:a", "pcm_u8")),
        ("f64.mkv", ("-c:a", "pcm_f64le")),
        ("f32.mov", ("-c:a", "pcm_f32le")),
        ("big.mov", ("-c:a", "pcm_s16be")),
        ("law.mov", ("-c:a", "pcm_mulaw", "-ar", "8000")),
        ("high.mov", ("-c:a", "pcm_s24le", "-ar", "96000")),
        ("higher.mov", ("-c:a", "pcm_s24le", "-ar", "192000")),
        ("odd.mkv", ("-c:a", "flac", "-ar", "11025")),
        ("mono.mov", ("-c:a", "pcm_s24le", "-ac", "1")),
    ],
)
def test_every_format_comes_out_as_loud_as_it_was(tmp_path, name, options):
    found, _ = dialogue(tmp_path, made(tmp_path / name, *options))
    assert found.shape == (2, SECONDS * RATE)
    assert level(found[:, RATE : 2 * RATE]) == pytest.approx(20 * np.log10(0.2) - 3.01, abs=0.3)


@pytest.mark.parametrize(("layout", "fold"), [("5.1", 1 + 2 * 0.7071), ("7.1", 1 + 3 * 0.7071)])
def test_surround_is_folded(tmp_path, layout, fold):
    """Centre, back and side at -3 dB beside the front, no low frequencies: all play the same here."""
    tones = "|".join(["0.05*sin(2*PI*500*t)"] * (6 if layout == "5.1" else 8))
    video = made(
        tmp_path / "film.mov", "-c:a", "pcm_s24le", sound=f"aevalsrc='{tones}':c={layout}:s=48000:d=3"
    )
    found, _ = dialogue(tmp_path, video)
    assert level(found[:, RATE : 2 * RATE]) == pytest.approx(20 * np.log10(0.05 * fold) - 3.01, abs=0.2)


@pytest.mark.parametrize(
    ("seconds", "late", "heard"), [(1.5, 0.0, (0.0, 1.5)), (5.0, 0.0, (0.0, 3.0)), (2.0, 1.0, (1.0, 3.0))]
)
def test_sound_that_is_shorter_longer_or_late_keeps_its_place(tmp_path, seconds, late, heard):
    tones = f"aevalsrc='0.2*sin(2*PI*500*t)|0.2*sin(2*PI*500*t)':s=48000:d={seconds}"
    video = made(tmp_path / "film.mov", "-c:a", "pcm_s24le", sound=tones, before=("-itsoffset", str(late)))
    found, _ = dialogue(tmp_path, video)
    sounding = np.flatnonzero(np.abs(found[0]) > 0.05) / RATE
    assert (sounding[0], sounding[-1]) == pytest.approx(heard, abs=0.01)


def test_a_target_out_of_reach_says_by_how_much(tmp_path):
    sound = noise(SECONDS, 0.0005)
    sound[:, :: RATE // 2] = 0.99
    done = mixed(tmp_path, film(tmp_path / "film.mov", SECONDS, sound=sound), [])
    short = -14 - done.loudness.integrated
    assert short > 3
    assert any(f"stays {short:.1f} LU under youtube's -14 LUFS" in note for note in done.notes)
    assert done.loudness.true_peak <= -1.0
