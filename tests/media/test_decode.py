"""The decode pass: frames and blocks at the file's own times, the same from wherever it starts."""

import itertools
import os
import time
from fractions import Fraction

import numpy as np
import pytest

from tests.media import films
from tests.media.films import Tone, film, remux
from tests.media.watching import watched
from v2a.interfaces import PictureNeed, SoundNeed
from v2a.media import programs
from v2a.media.probe import probe
from v2a.model import Span

EVERY = PictureNeed(80, 48)
GREY = PictureNeed(40, 24, pixels="gray")
MONO = SoundNeed(16000, 1600)
STEREO = SoundNeed(48000, 4800, 2)


def test_every_frame_and_every_block(tmp_path):
    video = probe(film(tmp_path / "a.mp4", sound=[Tone(beeps=(0.5, 1.25))]))
    got = watched(video, [EVERY, GREY], [MONO, STEREO])
    assert got.numbers(EVERY) == got.numbers(GREY) == list(range(50))
    assert got.pixels[EVERY].shape == (50, 48, 80, 3)
    assert got.pixels[GREY].shape == (50, 24, 40, 1)
    assert got.times[EVERY] == pytest.approx([n / 25 for n in range(50)])
    assert got.starts[MONO] == [Fraction(n, 10) for n in range(20)]
    assert got.sound[MONO].shape == (1, 32000)
    assert got.sound[STEREO].shape == (2, 96000)
    for need in (MONO, STEREO):
        assert got.beeps(need) == pytest.approx([0.5, 1.25], abs=0.001)
    assert got.lost == ()


