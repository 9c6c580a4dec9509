import tracemalloc
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from tests.media.films import H264, PCM, Tone, beeps_in, film, remux
from v2a.media import programs
from v2a.media.probe import probe
from v2a.media.production import chosen, production
from v2a.media.writer import SoundWriter
from v2a.model import Span

LOSSY = 48
"""One millisecond: a codec smears a beep's edge."""


def heard(path: Path, rate: int = 48000, channels: int = 2, **options) -> np.ndarray:
    with production(probe(path), rate, channels, **options) as blocks:
        return np.concatenate([np.zeros((channels, 0), np.float32), *blocks], axis=1)


def beeps(sound: np.ndarray, rate: int = 48000) -> list[int]:
    return [int(at * rate) for at in beeps_in(sound[0], rate)]


def noise(path: Path, seconds: float, channels: int = 2) -> np.ndarray:
    sound = np.random.default_rng(5).uniform(-0.5, 0.5, (channels, round(48000 * seconds))).astype(np.float32)
    with SoundWriter(path, 48000, channels) as writer:
        writer.write(sound)
    return soundfile.read(path, dtype="float32", always_2d=True)[0].T


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Path:
    return film(tmp_path_factory.mktemp("films") / "plain.mp4", sound=[Tone((0.5, 1.5))])


def test_blocks_are_equal_and_the_length_is_the_film(plain):
    with production(probe(plain), 48000, 2, block=7000) as blocks:
        lengths = [block.shape for block in blocks]
    assert lengths == [(2, 7000)] * 13 + [(2, 5000)]


def test_beeps_are_where_they_were(plain):
    assert beeps(heard(plain)) == pytest.approx([24000, 72000], abs=LOSSY)
    assert beeps(heard(plain, 16000), 16000) == pytest.approx([8000, 24000], abs=LOSSY // 3)


def test_pcm_comes_back_to_the_sample(tmp_path):
    sound = noise(tmp_path / "noise.wav", 2)
    picture = film(tmp_path / "silent.mov", codecs=H264)
    path = with_sound(picture, tmp_path / "noise.wav", tmp_path / "film.mov")
    assert np.array_equal(heard(path), sound)
    span = Span(Fraction(1, 3), Fraction(5, 3))
    assert np.array_equal(heard(path, span=span), sound[:, 16000:80000])
    assert np.array_equal(heard(path, channels=1), sound.mean(axis=0, keepdims=True))


def with_sound(picture: Path, sound: Path, target: Path, *options: str) -> Path:
    inputs = ["-i", str(picture), "-i", str(sound), "-map", "0:v", "-map", "1:a", "-c:v", "copy"]
    codec = options or ("-c:a", "pcm_s24le")
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, *codec, str(target)])
    return target


@pytest.mark.parametrize(
    ("suffix", "codec"), [(".mp4", "aac"), (".mkv", "aac"), (".mkv", "flac"), (".ts", "mp2")]
)
@pytest.mark.parametrize("rate", [48000, 44100])
def test_a_span_is_a_part_of_the_whole(tmp_path, suffix, codec, rate):
    exact = ("-aac_pns", "0") if codec == "aac" else ()  # a decoder draws that noise anew
    noise(tmp_path / "noise.wav", 3)
    picture = film(tmp_path / "silent.mp4", frames=75, codecs=H264)
    path = with_sound(picture, tmp_path / "noise.wav", tmp_path / f"film{suffix}", "-c:a", codec, *exact)
    whole = heard(path, rate)
    for start, end in ((0, 1), (Fraction(1, 7), Fraction(1, 2)), (Fraction(11, 7), Fraction(20, 7)), (2, 3)):
        span = Span(Fraction(start), Fraction(end))
        wanted = span.samples(rate)
        assert np.abs(heard(path, rate, span=span) - whole[:, wanted.start : wanted.stop]).max() < 1e-4


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".ts"])
def test_a_track_that_starts_late_or_ends_early_has_silence_around_it(tmp_path, suffix):
    path = film(tmp_path / f"film{suffix}", sound=[Tone((0.5,), seconds=1.0, start=0.5, steady=0.1)])
    sound = heard(path)
    assert sound.shape == (2, 96000)
    assert not sound[:, :22000].any()
    assert beeps_in(sound[0], 48000, 0.2)[0] == pytest.approx(1.0, abs=0.001)
    assert not sound[:, 76000:].any()


def test_sound_longer_than_the_picture_is_cut(tmp_path):
    path = film(tmp_path / "film.mov", frames=25, sound=[Tone((0.5,), seconds=3)], codecs=(*H264, *PCM))
    assert heard(path).shape == (2, 48000)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".ts", ".mkv"])
def test_zero_is_the_first_frame_shown(tmp_path, suffix):
    """The picture begins 0.4 s after the sound; what came before it is left out."""
    picture = film(tmp_path / "silent.mp4", codecs=H264)
    sound = film(tmp_path / "sound.mp4", sound=[Tone((0.9,))])
    path = tmp_path / f"film{suffix}"
    inputs = ["-itsoffset", "0.4", "-i", str(picture), "-i", str(sound)]
    maps = ["-map", "0:v", "-map", "1:a", "-c", "copy"]
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, *maps, str(path)])
    assert beeps(heard(path)) == pytest.approx([24000], abs=LOSSY)


