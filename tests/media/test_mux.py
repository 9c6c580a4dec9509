import hashlib
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.films import AAC, AV1, H264, HEVC_10, MPEG2, PCM, PRORES, Tone, film, remux
from v2a.errors import Cancelled, CannotWrite, UnknownName
from v2a.media import mux, programs
from v2a.media.probe import probe
from v2a.media.production import production
from v2a.media.writer import SoundWriter
from v2a.model import Video

SOUND = (Tone((0.5,), steady=0.05),)
BLURAY = (
    "-color_primaries",
    "bt2020",
    "-color_trc",
    "smpte2084",
    "-colorspace",
    "bt2020nc",
    "-color_range",
    "tv",
)
CHAPTERS = """;FFMETADATA1
title=A film
artist=Somebody
[CHAPTER]
TIMEBASE=1/1000
START=0
END=800
title=one
[CHAPTER]
TIMEBASE=1/1000
START=800
END=2000
title=two
"""
WORDS = "1\n00:00:00,400 --> 00:00:01,000\nHello there\n"


def make(folder: Path, name: str) -> Path:
    """The films by name; each is one of the cases that the muxer must get right."""
    path = folder / name.replace(":", "")
    match name.split(":")[0]:
        case "plain.mp4" | "plain.mkv" | "start.ts":
            return film(path, frames=30, sound=SOUND)
        case "df.mov":
            return film(
                path,
                frames=30,
                rate="30000/1001",
                sound=SOUND,
                codecs=(*H264, *PCM),
                extra=code("01:00:00;00"),
            )
        case "film.mov":
            extra = ("-r", "24000/1001", *code("01:00:00:00"))
            return film(path, frames=30, rate="24000/1001", sound=SOUND, codecs=(*PRORES, *PCM), extra=extra)
        case "camera.mxf":
            tones = [Tone((0.5,), channels=1), Tone((0.6,), channels=1)]
            codecs = (*MPEG2, "-c:a", "pcm_s16le")
            return film(
                path, size=(720, 576), frames=10, sound=tones, codecs=codecs, extra=code("10:00:00:00")
            )
        case "variable.mp4":
            odd = "select='not(eq(mod(n,7),3))',settb=1/90000"
            return film(path, frames=30, sound=SOUND, filters=odd, extra=("-fps_mode", "passthrough"))
        case "edit.mp4":
            return remux(film(folder / "whole.mp4", sound=SOUND), path, before=("-ss", "0.3"))
        case "late.mp4":
            return film(path, frames=30, sound=[Tone((0.8,), start=0.3)])
        case "early.mp4":
            return early(folder, path)
        case "turned.mp4":
            return remux(film(folder / "flat.mp4", sound=SOUND), path, before=("-display_rotation", "90"))
        case "wide.mp4" | "wide.mkv":
            return film(path, frames=15, sound=SOUND, codecs=(*HEVC_10, *AAC), extra=BLURAY)
        case "two.mp4" | "two.mkv":
            tracks = ("-metadata:s:a:1", "title=Comment", "-metadata:s:a:1", "language=fra")
            return film(path, frames=30, sound=[*SOUND, Tone(channels=6)], extra=(*tracks, "-c:a:1", "ac3"))
        case "silent.mp4" | "silent.mkv":
            return film(path, frames=30, codecs=H264)
        case "new.mkv":
            return film(path, frames=15, sound=SOUND, codecs=(*AV1, "-c:a", "libopus"))
        case "web.webm":
            return film(
                path, frames=15, sound=SOUND, codecs=("-c:v", "libvpx", "-b:v", "200k", "-c:a", "libopus")
            )
        case "old.avi":
            return film(
                path, frames=30, sound=SOUND, codecs=("-c:v", "mpeg4", "-bf", "2", "-c:a", "libmp3lame")
            )
        case _:
            return captioned(folder, path)


def code(text: str) -> tuple[str, ...]:
    return ("-timecode", text)


def early(folder: Path, path: Path) -> Path:
    picture, sound = (
        film(folder / "picture.mp4", frames=30, codecs=H264),
        film(folder / "sound.mp4", sound=SOUND),
    )
    inputs = (
        "-itsoffset",
        "0.4",
        "-i",
        str(picture),
        "-i",
        str(sound),
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c",
        "copy",
    )
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, str(path)])
    return path


