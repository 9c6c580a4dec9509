"""What an editor asks for, and where things go by default."""

from __future__ import annotations

import os.path
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.errors import FileMissing, IsADirectory, TimeOutsideFilm
from v2a.model import Kind, Span, Timecode, Video, to_seconds

if TYPE_CHECKING:
    from v2a.api.session import Session


@dataclass(frozen=True)
class Order:
    """A film and what is wanted of it; what is not given comes from the project, the preset or the defaults.

    The scored film is written to `output`, or under its own name into the folder `into`, or beside the film. `device` is
    where models work: `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
    """

    video: Path
    output: Path | None = None
    into: Path | None = None
    project: Path | None = None
    stems: Path | None = None
    brief: str | None = None
    preset: str | None = None
    seed: int | None = None
    start: str | None = None
    end: str | None = None
    start_tc: str | None = None
    without: tuple[Kind, ...] = ()
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    exports: tuple[str, ...] = ()
    again: bool = False
    device: str = "auto"

    def session(self, **given: Any) -> Session:
        """A session that works on this order."""
        from v2a.api.session import Session

        return Session(self, **given)

    @property
    def folder(self) -> Path:
        """The project folder: beside the film, or beside the output where the film's folder is not ours to write."""
        if self.project is not None:
            return self.project
        beside = self.video.with_name(f"{self.video.stem}.v2a")
        elsewhere = self.into if self.output is None else self.output.parent
        if os.path.exists(beside) or elsewhere is None or os.access(self.video.parent, os.W_OK):  # noqa: PTH110
            return beside
        return elsewhere / beside.name

    def from_project(self) -> Order:
        """The same order where `video` names a project folder, or a film that has one."""
        from v2a.project import origin

        is_folder = os.path.isdir(self.video)  # unlike Path.is_dir, this never raises  # noqa: PTH112
        folder = self.video if self._is_project() or (is_folder and self.project is None) else self.folder
        kept = origin.read(folder)
        if kept is None:
            raise FileMissing(
                "there is no project for this film",
                where=str(folder),
                remedy="Name the film." if is_folder else f"Make one with: v2a score {self.video}",
            )
        video = kept.film_path(folder) if is_folder else self.video
        return replace(self, video=video, project=folder, again=True)

    def _is_project(self) -> bool:
        return any(os.path.exists(self.video / name) for name in ("spotting.toml", "origin.json"))  # noqa: PTH110

    def check(self) -> None:
        """Raise the error that says why `video` is not a file we can read, or that there is no such device."""
        from v2a.engine import devices
        from v2a.media.container import check_file
        from v2a.project import origin

        devices.choose(self.device)
        kept = origin.read(self.video) if self._is_project() else None
        if kept is not None:
            film = kept.film_path(self.video)
            raise IsADirectory("this is a project", where=str(self.video), remedy=f"Name its film: {film}")
        check_file(self.video)

    def output_for(self, video: Video, suffix: str) -> Path:
        """Where the scored film goes."""
        name = f"{self.video.stem}.scored{suffix}"
        return self.output or (self.video.with_name(name) if self.into is None else self.into / name)

    def span_in(self, video: Video) -> Span | None:
        """The part of the film that is asked for, or nothing for all of it."""
        if self.start is None and self.end is None:
            return None
        start = time_in(self.start, video) if self.start else Fraction(0)
        end = time_in(self.end, video) if self.end else video.duration
        if not 0 <= start < end or start >= video.duration:
            raise TimeOutsideFilm(
                f"from {self.start or 'the start'} to {self.end or 'the end'} is not a part of the film",
                where=str(self.video),
                remedy=f"It runs from {video.timecode_at(Fraction(0))} to {video.timecode_at(video.duration)}.",
            )
        span = Span(start, min(end, video.duration))
        if ceil(span.start * video.frame_rate) >= span.end * video.frame_rate:
            raise TimeOutsideFilm(
                f"no frame begins between {self.start or 'the start'} and {self.end or 'the end'}",
                where=str(self.video),
                remedy=f"Name a longer part: a frame lasts {1000 / float(video.frame_rate):.3g} ms.",
            )
        return span


def time_in(text: str, video: Video) -> Fraction:
    """A time on the video's clock out of a source timecode, `m:ss`, `h:mm:ss` or seconds."""
    try:
        if text.count(":") + text.count(";") == 3:
            return Timecode.parse(text, video.frame_rate, video.timecode.drop or None).since(video.timecode)
        if "e" in text.lower():
            raise ValueError("an exponent, which a few letters make endless")
        seconds = Fraction(0)
        for part in text.split(":"):
            seconds = seconds * 60 + to_seconds(part.strip())
        return seconds
    except (ValueError, ZeroDivisionError) as error:
        raise TimeOutsideFilm(
            f"{text!r} is not a time", remedy="Write HH:MM:SS:FF, m:ss or seconds."
        ) from error
