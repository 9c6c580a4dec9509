"""Probing: clocks, pictures, sound tracks, timecodes, identities."""

import os
import shutil
import struct
import time
from fractions import Fraction

import pytest

from tests.media import films
from tests.media.films import Tone, film, remux
from v2a.errors import (
    DocumentError,
)
from v2a.media import programs
from v2a.media.probe import identify, probe
from v2a.model import Timecode


def test_a_plain_film(tmp_path):
    video = probe(film(tmp_path / "a.mp4", sound=[Tone()]))
    assert (video.duration, video.frame_rate, video.frames) == (2, 25, 50)
    assert (video.start_time, video.variable, video.start_timecode) == (0, False, None)
    assert (video.picture.codec, video.picture.width, video.picture.height) == ("h264", 160, 96)
    assert (video.picture.bit_depth, video.picture.pixel_aspect, video.picture.rotation) == (8, 1, 0)
    (track,) = video.sound
    assert (track.codec, track.rate, track.channels, track.layout) == ("aac", 48000, 2, "stereo")
    assert track.default and track.start == 0
    assert video.identity == identify(video.path)


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50", "60000/1001", "12"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "mov", "ts"])
def test_rates_are_exact(tmp_path, rate, suffix):
    if rate == "12" and suffix == "ts":
        pytest.skip("no rate of transport streams")
    video = probe(film(tmp_path / f"a.{suffix}", rate=rate, frames=40))
    assert video.frame_rate == Fraction(rate)
    assert not video.variable
    assert video.duration == 40 / Fraction(rate)
    assert video.frames == 40


@pytest.mark.parametrize(
    ("name", "codecs", "codec", "depth"),
    [
        ("a.mp4", films.HEVC, "hevc", 8),
        ("b.mp4", films.HEVC_10, "hevc", 10),
        ("c.mp4", films.AV1, "av1", 8),
        ("d.mov", films.PRORES, "prores", 10),
        ("e.mxf", (*films.MPEG2, "-c:a", "pcm_s16le"), "mpeg2video", 8),
        ("f.mkv", ("-c:v", "ffv1"), "ffv1", 8),
        ("g.avi", ("-c:v", "mpeg4", "-c:a", "pcm_s16le"), "mpeg4", 8),
        ("h.webm", ("-c:v", "libvpx", "-c:a", "libopus"), "vp8", 8),
    ],
)
def test_codecs(tmp_path, name, codecs, codec, depth):
    sound = [Tone()] if "-c:a" in codecs else []
    video = probe(film(tmp_path / name, codecs=codecs, sound=sound))
    assert (video.picture.codec, video.picture.bit_depth) == (codec, depth)
    assert (video.duration, video.frame_rate, video.variable) == (2, 25, False)
    assert len(video.sound) == len(sound)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_variable_rate(tmp_path, suffix):
    dropped = "select='not(between(n,10,19))'"
    path = film(tmp_path / f"a.{suffix}", filters=dropped, extra=("-fps_mode", "vfr"))
    video = probe(path)
    assert video.variable
    assert (video.frame_rate, video.duration) == (25, 2)


def test_a_start_time_other_than_zero(tmp_path):
    path = film(tmp_path / "a.ts", sound=[Tone()])
    video = probe(path)
    assert video.start_time > 1
    assert video.duration == 2
    assert abs(video.sound[0].start) < Fraction(1, 20)


def test_edit_list_that_cuts_the_head(tmp_path):
    path = film(tmp_path / "a.mp4", sound=[Tone()], codecs=(*films.H264, *films.PCM), extra=("-f", "mov"))
    cut = remux(path, tmp_path / "cut.mov", before=("-ss", "0.6"))
    video = probe(cut)
    assert video.start_time == 0
    assert abs(video.duration - Fraction(7, 5)) <= Fraction(1, 25)


