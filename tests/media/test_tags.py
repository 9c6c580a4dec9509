from pathlib import Path

import av
import pytest

from tests.media.films import AAC, H264, PCM, Tone, film, remux
from v2a.media import mux
from v2a.media.probe import probe
from v2a.media.tags import Tags, tags
from v2a.media.writer import SoundWriter

CAMERA = (
    *("-movflags", "use_metadata_tags", "-metadata", "com.apple.quicktime.make=Camera"),
    *("-metadata", "title=Holiday", "-metadata", "creation_time=2020-01-02T03:04:05Z"),
)
REEL = ("-timecode", "01:00:00:00", "-metadata:s:v", "reel_name=A001")


def said(path: Path) -> dict[str, str]:
    with av.open(str(path)) as opened:
        return dict(opened.metadata)


def scored(source: Path, output: Path) -> Path:
    video = probe(source)
    with SoundWriter(output.parent / "mix.wav", 48000, 2) as writer:
        writer.write([[0.0] * 48000] * 2)
    mux.mux(video, output, [mux.MuxTrack(output.parent / "mix.wav", "Mix")])
    return output


@pytest.fixture
def plain(tmp_path) -> Path:
    return film(tmp_path / "plain.mov", frames=25, sound=[Tone(seconds=1)], codecs=(*H264, *AAC))


def test_a_film_that_says_nothing(plain):
    assert tags(probe(plain)) == Tags()


@pytest.mark.parametrize("suffix", [".mov", ".mp4"])
def test_a_cameras_own_keys_and_its_date_are_kept(plain, tmp_path, suffix):
    source = remux(plain, tmp_path / "camera.mov", *CAMERA)
    assert tags(probe(source)).camera
    kept = said(scored(source, tmp_path / f"out{suffix}"))
    assert kept["com.apple.quicktime.make"] == "Camera"
    assert kept["title"] == "Holiday"
    assert kept["creation_time"].startswith("2020-01-02T03:04:05")
    assert ";" not in kept["major_brand"]


def test_the_reel_stays_with_the_timecode(tmp_path):
    tone = [Tone(seconds=1)]
    source = film(tmp_path / "reel.mov", frames=25, sound=tone, codecs=(*H264, *PCM), extra=REEL)
    assert tags(probe(source)).reel == "A001"
    output = scored(source, tmp_path / "out.mov")
    assert tags(probe(output)).reel == "A001"
    assert str(probe(output).start_timecode) == "01:00:00:00"


def test_what_was_scored_before_is_not_called_original_twice(plain, tmp_path):
    first = scored(plain, tmp_path / "first.mkv")
    again = probe(scored(first, tmp_path / "again.mkv"))
    assert [track.title for track in again.sound] == ["Mix", "original: Mix", "original"]
