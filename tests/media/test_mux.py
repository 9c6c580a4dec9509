import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.media.cases import chapters, heard, lag, make, new_sound, packets, pictures, scored, times, words
from tests.media.films import H264, film
from v2a.errors import Cancelled
from v2a.media import mux, programs
from v2a.media.probe import probe
from v2a.media.writer import SoundWriter
from v2a.model import Video

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
    "closed.mov",
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


@pytest.mark.parametrize("codec", ["aac", "flac", "ac3", "libopus"])
def test_coded_sound_in_matroska_lies_within_a_millisecond(films, tmp_path, codec):
    """By the clock of the file, which counts in milliseconds; a coder's delay is said in it and left out in playing."""
    output = tmp_path / "out.mkv"
    sound = scored(films("df.mov"), output, audio_codec=codec)
    after = probe(output)
    assert abs(lag(heard(after, after.sound[0].index), sound)) <= 48


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


def test_cancelling_leaves_nothing_behind(films, tmp_path):
    video = probe(films("plain.mp4"))
    new_sound(tmp_path / "mix.wav", video)
    tracks = [mux.MuxTrack(tmp_path / "mix.wav", "Mix")]
    with pytest.raises(Cancelled):
        mux.mux(video, tmp_path / "out.mov", tracks, by=programs.Ffmpeg(cancelled=lambda: True))
    assert [p.name for p in tmp_path.iterdir()] == ["mix.wav"]


def test_one_frame_is_enough(tmp_path):
    source = film(tmp_path / "one.mp4", frames=1, codecs=H264)
    sound = scored(source, tmp_path / "out.mp4")
    assert sound.shape[1] == 1920
    assert probe(tmp_path / "out.mp4").duration == Fraction(1, 25)


def test_float_sound_is_rounded_to_24_bits_and_not_cut_off(films, tmp_path):
    video = probe(films("silent.mp4"))
    sound = np.random.default_rng(7).uniform(-0.9, 0.9, (2, 57600)).astype(np.float32)
    with SoundWriter(tmp_path / "mix.wav", 48000, 2, "float") as writer:
        writer.write(sound)
    mux.mux(video, tmp_path / "out.mov", [mux.MuxTrack(tmp_path / "mix.wav", "Mix")])
    after = probe(tmp_path / "out.mov")
    error = heard(after, after.sound[0].index).astype(float) - sound
    assert np.abs(error).max() < 0.51 * 2**-23