def test_an_edit_list_is_respected(plain, tmp_path):
    path = remux(plain, tmp_path / "edit.mp4", before=("-ss", "0.3"))
    assert beeps(heard(path))[0] == pytest.approx(0.2 * 48000, abs=LOSSY)


def test_a_gap_in_the_timestamps_is_filled(tmp_path):
    path = film(tmp_path / "film.mkv", sound=[Tone((0.5, 1.5), steady=0.2)])
    holed = without(path, tmp_path / "holed.mkv", 0.8, 1.2)
    sound = heard(holed)
    assert not sound[:, 41000:56000].any()
    assert list(beeps_in(sound[0], 48000, 0.3)) == pytest.approx([0.5, 1.5], abs=0.002)


def without(source: Path, target: Path, start: float, end: float) -> Path:
    with av.open(str(source)) as film_in, av.open(str(target), "w") as film_out:
        streams = {s.index: film_out.add_stream_from_template(s) for s in film_in.streams}
        for packet in film_in.demux():
            sound = packet.stream.type == "audio"
            if packet.size == 0 or (sound and start < packet.pts * packet.time_base < end):
                continue
            packet.stream = streams[packet.stream.index]
            film_out.mux(packet)
    return target


def test_a_packet_that_cannot_be_read_leaves_silence(tmp_path):
    path = film(tmp_path / "film.ts", sound=[Tone((0.5, 1.5))], codecs=(*H264, "-c:a", "ac3"))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 188 * 188
    data[middle : middle + 188 * 30] = bytes(188 * 30)
    broken = tmp_path / "broken.ts"
    broken.write_bytes(data)
    assert heard(broken).shape[1] > 40000


def test_a_film_without_sound_is_silent(tmp_path):
    path = film(tmp_path / "film.mp4", codecs=H264)
    sound = heard(path, 44100, 1)
    assert sound.shape == (1, 88200)
    assert not sound.any()


def test_tracks_are_chosen_by_index_or_by_default(tmp_path):
    tracks = ("-disposition:a:0", "0", "-disposition:a:1", "default")
    path = film(tmp_path / "film.mov", sound=[Tone((0.5,)), Tone((1.5,))], extra=tracks)
    video = probe(path)
    assert chosen(video) == video.sound[1]
    assert beeps(heard(path)) == pytest.approx([72000], abs=LOSSY)
    assert beeps(heard(path, track=video.sound[0].index)) == pytest.approx([24000], abs=LOSSY)


def test_two_mono_tracks_are_left_and_right(tmp_path):
    tones = [Tone((0.5,), channels=1), Tone((1.5,), channels=1), Tone((1.0,), channels=1)]
    path = film(tmp_path / "film.mov", sound=tones, codecs=(*H264, *PCM))
    sound = heard(path)
    assert beeps(sound[:1]) == pytest.approx([24000], abs=LOSSY)
    assert beeps(sound[1:]) == pytest.approx([72000], abs=LOSSY)
    first = probe(path).sound[0].index
    assert np.array_equal(*heard(path, track=first))
    assert beeps(heard(path, channels=1)) == pytest.approx([24000, 72000], abs=LOSSY)


def test_mono_tracks_in_other_languages_are_no_pair(tmp_path):
    tones = [Tone((0.5,), channels=1), Tone((1.5,), channels=1)]
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra")
    path = film(tmp_path / "film.mov", sound=tones, codecs=(*H264, *PCM), extra=languages)
    assert np.array_equal(*heard(path))


@pytest.mark.parametrize("layout", ["5.1", "5.1(side)"])
def test_surround_is_folded(tmp_path, layout):
    tone = Tone((), seconds=1, channels=6, layout=layout, steady=0.2, frequency=500)
    path = film(tmp_path / "film.mov", frames=25, sound=[tone], codecs=(*H264, *PCM))
    sound = heard(path)
    assert np.abs(sound).max() == pytest.approx(0.2 * (1 + 2 * np.sqrt(0.5)), rel=1e-3)
    assert heard(path, channels=6).shape == (6, 48000)


@pytest.mark.parametrize(
    "codec", ["pcm_s16be", "pcm_u8", "pcm_s32le", "pcm_f32le", "pcm_f64le", "alac", "mp3", "aac"]
)
def test_every_sample_format_has_its_level(tmp_path, codec):
    tone = Tone((), seconds=1, steady=0.4, frequency=500)
    path = film(tmp_path / "film.mov", frames=25, sound=[tone], codecs=(*H264, "-c:a", codec))
    assert np.abs(heard(path)[:, 5000:40000]).max() == pytest.approx(0.4, abs=0.02)


def test_memory_does_not_grow_with_length(tmp_path):
    path = film(tmp_path / "film.mp4", frames=500, rate="5", size=(32, 16), sound=[Tone((1,), seconds=100)])
    video = probe(path)
    tracemalloc.start()
    with production(video, 48000, 2) as blocks:
        assert sum(block.shape[1] for block in blocks) == 100 * 48000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12_000_000


def test_leaving_early_closes_the_film(plain):
    with production(probe(plain), 48000, 2) as blocks:
        assert next(blocks).shape == (2, 48000)
