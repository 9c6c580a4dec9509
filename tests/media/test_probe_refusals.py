"""Probing what is no film, or only a part of one."""

import os
from pathlib import Path

import pytest

from tests.media.films import film
from v2a.errors import (
    FileDamaged,
    FileEmpty,
    FileMissing,
    InputError,
    IsADirectory,
    NoPicture,
    NotAVideo,
    Unreadable,
)
from v2a.media import programs
from v2a.media.probe import probe


def test_cut_short_with_its_index(tmp_path):
    path = film(tmp_path / "a.mp4", frames=100, extra=("-movflags", "+faststart"))
    data = path.read_bytes()
    short = tmp_path / "short.mp4"
    short.write_bytes(data[: len(data) * 2 // 3])
    video = probe(short)
    assert 1 < video.duration < 4
    assert video.frames == video.duration * 25


def test_cut_short_without_its_index(tmp_path):
    path = film(tmp_path / "a.mp4")
    short = tmp_path / "short.mp4"
    short.write_bytes(path.read_bytes()[:-1500])
    with pytest.raises(FileDamaged, match="Copy or export it again"):
        probe(short)


def test_no_such_file(tmp_path):
    with pytest.raises(FileMissing, match="no such file"):
        probe(tmp_path / "none.mp4")
    (tmp_path / "file").touch()
    with pytest.raises(FileMissing):
        probe(tmp_path / "file" / "a.mp4")


def test_a_folder(tmp_path):
    with pytest.raises(IsADirectory, match="folder"):
        probe(tmp_path)


def test_an_empty_file(tmp_path):
    (tmp_path / "a.mp4").touch()
    with pytest.raises(FileEmpty, match="empty"):
        probe(tmp_path / "a.mp4")


@pytest.mark.parametrize(
    "text", ["hello\n" * 500, "#EXTM3U\n#EXTINF:1,\nother.ts\n", "ffconcat version 1.0\nfile x\n"]
)
def test_text_is_not_a_video(tmp_path, text):
    path = tmp_path / "a.mp4"
    path.write_text(text)
    with pytest.raises(NotAVideo, match="not a video"):
        probe(path)


def test_a_still_is_not_a_video(tmp_path):
    path = film(tmp_path / "a.png", frames=1, codecs=("-c:v", "png", "-f", "image2"))
    with pytest.raises(NotAVideo, match="still"):
        probe(path)


def test_noise_is_not_a_video(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(bytes(range(1, 250)) * 64)
    with pytest.raises(NotAVideo):
        probe(path)


def _sound_only(path: Path, *more: str) -> Path:
    args = [programs.ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "sine=d=1", *more, str(path)]
    programs.run(args)
    return path


@pytest.mark.parametrize("suffix", ["wav", "m4a", "mp3"])
def test_sound_alone_has_no_picture(tmp_path, suffix):
    with pytest.raises(NoPicture, match="no picture"):
        probe(_sound_only(tmp_path / f"a.{suffix}"))


@pytest.mark.parametrize("suffix", ["m4a", "mp3"])
def test_a_cover_is_no_picture(tmp_path, suffix):
    cover = film(tmp_path / "cover.png", frames=1, codecs=("-c:v", "png", "-f", "image2"))
    more = ("-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    with pytest.raises(NoPicture):
        probe(_sound_only(tmp_path / f"a.{suffix}", *more))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_no_permission(tmp_path):
    path = film(tmp_path / "a.mp4", frames=5)
    path.chmod(0)
    with pytest.raises(Unreadable, match="permission"):
        probe(path)


def test_no_permission_as_the_system_says_it(tmp_path, monkeypatch):
    path = film(tmp_path / "a.mp4", frames=5)

    def refuse(*_args, **_more):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Unreadable, match="permission"):
        probe(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "a.mp4")
    with pytest.raises(NotAVideo):
        probe(tmp_path / "a.mp4")


def test_every_refusal_has_a_remedy(tmp_path):
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("hello")
    for name in ("none.mp4", "empty.mp4", "text.mp4", "."):
        with pytest.raises(InputError) as caught:
            probe(tmp_path / name)
        assert caught.value.remedy
        assert caught.value.where
