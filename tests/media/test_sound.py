import contextlib
import os
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media.films import H264, Tone, film
from v2a.errors import (
    FileDamaged,
    FileEmpty,
    FileMissing,
    InputError,
    IsADirectory,
    NotAVideo,
    Unreadable,
    V2aError,
)
from v2a.media import programs, sound
from v2a.media.writer import SoundWriter
from v2a.model import Span

NOISE = np.random.default_rng(4).uniform(-0.5, 0.5, (2, 24000)).astype(np.float32)


def wave(path: Path, samples: np.ndarray = NOISE, rate: int = 48000) -> Path:
    with SoundWriter(path, rate, samples.shape[0]) as writer:
        writer.write(samples)
    return path


def converted(path: Path, *options: str) -> Path:
    source = wave(path.parent / "source.wav")
    programs.run([programs.ffmpeg(), "-v", "error", "-y", "-i", str(source), *options, str(path)])
    return path


def lag(first: np.ndarray, second: np.ndarray) -> int:
    """By how many samples the first sound is later than the second."""
    size = 1 << 16
    product = np.fft.rfft(first[0], size) * np.fft.rfft(second[0], size).conj()
    return (int(np.fft.irfft(product).argmax()) + size // 2) % size - size // 2


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("a.wav", ("-c:a", "pcm_u8"), 2**-7),
        ("a.wav", ("-c:a", "pcm_s16le"), 2**-15),
        ("a.wav", ("-c:a", "pcm_s24le"), 2**-23),
        ("a.wav", ("-c:a", "pcm_s32le"), 2**-22),
        ("a.wav", ("-c:a", "pcm_f32le"), 2**-22),
        ("a.wav", ("-c:a", "pcm_f64le"), 2**-22),
        ("a.wav", ("-c:a", "pcm_s24le", "-rf64", "always"), 2**-22),
        ("a.flac", ("-sample_fmt", "s32"), 2**-22),
        ("a.aiff", ("-c:a", "pcm_s24be"), 2**-22),
        ("a.m4a", ("-c:a", "alac", "-sample_fmt", "s32p"), 2**-22),
        ("a.mka", ("-c:a", "pcm_s24le"), 2**-22),
        ("a.tta", (), 2**-15),
    ],
)
def test_what_keeps_its_samples_is_read_to_the_sample(tmp_path, name, options, error):
    audio = sound.read(converted(tmp_path / name, *options))
    assert audio.rate == 48000
    assert audio.samples.shape == NOISE.shape
    assert np.abs(audio.samples - NOISE).max() <= error


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.m4a", ("-c:a", "aac", "-b:a", "320k")),
        ("a.mp3", ("-c:a", "libmp3lame", "-b:a", "320k")),
        ("a.ogg", ("-c:a", "libvorbis", "-q:a", "10")),
        ("a.opus", ("-c:a", "libopus", "-b:a", "320k")),
        ("a.mka", ("-c:a", "libopus", "-b:a", "320k")),
    ],
)
def test_an_encoders_delay_is_taken_off(tmp_path, name, options):
    audio = sound.read(converted(tmp_path / name, *options))
    assert abs(audio.length - NOISE.shape[1]) <= 1152
    assert lag(audio.samples, NOISE) == 0


def test_rate_and_channels_change_on_the_way(tmp_path):
    path = wave(tmp_path / "a.wav", np.repeat(NOISE, 4, axis=0), 192_000)
    audio = sound.read(path, rate=48000, channels=2)
    assert (audio.rate, audio.channels, audio.length) == (48000, 2, 6000)
    assert sound.read(path).channels == 8


@pytest.mark.parametrize("rate", [48000, 44100, 16000])
@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mka"])
def test_a_span_is_a_part_of_the_whole(tmp_path, name, rate):
    path = wave(tmp_path / name) if name != "a.mka" else converted(tmp_path / name, "-c:a", "flac")
    span = Span(Fraction(1, 7), Fraction(2, 5))
    wanted = span.samples(rate)
    part, whole = sound.read(path, rate=rate, span=span), sound.read(path, rate=rate)
    assert np.abs(part.samples - whole.samples[:, wanted.start : wanted.stop]).max() < 1e-5


