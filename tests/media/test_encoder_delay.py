"""Coded sound begins where it did: coders begin late, and files that say by how much are read without that."""

import numpy as np
import pytest
import soundfile

from v2a.media import programs, sound

RATE = 44_100
AT = (0.25, 1.0, 2.0, 2.7)


@pytest.fixture(scope="module")
def ticks(tmp_path_factory):
    path = tmp_path_factory.mktemp("ticks") / "ticks.wav"
    rng, wave = np.random.default_rng(0), np.zeros(3 * RATE)
    for at in AT:
        wave[round(at * RATE) : round(at * RATE) + 400] += (
            0.5 * rng.standard_normal(400) * np.exp(-np.arange(400) / 60)
        )
    soundfile.write(path, wave, RATE)
    return path


def late(path, true):
    """How late a file's sound is, in seconds, by correlation with the true one."""
    heard, given = (sound.read(p, rate=48_000, channels=1).samples[0] for p in (path, true))
    size = 1 << 19
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(given, size)))
    at = int(match.argmax())
    return (at - size if at > size // 2 else at) / 48_000


def test_an_mp3_that_says_its_delay_is_read_without_it(ticks, tmp_path):
    wave, rate = soundfile.read(ticks)
    soundfile.write(tmp_path / "a.mp3", wave, rate)
    assert abs(late(tmp_path / "a.mp3", ticks)) < 0.001
    assert sound.info(tmp_path / "a.mp3").length == len(wave)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.mp3", ["-c:a", "libmp3lame"]),
        ("a.m4a", ["-c:a", "aac"]),
        ("a.ogg", ["-c:a", "libopus", "-ar", "48000"]),
    ],
)
def test_coders_of_ffmpeg_are_read_without_their_delay(ticks, tmp_path, name, options):
    programs.run([programs.ffmpeg(), "-v", "error", "-i", str(ticks), *options, str(tmp_path / name)])
    assert abs(late(tmp_path / name, ticks)) < 0.001