FORMATS = [
    ("h264.mkv", films.H264, "24000/1001"),
    ("h264.ts", films.H264, "25"),
    ("h264.mov", films.H264, "60000/1001"),
    ("hevc10.mp4", films.HEVC_10, "30000/1001"),
    ("open.mp4", (*films.HEVC, "-x265-params", "log-level=none:keyint=12:open-gop=1"), "25"),
    ("av1.mp4", films.AV1, "25"),
    ("prores.mov", films.PRORES, "24000/1001"),
    ("mpeg2.mxf", films.MPEG2, "25"),
    ("mpeg4.avi", ("-c:v", "mpeg4", "-g", "12"), "25"),
    ("vp9.webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "12"), "25"),
]


@pytest.mark.parametrize(("name", "codecs", "rate"), FORMATS, ids=[f[0] for f in FORMATS])
def test_any_start_gives_the_same_pixels(tmp_path, name, codecs, rate):
    sound = {"mxf": "pcm_s16le", "webm": "libopus", "mov": "pcm_s24le", "avi": "pcm_s16le"}
    codec = sound.get(name.partition(".")[2], "aac")
    path = film(
        tmp_path / name, frames=96, rate=rate, codecs=(*codecs, "-c:a", codec), sound=[Tone((0.5, 2.5), 4)]
    )
    video = probe(path)
    whole = watched(video, [EVERY], [MONO])
    assert whole.numbers(EVERY) == list(range(96))
    assert np.allclose(whole.times[EVERY], [float(n / Fraction(rate)) for n in range(96)], atol=6e-4)
    assert whole.beeps(MONO)[0] == pytest.approx(0.5, abs=0.0015)
    for start in (Fraction(1, 3), Fraction(31, 20), video.duration * 4 / 5):
        span = Span(start, min(start + 1, video.duration))
        part = watched(video, [EVERY], [MONO], span)
        wanted = [n for n, t in enumerate(whole.times[EVERY]) if span.start <= t < span.end]
        assert part.numbers(EVERY) == wanted
        assert np.array_equal(part.pixels[EVERY], whole.pixels[EVERY][wanted])
        first = int(part.starts[MONO][0] * 16000)
        assert part.starts[MONO][0] >= span.start > part.starts[MONO][0] - Fraction(1, 10)
        assert part.starts[MONO][-1] < span.end <= part.starts[MONO][-1] + Fraction(1, 10)
        there = part.sound[MONO].shape[1]
        assert np.allclose(part.sound[MONO], whole.sound[MONO][:, first : first + there], atol=2e-4)


def test_spans_that_meet_give_each_frame_once(tmp_path):
    video = probe(film(tmp_path / "a.mp4", rate="30000/1001", frames=60, sound=[Tone()]))
    need = PictureNeed(80, 48, Fraction(7))
    cuts = [Fraction(0), Fraction(1, 3), Fraction(2, 3), Fraction(1001, 1000), video.duration]
    spans = [Span(a, b) for a, b in itertools.pairwise(cuts)]
    parts = [watched(video, [EVERY, need], [MONO], span) for span in spans]
    whole = watched(video, [EVERY, need], [MONO])
    for each in (EVERY, need):
        assert [t for part in parts for t in part.times[each]] == whole.times[each]
        assert np.array_equal(np.concatenate([p.pixels[each] for p in parts]), whole.pixels[each])
    assert [s for part in parts for s in part.starts[MONO]] == whole.starts[MONO]


@pytest.mark.parametrize(
    "rate", [Fraction(4), Fraction(8), Fraction(25), Fraction(60), Fraction(24000, 1001)]
)
def test_a_rate_holds_and_drops_frames(tmp_path, rate):
    video = probe(film(tmp_path / "a.mp4"))
    got = watched(video, [PictureNeed(80, 48, rate)])
    (need,) = got.times
    times = [n / rate for n in range(-(-2 * rate.numerator // rate.denominator))]
    assert got.times[need] == pytest.approx([float(t) for t in times])
    assert got.numbers(need) == [int(t * 25) for t in times]


def test_a_rate_in_a_container_that_counts_milliseconds(tmp_path):
    rate = Fraction(24000, 1001)
    video = probe(film(tmp_path / "a.mkv", rate="24000/1001", frames=96))
    need = PictureNeed(80, 48, rate)
    assert watched(video, [need]).numbers(need) == list(range(96))


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_variable_rate_keeps_the_files_times(tmp_path, suffix):
    dropped = "select='not(between(n,10,19))'"
    video = probe(film(tmp_path / f"a.{suffix}", filters=dropped, extra=("-fps_mode", "vfr")))
    kept = [n for n in range(50) if not 10 <= n <= 19]
    need = PictureNeed(80, 48, Fraction(25))
    got = watched(video, [EVERY, need])
    assert got.numbers(EVERY) == kept
    assert got.times[EVERY] == pytest.approx([n / 25 for n in kept])
    assert got.numbers(need) == [n if n in kept else 9 for n in range(50)]
    held = watched(video, [need, EVERY], (), Span(Fraction(3, 5), Fraction(1)))
    assert held.numbers(need) == [9] * 5 + [20, 21, 22, 23, 24]
    assert held.numbers(EVERY) == [20, 21, 22, 23, 24]


def test_start_time_and_edit_lists(tmp_path):
    path = film(tmp_path / "a.mov", sound=[Tone((0.5, 1.5))], codecs=(*films.H264, *films.PCM))
    cut = probe(remux(path, tmp_path / "cut.mov", before=("-ss", "0.6")))
    got = watched(cut, [EVERY], [STEREO])
    first = got.numbers(EVERY)[0]
    assert first in (15, 16)
    assert got.times[EVERY][0] == 0
    assert got.beeps(STEREO) == pytest.approx([1.5 - 0.6], abs=0.025)
    late = tmp_path / "late.mp4"
    inputs = ["-i", str(path), "-itsoffset", "0.4", "-i", str(path), "-map", "1:v", "-map", "0:a"]
    programs.run([programs.ffmpeg(), "-v", "error", *inputs, "-c:v", "copy", "-c:a", "aac", str(late)])
    got = watched(probe(late), [EVERY], [STEREO])
    assert (got.numbers(EVERY)[0], got.times[EVERY][0]) == (0, 0)
    assert got.beeps(STEREO) == pytest.approx([0.1, 1.1], abs=0.002)


@pytest.mark.parametrize(("seconds", "start"), [(0.8, 0.0), (4.0, 0.0), (1.0, 0.5)])
def test_sound_shorter_longer_and_later_than_the_picture(tmp_path, seconds, start):
    tone = Tone((0.25,), seconds, start=start)
    video = probe(film(tmp_path / "a.mov", sound=[tone], codecs=(*films.H264, *films.PCM)))
    assert video.duration == 2
    got = watched(video, [EVERY], [STEREO])
    assert got.sound[STEREO].shape == (2, 96000)
    assert got.beeps(STEREO) == pytest.approx([0.25 + start], abs=0.001)
    assert not got.sound[STEREO][:, : int(start * 48000)].any()


def test_the_last_block_is_filled_up(tmp_path):
    video = probe(film(tmp_path / "a.mov", sound=[Tone((), 4, steady=0.5)], codecs=(*films.H264, *films.PCM)))
    need = SoundNeed(48000, 36000, 1)
    got = watched(video, (), [need])
    assert got.sound[need].shape == (1, 108000)
    assert np.abs(got.sound[need][0, 95000:96000]).max() > 0.4
    assert not got.sound[need][0, 96000:].any()


def test_no_sound(tmp_path):
    got = watched(probe(film(tmp_path / "a.mp4")), [EVERY], [MONO])
    assert len(got.times[EVERY]) == 50
    assert got.sound == {}


def test_no_needs_and_an_empty_span(tmp_path):
    video = probe(film(tmp_path / "a.mp4", sound=[Tone()]))
    assert watched(video).times == {}
    got = watched(video, [EVERY], [MONO], Span(Fraction(1), Fraction(1)))
    assert (got.times, got.starts) == ({}, {})
    got = watched(video, [EVERY], [MONO], Span(Fraction(9), Fraction(10)))
    assert (got.times, got.starts) == ({}, {})


def test_surround_is_folded_without_its_lfe(tmp_path):
    gains = {"FL": 0.5, "FR": 0.5, "FC": 0.707, "LFE": 0, "BL": 0.354, "BR": 0.354}
    for number, (name, gain) in enumerate(gains.items()):
        pan = "|".join(f"c{n}={'c0' if n == number else '0*c0'}" for n in range(6))
        path = tmp_path / f"{name}.mov"
        tone = Tone((), steady=0.5, channels=1)
        film(path, frames=25, sound=[tone], codecs=(*films.H264, *films.PCM), extra=("-af", f"pan=5.1|{pan}"))
        video = probe(path)
        assert video.sound[0].channels == 6
        level = np.abs(watched(video, (), [MONO]).sound[MONO][0, 4000:12000]).max()
        assert level == pytest.approx(0.5 * gain, abs=0.01)


def test_one_frame(tmp_path):
    video = probe(film(tmp_path / "a.mp4", frames=1, sound=[Tone()]))
    need = PictureNeed(80, 48, Fraction(50))
    got = watched(video, [EVERY, need], [STEREO])
    assert (got.times[EVERY], got.times[need]) == ([0.0], [0.0, 0.02])
    assert got.sound[STEREO].shape == (2, 4800)


def test_damage_in_the_middle_is_told_and_passed_over(tmp_path):
    path = film(tmp_path / "a.mp4", frames=100, sound=[Tone((0.5, 3.5), 4)])
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    middle = start + (data.index(b"moov") - start) // 2
    data[middle : middle + 400] = os.urandom(400)
    path.write_bytes(data)
    need = PictureNeed(80, 48, Fraction(25))
    got = watched(probe(path), [EVERY, need], [MONO])
    assert got.numbers(EVERY)[:20] == list(range(20))
    assert got.numbers(EVERY)[-20:] == list(range(80, 100))
    assert len(got.times[need]) == 100
    assert got.lost
    assert all(0 < each.span.start < each.span.end < 4 for each in got.lost)
    assert len(got.starts[MONO]) == 40


def test_cut_short_with_its_index(tmp_path):
    path = film(tmp_path / "a.mp4", frames=100, sound=[Tone((), 4)], extra=("-movflags", "+faststart"))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    video = probe(path)
    need = PictureNeed(80, 48, Fraction(25))
    got = watched(video, [EVERY, need], [MONO])
    assert got.numbers(EVERY)[:30] == list(range(30))
    assert len(got.times[need]) == video.duration * 25
    late = watched(video, [need], [MONO], Span(video.duration - Fraction(1, 25), video.duration))
    assert len(late.times[need]) == 1


def test_ten_hours_are_entered_fast(tmp_path):
    path = films.long_film(tmp_path)
    for each in (path, remux(path, tmp_path / "b.mkv")):
        video = probe(each)
        begun = time.process_time()
        got = watched(video, [EVERY], [MONO], Span(video.duration - 100, video.duration - 90))
        assert time.process_time() - begun < 3
        assert len(got.times[EVERY]) == 10
        assert len(got.starts[MONO]) == 100
