"""`v2a loudness`: what it measures, judges, draws and refuses."""

import json

import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.bad_input.running import here, make_film, v2a

RATE = 48_000


@pytest.fixture(scope="module")
def tone(tmp_path_factory):
    """EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS is -23 LUFS."""
    path = tmp_path_factory.mktemp("tone") / "tone.wav"
    t = np.arange(20 * RATE) / RATE
    wave = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * t)
    soundfile.write(path, np.column_stack([wave, wave]), RATE, "PCM_24")
    return path


def told(*arguments):
    done = here("loudness", *arguments, "--json")
    return done.code, json.loads(done.out)


def test_a_tone_of_known_loudness_passes(tone):
    code, said = told(tone, "--spec", "ebu-r128")
    assert code == 0
    assert (said["spec"], said["pass"]) == ("ebu-r128", True)
    assert said["integrated"] == pytest.approx(-23.0, abs=0.1)
    assert said["short_term_max"] == pytest.approx(-23.0, abs=0.1)
    assert said["momentary_max"] == pytest.approx(-23.0, abs=0.1)
    assert said["true_peak"] == pytest.approx(-23.0, abs=0.3)
    assert said["range"] == pytest.approx(0.0, abs=0.1)
    assert said["seconds"] == 20.0


def test_what_fails_has_an_exit_code_and_a_remedy(tone):
    code, said = told(tone, "--spec", "youtube")
    assert (code, said["pass"]) == (24, False)
    assert [c["change"] for c in said["checks"] if not c["holds"]] == ["raise it by 9.0 dB"]
    done = here("loudness", tone, "--spec", "youtube")
    assert done.code == 24
    assert "raise it by 9.0 dB" in done.out


def test_every_spec_is_shown_without_one(tone):
    done = v2a("loudness", tone)
    assert done.code == 0
    rows = [line.split("\t") for line in done.out.splitlines()]
    assert ["ebu-r128", "pass", ""] in rows
    assert any(row[:2] == ["spotify", "fail"] for row in rows)


def test_dialogue_that_is_not_there_is_said(tone):
    code, said = told(tone, "--spec", "netflix")
    assert (code, said["pass"], said["dialogue"], said["speech_seconds"]) == (0, True, None, 0.0)
    assert [c["measure"] for c in said["checks"]] == ["integrated", "true peak"]
    assert "programme is judged instead, against -24 LUFS" in said["notes"][0]
    done = here("loudness", tone, "--spec", "netflix")
    assert "dialogue, an estimate\tno speech" in done.out
    assert "note: speech was detected in 0 % of it" in done.out
    code, said = told(tone, "--spec", "ebu-r128")
    assert (said["dialogue"], said["speech_seconds"], said["notes"]) == (None, None, [])


def test_a_film_is_measured_and_drawn(tmp_path):
    film = make_film(tmp_path / "film.mp4")
    done = here("loudness", film, "--plot", tmp_path / "loud.png")
    assert done.code == 0, done.err
    with Image.open(tmp_path / "loud.png") as drawn:
        assert drawn.width == 1600
        assert len(drawn.getcolors(1 << 20)) > 8


def test_silence_and_numbers_that_are_none(tmp_path):
    soundfile.write(tmp_path / "silent.wav", np.zeros((RATE, 2)), RATE)
    code, said = told(tmp_path / "silent.wav", "--spec", "ebu-r128")
    assert (code, said["integrated"], said["pass"]) == (24, None, False)
    soundfile.write(tmp_path / "nan.wav", np.full((RATE, 2), np.nan, np.float32), RATE, "FLOAT")
    code, said = told(tmp_path / "nan.wav")
    assert (code, said["integrated"], said["pass"]) == (0, None, None)


def test_more_channels_than_a_meter_has(tmp_path):
    soundfile.write(tmp_path / "ten.wav", np.full((RATE, 10), 0.1), RATE)
    done = here("loudness", tmp_path / "ten.wav")
    assert "note: 10 channels, measured as their stereo fold" in done.out


@pytest.mark.parametrize(
    ("name", "code"),
    [("none.wav", 11), ("text.wav", 15), (".", 12), ("empty.wav", 13), ("header.wav", 14), ("mute.mp4", 10)],
)
def test_what_is_no_sound_file(tmp_path, name, code):
    (tmp_path / "text.wav").write_text("this is no sound")
    (tmp_path / "empty.wav").touch()
    (tmp_path / "header.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    make_film(tmp_path / "mute.mp4", 1, sound=False)
    done = here("loudness", tmp_path / name)
    assert done.code == code
    assert done.out == ""
    assert len(done.lines) == 1
    assert done.lines[0].count(". ") >= 1


def test_what_is_too_short_says_so(tmp_path):
    soundfile.write(tmp_path / "short.wav", np.full((RATE // 10, 2), 0.1), RATE)
    done = here("loudness", tmp_path / "short.wav", "--spec", "ebu-r128")
    assert done.code == 24
    assert "integrated\ttoo short or too soft\t-23 LUFS ±0.5\tfail\tit is too short or too soft" in done.out


def test_an_unknown_spec(tone):
    assert here("loudness", tone, "--spec", "vinyl").code == 35