def test_edit_list_that_delays_the_picture(tmp_path):
    path = film(tmp_path / "a.mp4", sound=[Tone()])
    late = tmp_path / "late.mp4"
    programs.run(
        [
            programs.ffmpeg(),
            "-v",
            "error",
            "-i",
            str(path),
            "-itsoffset",
            "0.4",
            "-i",
            str(path),
            "-map",
            "1:v",
            "-map",
            "0:a",
            "-c",
            "copy",
            str(late),
        ]
    )
    video = probe(late)
    assert video.start_time == Fraction(2, 5)
    assert video.duration == 2
    assert video.sound[0].start == Fraction(-2, 5)


@pytest.mark.parametrize(("turn", "width", "height"), [(90, 96, 160), (180, 160, 96), (-90, 96, 160)])
def test_rotation(tmp_path, turn, width, height):
    path = film(tmp_path / "a.mp4", frames=10)
    video = probe(remux(path, tmp_path / "b.mp4", before=("-display_rotation", str(turn))))
    assert (video.picture.rotation, video.picture.width, video.picture.height) == (-turn % 360, width, height)


def test_pixel_aspect(tmp_path):
    path = film(tmp_path / "a.mp4", frames=5, size=(160, 128), filters="setsar=64/45")
    picture = probe(path).picture
    assert (picture.pixel_aspect, picture.width, picture.height) == (Fraction(64, 45), 228, 128)


@pytest.mark.parametrize("size", [(16, 16), (90, 160), (162, 98)])
def test_odd_sizes(tmp_path, size):
    picture = probe(film(tmp_path / "a.mp4", frames=5, size=size)).picture
    assert (picture.width, picture.height) == size


def test_one_frame(tmp_path):
    video = probe(film(tmp_path / "a.mp4", frames=1))
    assert (video.frames, video.duration, video.variable) == (1, Fraction(1, 25), False)


def test_colour_tags(tmp_path):
    tags = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
    path = film(tmp_path / "a.mp4", frames=5, codecs=films.HEVC_10, filters=f"format=yuv420p10le,{tags}")
    colour = probe(path).picture.colour
    assert (colour.primaries, colour.transfer, colour.matrix) == ("bt2020", "smpte2084", "bt2020nc")
    assert colour.range == "tv"


def test_several_tracks(tmp_path):
    sound = [Tone(), Tone(channels=6), Tone(channels=1, rate=44100)]
    extra = ("-metadata:s:a:1", "language=deu", "-metadata:s:a:1", "title=Mix", "-disposition:a:0", "0")
    extra = (*extra, "-disposition:a:1", "default")
    video = probe(film(tmp_path / "a.mkv", sound=sound, codecs=(*films.H264, *films.PCM), extra=extra))
    assert [t.channels for t in video.sound] == [2, 6, 1]
    assert [t.rate for t in video.sound] == [48000, 48000, 44100]
    assert [t.default for t in video.sound] == [False, True, False]
    assert (video.sound[1].language, video.sound[1].title) == ("deu", "Mix")


def test_surround(tmp_path):
    tone = Tone(channels=6)
    (track,) = probe(film(tmp_path / "a.mov", sound=[tone], codecs=(*films.H264, *films.PCM))).sound
    assert (track.channels, track.layout) == (6, "5.1")


def test_subtitles_and_chapters(tmp_path):
    path = film(tmp_path / "a.mkv")
    (tmp_path / "t.srt").write_text("1\n00:00:00,100 --> 00:00:01,000\nhello\n\n")
    (tmp_path / "c.txt").write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=one\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=two\n"
    )
    both = tmp_path / "b.mkv"
    inputs = ["-i", str(path), "-i", str(tmp_path / "t.srt"), "-i", str(tmp_path / "c.txt")]
    maps = ["-map", "0", "-map", "1", "-map_chapters", "2", "-c", "copy", str(both)]
    programs.run([programs.ffmpeg(), "-v", "error", *inputs, *maps])
    video = probe(both)
    assert (video.subtitles, video.chapters) == (1, 2)


