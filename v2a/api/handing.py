"""A take by itself, handed out: its sound, its named parts for those who mix by hand, its notes for a sequencer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from v2a.api.parting import parted
from v2a.api.session import Session
from v2a.errors import CannotWrite, UnknownName
from v2a.files import together
from v2a.media import midi, sheets
from v2a.media.bwf import Bext, ixml
from v2a.media.writer import SoundWriter
from v2a.model import Cue, SoundFile, Take, Video, nearest
from v2a.stages.delivering.places import plain, safe_name, spare_source
from v2a.stages.delivering.played import key_of

NOTES = (".mid", ".midi")
_BLOCK = 48_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is handed out of a take: to a file (a sound, or notes where its name ends in .mid), and its parts to a folder.

    Where the file is a folder, or would be one by its name, all that the take has goes into it. Parts that were not kept are
    made.
    """

    output: Path | None = None
    parts: Path | None = None


def hand_out(session: Session, cue_id: str, take_id: str, wanted: Wanted) -> tuple[Path, ...]:
    """Write what is wanted of a take, each file whole or not at all; answers with the files."""
    cue, take = session.cue(cue_id), session.project.takes.take(cue_id, take_id)
    everything = wanted.output is not None and _is_folder(wanted.output)
    if everything or wanted.parts is not None:
        take = parted(session, cue, take) or take
    given = _Given(session.video, cue, take)
    if wanted.output is not None and everything:
        return given.everything(wanted.output)
    if wanted.parts is not None:
        given.check_parts()
    written: list[Path] = []
    if wanted.output is not None:
        written.append(given.one(wanted.output))
    if wanted.parts is not None:
        written += given.all_parts(wanted.parts)
    return tuple(written)


def _is_folder(path: Path) -> bool:
    return path.is_dir() or not (path.suffix or path.exists())


@dataclass(frozen=True, slots=True)
class _Given:
    """A take of a cue of a film."""

    video: Video
    cue: Cue
    take: Take

    @property
    def begin(self) -> Fraction:
        """Where the take's first sample belongs in the film."""
        return self.cue.span.start + self.cue.nudge / self.video.frame_rate - self.take.lead

    def everything(self, folder: Path) -> tuple[Path, ...]:
        with together(folder) as staging:
            names = [self._sound(staging / f"{self.cue.id}.wav", self.take.sound, "").name]
            names += [path.name for path in self._parts(staging)]
            if self.take.sheet:
                names.append(self._notes(staging / f"{self.cue.id}.mid").name)
            for name in names:
                spare_source(self.video, folder / name)
        return tuple(folder / name for name in names)

    def one(self, path: Path) -> Path:
        spare_source(self.video, path)
        return self._notes(path) if path.suffix.lower() in NOTES else self._sound(path, self.take.sound, "")

    def check_parts(self) -> None:
        if not self.take.parts:
            raise UnknownName(
                f"take {self.take.id} of cue {self.cue.id} has no parts",
                where=self.take.generator,
                remedy="Only some generators make parts, and of takes from before their cue was changed none can be had "
                "any more. Export the whole with -o.",
            )

    def all_parts(self, folder: Path) -> tuple[Path, ...]:
        with together(folder) as staging:
            names = [path.name for path in self._parts(staging)]
            for name in names:
                spare_source(self.video, folder / name)
        return tuple(folder / name for name in names)

    def _parts(self, folder: Path) -> Iterator[Path]:
        taken: set[str] = set()
        for part in self.take.parts:
            name = plain(part.name)
            while name.lower() in taken:
                name += "_"
            taken.add(name.lower())
            yield self._sound(folder / f"{self.cue.id}_{name}.wav", part.sound, part.name)

    def _sound(self, path: Path, sound: SoundFile, part: str) -> Path:
        """A sound that knows its place on the film's clock; in 24 bits."""
        counted = self.video.timecode_at(self.begin)
        start = counted.wrapped
        told = ", ".join(filter(None, (f"{safe_name(self.video)} {self.cue.id} {self.take.id}", part)))
        bext = Bext(
            nearest((self.video.timecode.seconds + self.begin + start.since(counted)) * sound.rate), told
        )
        named = part or self.cue.id
        tracks = [f"{named} {side}" for side in ("L", "R")][: sound.channels]
        about = ixml(tracks, rate=sound.rate, depth=24, project=safe_name(self.video), start=start)
        wave = path.suffix.lower() != ".flac"
        with SoundWriter(
            path, sound.rate, sound.channels, "s24", bext if wave else None, about if wave else None
        ) as out:
            for block in sound.blocks(_BLOCK):
                out.write(block)
        return path

    def _notes(self, path: Path) -> Path:
        if not self.take.sheet:
            raise CannotWrite(
                f"take {self.take.id} of cue {self.cue.id} was not played from notes",
                where=str(path),
                remedy="Export it as .wav; v2a tempo writes a tempo map for it.",
            )
        place = midi.Place(
            self.video.timecode,
            self.begin + self.take.lead,
            f"{self.cue.id}: {self.take.prompt}",
            key_of(self.take),
        )
        midi.write_score(path, sheets.read(self.take.sheet), self.cue.span.duration, place)
        return path