def captioned(folder: Path, path: Path) -> Path:
    (folder / "words.srt").write_text(WORDS)
    (folder / "chapters.txt").write_text(CHAPTERS)
    picture = film(folder / "bare.mp4", sound=SOUND)
    inputs = [item for name in (picture, "words.srt", "chapters.txt") for item in ("-i", str(folder / name))]
    text = "mov_text" if path.suffix in (".mp4", ".mov") else "srt"
    maps = ("-map", "0", "-map", "1", "-map_metadata", "2", "-c", "copy", "-c:s", text)
    tags = ("-metadata:s:a:0", "language=deu", "-metadata:s:s:0", "language=fra")
    programs.run([programs.ffmpeg(), "-v", "error", "-y", *inputs, *maps, *tags, str(path)])
    return path


NAMES = [
    "plain.mp4",
    "plain.mkv",
    "start.ts",
    "df.mov",
    "film.mov",
    "camera.mxf",
    "variable.mp4",
    "edit.mp4",
    "late.mp4",
    "early.mp4",
    "turned.mp4",
    "wide.mp4",
    "wide.mkv",
    "two.mp4",
    "silent.mp4",
    "silent.mkv",
    "new.mkv",
    "web.webm",
    "old.avi",
    "words.mp4",
    "words.mov",
    "words.mkv",
]
CASES = [(name, "") for name in NAMES] + [
    (name, suffix)
    for name in (
        "plain.mp4",
        "df.mov",
        "edit.mp4",
        "words.mp4",
        "words.mkv",
        "turned.mp4",
        "old.avi",
        "variable.mp4",
    )
    for suffix in (".mp4", ".mov", ".mkv")
    if not name.endswith(suffix) and (name, suffix) != ("edit.mp4", ".mkv")
]


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = make(tmp_path_factory.mktemp("film"), name)
        return made[name]

    return get


def new_sound(path: Path, video: Video, seed: int = 1) -> np.ndarray:
    length = video.span.samples(48000).length
    sound = np.random.default_rng(seed).uniform(-0.3, 0.3, (2, length)).astype(np.float32)
    with SoundWriter(path, 48000, 2) as writer:
        writer.write(sound)
    return sound


def scored(source: Path, output: Path, **options) -> np.ndarray:
    video = probe(source)
    folder = output.parent
    sound = new_sound(folder / "mix.wav", video)
    new_sound(folder / "fx.wav", video, 2)
    tracks = [mux.MuxTrack(folder / "mix.wav", "Mix", "eng"), mux.MuxTrack(folder / "fx.wav", "Effects")]
    mux.mux(video, output, tracks, **options)
    return sound


def heard(video: Video, track: int) -> np.ndarray:
    with production(video, 48000, 2, track) as blocks:
        return np.concatenate(list(blocks), axis=1)


