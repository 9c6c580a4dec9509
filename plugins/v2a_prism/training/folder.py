"""What a folder holds to learn from: videos with their own sound, and sounds with texts; and what of it cannot be used."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from v2a.errors import FileMissing, V2aError
from v2a.media import sound
from v2a.media.identity import identify
from v2a.media.probe import probe
from v2a.model import Span, Video
from v2a_prism.training import settings

FILMS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v", ".mxf", ".mpg", ".mpeg", ".ts")
SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".w64", ".rf64")
CAPTIONS = "captions.csv"
FEATURES = ".npz"
SHORTEST = Fraction(1)
_NAMES = ("file", "name", "path", "id", "filename", "file_name")
_TEXTS = ("text", "caption", "caption_cot", "prompt", "description")


@dataclass(frozen=True)
class Source:
    """A film or a sound to learn from: its text, and a file of features beside it where there is one.

    `known` is what its content is known by, `video` what its picture is.
    """

    path: Path
    known: str
    seconds: Fraction
    text: str = ""
    video: Video | None = None
    features: Path | None = None


@dataclass(frozen=True)
class Window:
    """A part of a source, as long as the model's window at most."""

    source: Source
    span: Span

    @property
    def name(self) -> str:
        """A name for people, and for files."""
        start = f"-{float(self.span.start):g}s" if self.span.start else ""
        return f"{self.source.path.stem}{start}"


@dataclass(frozen=True)
class Trouble:
    """A file that cannot be used, and why."""

    path: Path
    why: str


@dataclass(frozen=True)
class Holdings:
    """All that was found."""

    sources: tuple[Source, ...]
    troubles: tuple[Trouble, ...]


def look(folder: Path) -> Holdings:
    """Look through a folder and those in it, in order of their names."""
    if not folder.is_dir():
        what = "this is a file, and not a folder" if folder.exists() else "there is no such folder"
        raise FileMissing(what, where=str(folder), remedy="Name the folder to learn from.")
    captions, troubles = _captions(folder)
    sources = []
    for path in sorted(_media(folder)):
        try:
            sources.append(_source(path, captions))
        except V2aError as error:
            troubles.append(Trouble(path, error.what))
    return Holdings(tuple(sources), tuple(troubles))


def windows(source: Source, longest: Fraction) -> Iterator[Window]:
    """The parts of a source, each as long as the model's window but for the last; one below a second is left out.

    A source that has features of its own is one part, to which these belong.
    """
    start = Fraction(0)
    while start == 0 or source.seconds - start >= SHORTEST:
        end = min(source.seconds, start + longest)
        yield Window(source, Span(start, end))
        start = end
        if source.features is not None:
            return


def _media(folder: Path) -> Iterator[Path]:
    """The media in a folder, but for what a training made there."""
    for path in folder.rglob("*"):
        shown = not any(part.startswith(".") for part in path.relative_to(folder).parts)
        own = any((above / settings.NAME).is_file() for above in path.parents)
        if shown and not own and path.suffix.lower() in (*FILMS, *SOUNDS) and path.is_file():
            yield path


def _source(path: Path, captions: Mapping[str, str]) -> Source:
    text = _text(path, captions)
    beside = path.with_suffix(FEATURES)
    features = beside if beside.is_file() else None
    identity = identify(path)
    known = f"{identity.size}-{identity.sample}"
    if path.suffix.lower() in FILMS:
        video = probe(path)
        if not video.sound:
            raise V2aError("it has no sound to learn")
        return Source(path, known, video.duration, text, video, features)
    if not text and features is None:
        raise V2aError(f"no text says what it is (write {path.stem}.txt, or {CAPTIONS})")
    told = sound.info(path)
    length = told.length if told.length is not None else sound.read(path).length
    if not length:
        raise V2aError("it holds no samples")
    return Source(path, known, Fraction(length, told.rate), text, None, features)


def _text(path: Path, captions: Mapping[str, str]) -> str:
    beside = path.with_suffix(".txt")
    if beside.is_file():
        text = " ".join(beside.read_text(encoding="utf-8", errors="replace").split())
        if text:
            return text
    return captions.get(path.name) or captions.get(path.stem, "")


def _captions(folder: Path) -> tuple[dict[str, str], list[Trouble]]:
    """The texts of `captions.csv` by the name of the file, with or without its suffix."""
    path = folder / CAPTIONS
    if not path.is_file():
        return {}, []
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        columns = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
        name = next((columns[n] for n in _NAMES if n in columns), None)
        text = next((columns[t] for t in _TEXTS if t in columns), None)
        if name is None or text is None:
            return {}, [Trouble(path, "it has no columns `file` and `text`")]
        found = {Path((row[name] or "").strip()).name: " ".join((row[text] or "").split()) for row in rows}
    except (UnicodeDecodeError, csv.Error) as error:
        return {}, [Trouble(path, f"it cannot be read as CSV in UTF-8 ({error})")]
    return {name: text for name, text in found.items() if name and text}, []
