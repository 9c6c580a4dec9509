import os
import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from v2a.errors import CannotWrite, V2aError
from v2a.media import programs
from v2a.media.bwf import Bext, ixml
from v2a.media.wave import WaveFormat, header
from v2a.media.writer import SoundWriter, packed, quantised


def noise(channels: int, length: int) -> np.ndarray:
    return np.random.default_rng(2).uniform(-1, 1, (channels, length)).astype(np.float32)


def write(path: Path, sound: np.ndarray, **options) -> Path:
    with SoundWriter(path, 48000, sound.shape[0], **options) as writer:
        for at in range(0, sound.shape[1], 700):
            writer.write(sound[:, at : at + 700])
    return path


def chunks(path: Path) -> dict[str, bytes]:
    data, at, found = path.read_bytes(), 12, {}
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        found[data[at : at + 4].decode()] = data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)
    return found


@pytest.mark.parametrize("channels", [1, 2, 6, 8])
@pytest.mark.parametrize(("depth", "subtype", "steps"), [("s16", "PCM_16", 2**15), ("s24", "PCM_24", 2**23)])
@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_what_is_written_is_what_is_read(tmp_path, channels, depth, subtype, steps, suffix):
    sound = noise(channels, 1501)
    path = write(tmp_path / f"sound{suffix}", sound, depth=depth)
    assert soundfile.info(path).subtype == subtype
    data, rate = soundfile.read(path, always_2d=True)
    assert rate == 48000
    assert data.shape == (1501, channels)
    assert np.array_equal(data.T, np.clip(np.rint(sound.astype(float) * steps), -steps, steps - 1) / steps)


def test_float_keeps_what_is_louder_than_full_scale(tmp_path):
    sound = noise(2, 1000) * 3
    path = write(tmp_path / "sound.wav", sound, depth="float")
    assert np.array_equal(soundfile.read(path, dtype="float32")[0].T, sound)


def test_full_scale_does_not_overflow():
    extremes = np.array([1, -1, 2, -2, np.inf, -np.inf, np.nan, 0.5 / 2**15], np.float32)
    assert quantised(extremes, 16).tolist() == [32767, -32768, 32767, -32768, 32767, -32768, 0, 0]
    assert quantised(np.array([0.6, -0.6]) / 2**23, 24).tolist() == [1, -1]


def test_dither_is_asked_for_and_seeded():
    quiet = np.full((1, 4000), 0.25 / 2**15, np.float32)
    assert not quantised(quiet, 16).any()
    dithered = quantised(quiet, 16, np.random.Generator(np.random.PCG64(1)))
    assert np.array_equal(dithered, quantised(quiet, 16, np.random.Generator(np.random.PCG64(1))))
    assert abs(dithered.mean() - 0.25) < 0.05


def test_chunks_are_where_programs_look_for_them(tmp_path):
    names = ixml(["left", "right"], rate=48000, depth=24)
    path = write(tmp_path / "sound.wav", noise(2, 1001), bext=Bext(172_972_800, "fx"), ixml=names)
    found = chunks(path)
    assert list(found) == ["JUNK", "bext", "fmt ", "iXML", "data"]
    assert found["bext"] == Bext(172_972_800, "fx").data()
    assert found["iXML"].decode() == names
    assert len(found["data"]) == 1001 * 6
    said = programs.run([programs.ffmpeg(), "-hide_banner", "-i", str(path), "-f", "null", "-"])
    assert "172972800" in said
    assert "pcm_s24le" in said


def test_an_odd_number_of_bytes_is_padded(tmp_path):
    assert len(chunks(write(tmp_path / "sound.wav", noise(1, 3)))["data"]) == 9


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_the_same_sound_gives_the_same_bytes(tmp_path, suffix):
    first, second = (write(tmp_path / f"{n}{suffix}", noise(2, 5000)).read_bytes() for n in "ab")
    assert first == second


def test_no_samples_make_a_file_too(tmp_path):
    assert soundfile.info(write(tmp_path / "sound.wav", noise(2, 0))).frames == 0


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_the_file_appears_whole_or_not_at_all(tmp_path, suffix):
    path = tmp_path / f"sound{suffix}"
    path.write_bytes(b"before")
    with pytest.raises(KeyError), SoundWriter(path, 48000, 2) as writer:
        writer.write(noise(2, 5000))
        raise KeyError
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_refused(tmp_path):
    for name, depth in (("sound.mp3", "s24"), ("sound", "s24"), ("sound.flac", "float")):
        with pytest.raises(CannotWrite, match="ends in .wav"), SoundWriter(tmp_path / name, 48000, 2, depth):
            pass
    with pytest.raises(ValueError, match="2 channels"), SoundWriter(tmp_path / "a.wav", 48000, 2) as writer:
        writer.write(noise(3, 10))
    with pytest.raises(ValueError, match="with"):
        SoundWriter(tmp_path / "a.wav", 48000, 2).write(noise(2, 10))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(V2aError), SoundWriter(tmp_path / "file" / "sound.wav", 48000, 2):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_a_full_disk_is_told(tmp_path, monkeypatch):
    from v2a.errors import DiskFull

    with pytest.raises(DiskFull), SoundWriter(tmp_path / "sound.wav", 48000, 2) as writer:
        os.dup2(os.open("/dev/full", os.O_WRONLY), writer._sink._file.fileno())
        writer.write(noise(2, 100_000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("channels", [2, 6])
def test_beyond_four_gigabytes_it_is_rf64(tmp_path, channels):
    layout = WaveFormat(48000, channels, 3)
    size = layout.frame * 48000 * 60 * 60 * 6
    head = header(layout, size, Bext(7).data())
    assert head[:4] == b"RF64"
    assert len(head) == len(header(layout, 0, Bext(7).data()))
    path = tmp_path / "long.wav"
    path.write_bytes(head)
    os.truncate(path, len(head) + size)
    info = soundfile.info(path)
    assert (info.frames, info.channels) == (size // layout.frame, channels)
    said = programs.run([programs.ffmpeg(), "-hide_banner", "-i", str(path), "-t", "0.1", "-f", "null", "-"])
    assert "06:00:00.00" in said


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 257])
@pytest.mark.parametrize("width", [2, 3])
def test_numbers_are_packed_to_the_last_bit(length, width):
    most = 2 ** (8 * width - 1)
    numbers = np.random.default_rng(length).integers(-most, most, (length, 2)).astype(np.int32)
    numbers[:1] = np.array([[-most, most - 1]])[:length]
    expected = b"".join(int(n).to_bytes(width, "little", signed=True) for n in numbers.reshape(-1))
    assert packed(numbers, width) == expected