def lag(first: np.ndarray, second: np.ndarray) -> int:
    size = 1 << 18
    product = np.fft.rfft(first[0], size) * np.fft.rfft(second[0], size).conj()
    return (int(np.fft.irfft(product).argmax()) + size // 2) % size - size // 2


def packets(path: Path, index: int) -> str:
    """A digest of the picture's packets, without what a container puts around them."""
    with av.open(str(path)) as opened:
        context = opened.streams[index].codec_context
        named = {"h264": "h264_mp4toannexb", "hevc": "hevc_mp4toannexb"}.get(context.name)
        digest = hashlib.md5()
        bare = av.BitStreamFilterContext(named, opened.streams[index]) if named else None
        for packet in opened.demux(opened.streams[index]):
            for one in bare.filter(packet) if bare else [packet]:
                digest.update(bytes(one))
        return digest.hexdigest()


def times(video: Video) -> list[float]:
    with av.open(video.path) as opened:
        stream = opened.streams[video.picture.index]
        return [float(f.pts * f.time_base - video.start_time) for f in opened.decode(stream)]


def pictures(video: Video) -> str:
    """A digest of the decoded picture."""
    with av.open(video.path) as opened:
        digest = hashlib.md5()
        for frame in opened.decode(opened.streams[video.picture.index]):
            digest.update(frame.to_ndarray(format="gray16le").tobytes())
        return digest.hexdigest()


def chapters(video: Video) -> list[tuple[float, str]]:
    with av.open(video.path) as opened:
        found = opened.chapters()
        start = video.start_time
        return [(round(float(c["start"] * c["time_base"] - start), 3), c["metadata"]["title"]) for c in found]


def words(video: Video) -> list[tuple[float, str | None]]:
    with av.open(video.path) as opened:
        streams = [s for s in opened.streams if s.type == "subtitle"]
        found = [p for s in streams for p in opened.demux(s) if p.size > 2]
        return [
            (round(float(p.pts * p.time_base - video.start_time), 2), p.stream.metadata.get("language"))
            for p in found
        ]


@pytest.mark.parametrize(("name", "suffix"), CASES)
def test_the_picture_stays_and_the_sound_lies_on_it(films, tmp_path, name, suffix):
    source = films(name)
    before = probe(source)
    output = tmp_path / f"out{suffix or mux.suffix_for(before)}"
    sound = scored(source, output)
    after = probe(output)
    if before.container != "mpegts":
        assert packets(source, before.picture.index) == packets(output, after.picture.index)
    assert pictures(before) == pictures(after)
    assert times(after) == pytest.approx(times(before), abs=0.0011 if output.suffix == ".mkv" else 1e-4)
    assert after.picture == before.picture.__class__(
        **{f: getattr(before.picture, f) for f in before.picture.__slots__} | {"index": after.picture.index}
    )
    assert str(after.start_timecode) == str(before.start_timecode)
    assert [title for _, title in chapters(after)] == [title for _, title in chapters(before)]
    assert [at for at, _ in chapters(after)] == pytest.approx([at for at, _ in chapters(before)], abs=0.0011)
    assert [at for at, _ in words(after)] == pytest.approx([at for at, _ in words(before)], abs=0.011)
    assert len(after.sound) == 2 + len(before.sound)
    assert [track.default for track in after.sound] == [True] + [False] * (len(after.sound) - 1)
    assert_sound(before, after, sound)


def assert_sound(before: Video, after: Video, sound: np.ndarray) -> None:
    new = heard(after, after.sound[0].index)
    assert abs(lag(new, sound)) <= (48 if after.path.endswith(".mkv") else 0)
    if after.sound[0].codec == "pcm_s24le":
        assert np.abs(new - sound).max() <= 2**-23 or after.path.endswith(".mkv")
    for old, kept in zip(before.sound, after.sound[2:], strict=True):
        assert abs(lag(heard(after, kept.index), heard(before, old.index))) <= 48


@pytest.mark.parametrize("name", ["plain.mp4", "df.mov", "edit.mp4", "early.mp4", "start.ts", "variable.mp4"])
def test_another_program_finds_the_sound_on_the_same_sample(films, tmp_path, name):
    """As a player does it: both streams through ffmpeg, without a word about where they start."""
    source = films(name)
    output = tmp_path / f"out{mux.suffix_for(probe(source))}"
    sound = scored(source, output)
    other = shutil.which("ffmpeg") or programs.ffmpeg()
    args = [
        other,
        "-v",
        "error",
        "-i",
        str(output),
        "-map",
        "0:v:0",
        "-map",
        "0:a:0",
        "-c:v",
        "mjpeg",
        "-c:a",
    ]
    programs.run([*args, "pcm_s16le", str(tmp_path / "seen.mov")])
    with av.open(str(tmp_path / "seen.mov")) as seen:
        assert seen.streams.video[0].start_time == seen.streams.audio[0].start_time == 0
    seen_video = probe(tmp_path / "seen.mov")
    assert lag(heard(seen_video, seen_video.sound[0].index), sound) == 0


@pytest.mark.parametrize("name", ["plain.mp4", "df.mov", "words.mkv"])
def test_the_same_input_gives_the_same_bytes(films, tmp_path, name):
    source = films(name)
    suffix = mux.suffix_for(probe(source))
    for output in ("a", "b"):
        scored(source, tmp_path / f"{output}{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_tracks_have_titles_languages_and_an_order(films, tmp_path):
    scored(films("two.mkv"), tmp_path / "out.mkv")
    after = probe(tmp_path / "out.mkv")
    assert [t.title for t in after.sound] == ["Mix", "Effects", "original", "original: Comment"]
    assert [t.language for t in after.sound] == ["eng", "", "", "fra"]
    assert after.sound[3].channels == 6
    scored(films("two.mkv"), tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as opened:
        names = [s.metadata["handler_name"] for s in opened.streams.audio]
    assert names == ["Mix", "Effects", "original", "original: Comment"]


def test_another_track_may_be_the_default(films, tmp_path):
    video = probe(films("silent.mp4"))
    new_sound(tmp_path / "a.wav", video)
    tracks = [mux.MuxTrack(tmp_path / "a.wav", "One"), mux.MuxTrack(tmp_path / "a.wav", "Two", default=True)]
    mux.mux(video, tmp_path / "out.mov", tracks)
    assert [t.default for t in probe(tmp_path / "out.mov").sound] == [False, True]


def test_the_original_may_be_left_away_and_the_metadata_stays(films, tmp_path):
    scored(films("words.mp4"), tmp_path / "out.mp4", original=False)
    assert len(probe(tmp_path / "out.mp4").sound) == 2
    with av.open(str(tmp_path / "out.mp4")) as opened:
        assert opened.metadata["title"] == "A film"
        assert opened.metadata["artist"] == "Somebody"


def test_captions_keep_their_language(films, tmp_path):
    for name, suffix in (("words.mp4", ".mkv"), ("words.mov", ".mp4"), ("words.mkv", ".mov")):
        scored(films(name), tmp_path / f"out{suffix}")
        assert words(probe(tmp_path / f"out{suffix}")) == [(pytest.approx(0.4, abs=0.002), "fra")]


@pytest.mark.parametrize(
    ("name", "suffix", "codec", "found"),
    [
        ("plain.mp4", ".mp4", None, "aac"),
        ("plain.mp4", ".mov", None, "pcm_s24le"),
        ("plain.mp4", ".mkv", None, "pcm_s24le"),
        ("plain.mp4", ".mp4", "alac", "alac"),
        ("plain.mp4", ".mp4", "opus", "opus"),
        ("plain.mp4", ".mkv", "flac", "flac"),
        ("plain.mp4", ".mov", "aac", "aac"),
        ("plain.mp4", ".mov", "pcm_s16le", "pcm_s16le"),
        ("plain.mp4", ".mkv", "ac3", "ac3"),
        ("plain.mp4", ".mp4", "mp3", "mp3"),
    ],
)
def test_the_codec_is_the_containers_own_or_the_one_asked_for(films, tmp_path, name, suffix, codec, found):
    output = tmp_path / f"out{suffix}"
    sound = scored(films(name), output, audio_codec=codec)
    after = probe(output)
    assert after.sound[0].codec.removesuffix("float") == found
    assert abs(lag(heard(after, after.sound[0].index), sound)) <= (320 if found == "ac3" else 48)


@pytest.mark.parametrize(
    ("name", "suffix", "codec", "error", "words"),
    [
        ("plain.mp4", ".avi", None, CannotWrite, "ends in .mp4"),
        ("plain.mp4", "", None, CannotWrite, "ends in .mp4"),
        ("film.mov", ".mp4", None, CannotWrite, "ends in .mov or .mkv"),
        ("edit.mp4", ".mkv", None, CannotWrite, "ends in .mov or .mp4"),
        ("web.webm", ".mov", None, CannotWrite, "ends in .mkv"),
        ("plain.mp4", ".mp4", "pcm_s24le", CannotWrite, ".mov or .mkv"),
        ("plain.mp4", ".mov", "flac", CannotWrite, ".mp4 or .mkv"),
        ("plain.mp4", ".mp4", "cassette", UnknownName, "aac"),
    ],
)
def test_what_a_container_cannot_hold_is_refused_beforehand(
    films, tmp_path, name, suffix, codec, error, words
):
    with pytest.raises(error, match=words):
        mux.check(probe(films(name)), tmp_path / f"out{suffix}", codec)


def test_the_film_itself_and_folders_are_never_written_to(films, tmp_path):
    source = films("plain.mp4")
    before = source.read_bytes()
    link = tmp_path / "link.mp4"
    link.symlink_to(source)
    (tmp_path / "folder.mp4").mkdir()
    for output in (source, link, tmp_path / "folder.mp4"):
        with pytest.raises(CannotWrite):
            mux.check(probe(source), output, None)
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("plain.mp4", ".mp4"),
        ("df.mov", ".mov"),
        ("words.mkv", ".mkv"),
        ("camera.mxf", ".mov"),
        ("web.webm", ".mkv"),
        ("old.avi", ".mov"),
        ("start.ts", ".mp4"),
    ],
)
def test_the_suffix_is_of_the_same_family(films, name, suffix):
    assert mux.suffix_for(probe(films(name))) == suffix


def test_cancelling_leaves_nothing_behind(films, tmp_path):
    video = probe(films("plain.mp4"))
    new_sound(tmp_path / "mix.wav", video)
    tracks = [mux.MuxTrack(tmp_path / "mix.wav", "Mix")]
    with pytest.raises(Cancelled):
        mux.mux(video, tmp_path / "out.mov", tracks, cancelled=lambda: True)
    assert [p.name for p in tmp_path.iterdir()] == ["mix.wav"]


def test_one_frame_is_enough(tmp_path):
    source = film(tmp_path / "one.mp4", frames=1, codecs=H264)
    sound = scored(source, tmp_path / "out.mp4")
    assert sound.shape[1] == 1920
    assert probe(tmp_path / "out.mp4").duration == Fraction(1, 25)