def test_a_span_beyond_the_end_is_silence(tmp_path):
    audio = sound.read(wave(tmp_path / "a.wav"), span=Span(Fraction(1, 4), Fraction(2)))
    assert audio.length == 84000
    assert not audio.samples[:, 12000:].any()
    assert audio.samples[:, :12000].any()


@pytest.mark.parametrize("name", ["a.wav", "a.m4a"])
def test_blocks_are_the_whole_in_parts(tmp_path, name):
    path = converted(tmp_path / name)
    with sound.blocks(path, 44100, 1, 5000) as blocks:
        parts = list(blocks)
    assert all(part.shape == (1, 5000) for part in parts[:-1])
    whole = sound.read(path, rate=44100, channels=1).samples
    assert np.array_equal(np.concatenate(parts, axis=1), whole)


def test_a_film_is_a_sound_file_too(tmp_path):
    path = film(tmp_path / "film.mp4", frames=25, sound=[Tone((0.5,), seconds=1)])
    audio = sound.read(path, channels=1)
    assert abs(int(np.argmax(np.abs(audio.samples[0]) > 0.2)) - 24000) < 48


def test_info_tells_without_reading(tmp_path):
    sides = ("FL", "FR")
    assert sound.info(wave(tmp_path / "a.wav")) == sound.SoundInfo(48000, 2, 24000, sides)
    assert sound.info(converted(tmp_path / "a.m4a")) == sound.SoundInfo(48000, 2, None, sides)
    two = film(tmp_path / "two.mp4", frames=25, sound=[Tone(), Tone(channels=1)])
    assert sound.info(two) == sound.SoundInfo(48000, 2, None, sides, siblings=1)


def test_what_cannot_be_read_is_one_clear_line(tmp_path):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("This is not sound at all, only words.\n" * 40)
    silent = film(tmp_path / "silent.mp4", frames=5, codecs=H264)
    for name, error in (
        ("missing.wav", FileMissing),
        (".", IsADirectory),
        ("empty.wav", FileEmpty),
        ("text.wav", (NotAVideo, FileDamaged)),
        (silent.name, InputError),
    ):
        with pytest.raises(error) as caught:
            sound.read(tmp_path / name)
        assert str(tmp_path) in str(caught.value)
        assert caught.value.remedy


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be read here")
def test_a_file_without_permission_is_told(tmp_path):
    path = wave(tmp_path / "a.wav")
    path.chmod(0)
    with pytest.raises(Unreadable):
        sound.read(path)


def test_a_file_cut_short_gives_what_is_there(tmp_path):
    path = wave(tmp_path / "a.wav")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    audio = sound.read(path)
    assert 11000 < audio.length < 12100
    assert np.abs(audio.samples - NOISE[:, : audio.length]).max() < 2**-22


@pytest.mark.parametrize("name", ["cut.flac", "cut.mp3", "cut.m4a"])
def test_compressed_files_cut_short_do_not_crash(tmp_path, name):
    path = converted(tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    try:
        audio = sound.read(path)
    except InputError as error:
        assert error.remedy
    else:
        assert audio.length <= 26000


def test_a_long_wave_is_read_back(tmp_path):
    path = wave(tmp_path / "a.wav")
    assert np.array_equal(soundfile.read(path, dtype="float32")[0].T, sound.read(path).samples)


def test_what_a_library_says_of_a_damaged_file_is_not_seen(tmp_path, capfd):
    path = tmp_path / "song.mp3"
    noise = np.random.Generator(np.random.PCG64(1)).uniform(-0.5, 0.5, 44_100 * 2)
    soundfile.write(path, noise, 44_100)
    data = bytearray(path.read_bytes())
    data[4000:9000] = bytes(5000)
    path.write_bytes(data)
    with contextlib.suppress(V2aError):
        sound.read(path)
    print("seen", file=sys.stderr)
    assert capfd.readouterr().err == "seen\n"
