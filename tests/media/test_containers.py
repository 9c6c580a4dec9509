from pathlib import Path

import pytest

from tests.media.cases import heard, lag, make, scored
from v2a.errors import CannotWrite, UnknownName
from v2a.media import mux
from v2a.media.probe import probe


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    made: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in made:
            made[name] = make(tmp_path_factory.mktemp("film"), name)
        return made[name]

    return get


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
        ("closed.mov", ".mp4", None, CannotWrite, "eia_608 subtitles. .*ends in .mov"),
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
        ("closed.mov", ".mov"),
        ("camera.mxf", ".mov"),
        ("web.webm", ".mkv"),
        ("old.avi", ".mov"),
        ("start.ts", ".mp4"),
    ],
)
def test_the_suffix_is_of_the_same_family(films, name, suffix):
    assert mux.suffix_for(probe(films(name))) == suffix


def test_a_place_that_cannot_be_written_to_is_told_beforehand(films, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="Choose another place"):
        mux.check(probe(films("plain.mp4")), tmp_path / "file" / "out.mp4", None)
    mux.check(probe(films("plain.mp4")), tmp_path / "new" / "folder" / "out.mp4", None)