@pytest.mark.parametrize(
    ("suffix", "rate", "said", "source"),
    [
        ("mov", "25", "01:00:00:00", "tmcd"),
        ("mp4", "25", "10:11:12:13", "tmcd"),
        ("mov", "30000/1001", "00:59:59;28", "tmcd"),
        ("mov", "30000/1001", "01:00:00:02", "tmcd"),
        ("mov", "24000/1001", "01:00:00:23", "tmcd"),
        ("mkv", "25", "02:00:00:05", "container"),
    ],
)
def test_start_timecode(tmp_path, suffix, rate, said, source):
    path = film(tmp_path / f"a.{suffix}", rate=rate, frames=10)
    option = ("-timecode", said) if suffix != "mkv" else ("-metadata", f"timecode={said}")
    video = probe(remux(path, tmp_path / f"b.{suffix}", *option))
    assert str(video.start_timecode) == said
    assert video.start_timecode.drop == (";" in said)
    assert video.timecode_from == source


@pytest.mark.parametrize("said", ["01:02:03:04", "00:00:10;00"])
def test_start_timecode_of_mxf(tmp_path, said):
    rate = "30000/1001" if ";" in said else "25"
    codecs = (*films.MPEG2, "-c:a", "pcm_s16le")
    video = probe(
        film(tmp_path / "a.mxf", rate=rate, codecs=codecs, sound=[Tone()], extra=("-timecode", said))
    )
    assert (str(video.start_timecode), video.timecode_from) == (said, "mxf")


def test_a_timecode_track_that_counts_half_as_fast(tmp_path):
    path = film(tmp_path / "a.mov", rate="60000/1001", frames=10)
    path = remux(path, tmp_path / "b.mov", "-timecode", "01:00:00;30")
    data = bytearray(path.read_bytes())
    entry = data.index(b"tmcd", data.index(b"stsd", data.index(b"gmin"))) + 4
    assert struct.unpack(">IIB", data[entry + 16 : entry + 25]) == (60000, 1001, 60)
    data[entry + 16 : entry + 25] = struct.pack(">IIB", 60000, 2002, 30)
    count = struct.pack(">I", Timecode.parse("01:00:00;30", Fraction(60000, 1001)).frame)
    half = struct.pack(">I", Timecode.parse("01:00:00;15", Fraction(30000, 1001)).frame)
    assert data.count(count) == 1
    path.write_bytes(data.replace(count, half))
    video = probe(path)
    assert str(video.start_timecode) == "01:00:00;30"


def test_start_timecode_given_by_the_user(tmp_path):
    path = film(tmp_path / "a.mp4", frames=10)
    video = probe(path, start_tc="01:00:00:10")
    assert (video.start_timecode, video.timecode_from) == (Timecode(90010, Fraction(25)), "given")
    with pytest.raises(DocumentError, match="25 frames a second"):
        probe(path, start_tc="01:00:00:99")


@pytest.fixture(scope="module")
def ten_hours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    path = films.long_film(folder)
    return {"mp4": path, "mkv": remux(path, folder / "b.mkv")}


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_ten_hours_are_probed_fast(ten_hours, suffix):
    begun = time.process_time()
    video = probe(ten_hours[suffix])
    assert time.process_time() - begun < 1.5
    assert abs(video.duration - 36000) < 60
    assert video.frame_rate == 1


def test_identity_is_of_bytes_not_of_paths(tmp_path):
    path = film(tmp_path / "a.mp4", frames=5)
    copy = shutil.copy(path, tmp_path / "b.mp4")
    assert identify(path) == identify(copy)
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    assert identify(path) != identify(copy)


def test_identity_of_a_large_file_reads_little(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(1 << 34)
    begun = time.process_time()
    first = identify(path)
    assert time.process_time() - begun < 0.5
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"x")
    assert identify(path) != first


def test_names_with_odd_characters(tmp_path):
    folder = tmp_path / "Füße 100% [a]"
    folder.mkdir()
    path = shutil.copy(film(tmp_path / "a.mp4", frames=5), folder / "-x ' \"%03d.mp4")
    assert probe(path).frames == 5
