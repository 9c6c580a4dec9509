"""The project folder `film.v2a/`: the spotting list users edit, the takes, and a lock against a second writer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from v2a import files
from v2a.errors import CannotWrite, SpottingSyntax, Unreadable
from v2a.interfaces import Plan
from v2a.model import SpottingList, Video
from v2a.project import compose, document, memory
from v2a.project.document import Document
from v2a.project.lock import Lock
from v2a.project.memory import Memory, Remembered
from v2a.project.merge import Merged, Scope, merged, pinned, reconciled
from v2a.project.numbering import Numbering, Reel
from v2a.project.takes import TakeBook

SPOTTING = "spotting.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the project says of how to work: the name of a preset, and values by section, as in a preset file."""

    preset: str = ""
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Seen:
    text: str
    document: Document


class Project:
    """An open project. Only one process at a time has it open for writing; reading needs no lock."""

    def __init__(self, folder: Path, video: Video, *, write: bool = True) -> None:
        """Open, and for writing also make, the folder; prefer `Project.open`."""
        self.folder = folder
        self.video = video
        self.takes = TakeBook(folder, write=write)
        self._seen: _Seen | None = None
        self._lock: Lock | None = None
        self._reel = 0
        if write:
            with files.writing(folder, files.PROJECT_ELSEWHERE):
                folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(folder / ".lock")
            for place in (folder, self.takes.folder):
                files.clear_leftovers(place)

    @classmethod
    def open(cls, folder: Path, video: Video, *, write: bool = True) -> Project:
        """Open the project of a film; raises ProjectLocked while another process writes to it."""
        return cls(folder, video, write=write)

    def __enter__(self) -> Self:
        """The project itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let the next writer in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def path(self) -> Path:
        """The spotting list, the one document that users edit."""
        return self.folder / SPOTTING

    @property
    def store(self) -> Path:
        """Where the engine keeps everything made."""
        return self.folder / "store"

    def read(self) -> SpottingList | None:
        """The spotting list as it is now, with what the user edited pinned; nothing where there is none yet."""
        text = self._text()
        if text is None:
            self._seen = None
            return None
        self._seen = _Seen(text, self._document(text, ()))
        return self._seen.document.spotting

    def named(self) -> SpottingList | None:
        """The list as it is now; a cue that the user wrote without an id gets its own, which stays in the file."""
        listed = self.read()
        if listed is None or self._seen is None or self._seen.document.named:
            return listed
        return self.write(listed)

    @property
    def other_film(self) -> tuple[str, ...]:
        """What to say where the list that was read last was written for another film, or for this one as it was."""
        film = self._seen.document.film if self._seen else {}
        mine, name = self.video.identity, Path(self.video.path).name
        if not film or (film.get("size"), film.get("sample")) == (mine.size, mine.sample):
            return ()
        if film.get("name", name) == name:
            return (f"{name} was changed since it was spotted: its cues are where they were.",)
        own = "--keep-project gives this film a project of its own"
        return (f"The cues of {self.folder.name} were made for {film['name']}, not for {name}; {own}.",)

    def settings(self) -> Settings:
        """The preset and the settings that the spotting list names."""
        text = self._text()
        if text is None:
            return Settings()
        found = self._document(text, ())
        return Settings(found.preset, found.settings)

    def respot(
        self,
        plan: Plan,
        *,
        seed: int | None = None,
        brief: str | None = None,
        scope: Scope | None = None,
        numbering: Numbering | None = None,
    ) -> SpottingList:
        """Merge a plan into the list and write it; the seed and the brief stay as they are where none is given.

        Music is numbered anew where `numbering` says which reel the film is, else as it was before.
        """
        if numbering is not None and numbering.reel:
            self._reel = numbering.reel
        old = self.read() or SpottingList(self.video.identity, 0)
        old = replace(
            old,
            film=self.video.identity,
            seed=old.seed if seed is None else seed,
            brief=old.brief if brief is None else brief,
        )
        known = self._of_reel(self._seen.document.memory if self._seen else Memory())
        return self._write(merged(old, plan, known, scope or Scope(), numbering), None)

    def write(self, spotting: SpottingList, *, preset: str | None = None) -> SpottingList:
        """Write the list as the user changed it through v2a, and return what is there now.

        What differs from what was read is pinned, as if he had typed it; what he typed into the file since then is
        merged in. A cue with the empty id gets its permanent one. The preset in the file stays where none is given.
        """
        if self._seen is None:
            self.read()
        before = self._seen.document.spotting if self._seen else None
        cues = tuple(pinned(c, before.cue(c.id) if before else None) for c in spotting.cues)
        return self._write(Merged(replace(spotting, cues=cues)), preset)

    def remove(self, cue_id: str) -> SpottingList | None:
        """Take a cue out for good, as if the user had deleted it from the file."""
        spotting = self.read()
        if spotting is None or self._seen is None or spotting.cue(cue_id) is None:
            return spotting
        left = tuple(c for c in spotting.cues if c.id != cue_id)
        found = self._seen.document
        self._seen = replace(
            self._seen, document=replace(found, memory=found.memory.seen(c.id for c in left))
        )
        return self._write(Merged(replace(spotting, cues=left)), None)

    def _write(self, wanted: Merged, preset: str | None) -> SpottingList:
        if self._lock is None:
            raise CannotWrite(
                "the project was opened for reading", where=str(self.folder), remedy="Open it for writing."
            )
        text = self._text()
        if text is None:
            spotting = replace(wanted.spotting, cues=self._of_reel(Memory()).named(wanted.spotting.cues))
            fresh = compose.fresh(spotting, self.video, preset or "")
            return self._put(fresh, 1, self._remember(None, spotting, wanted))
        found, spotting = self._now(text, wanted.spotting)
        known = self._of_reel(found.memory).with_numbers(c.id for c in spotting.cues)
        spotting = replace(spotting, cues=known.named(spotting.cues))
        chosen = found.preset if preset is None else preset
        new = compose.updated(text, spotting, self.video, found.ids, chosen)
        kept = self._remember(known, spotting, wanted)
        if new == text:
            return self._put(text, found.revision, kept)
        return self._put(compose.revised(new, found.revision + 1), found.revision + 1, kept)

    def _now(self, text: str, ours: SpottingList) -> tuple[Document, SpottingList]:
        """What is in the file now, and our list with the changes that were made there since we read it."""
        if self._seen is None or self._seen.text == text:
            found = self._seen.document if self._seen else self._document(text, ())
            return found, ours
        found = self._document(text, tuple(c.id for c in ours.cues))
        return found, reconciled(self._seen.document.spotting, ours, found.spotting)

    def _remember(self, known: Memory | None, spotting: SpottingList, wanted: Merged) -> Memory:
        own = wanted.own
        if own is None:
            own = tuple(r for r in spotting.reasoning if known is None or r in known.reasoning)
        known = known or self._of_reel(Memory())
        cues = {}
        for cue in spotting.cues:
            before = known.cues.get(cue.id)
            want = wanted.planned.get(cue.id) or (before.planned if before else cue)
            cues[cue.id] = Remembered(replace(want, id=cue.id, pinned=frozenset()), cue)
        hits = known.hits if wanted.hits is None else wanted.hits
        return replace(known.with_numbers(cues), cues=cues, reasoning=own, hits=hits)

    def _put(self, text: str, revision: int, kept: Memory) -> SpottingList:
        """First the memory of both revisions, then the list: a kill in between leaves a pair that fits."""
        found = document.read(document.parsed(text, str(self.path)), self.video, kept, str(self.path))
        beside = self.folder / ".spotting.json"
        memory.write(beside, memory.read(beside).with_revision(revision, kept))
        if text != self._text():
            files.write_text(self.path, text)
        self._seen = _Seen(text, found)
        return found.spotting

    def _text(self) -> str | None:
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise SpottingSyntax(
                f"line {line}: is not UTF-8 text", where=str(self.path), remedy="Save it as UTF-8."
            ) from error
        except OSError as error:
            raise Unreadable(
                f"cannot be read ({error.strerror or error})",
                where=str(self.path),
                remedy="Check its permissions.",
            ) from error

    def _document(self, text: str, used: tuple[str, ...]) -> Document:
        data = document.parsed(text, str(self.path))
        kept = memory.read(self.folder / ".spotting.json")
        known = kept.of(data.get("revision")) or kept.rest()
        known = known.with_numbers((*used, *self.takes.cues()))
        return document.read(data, self.video, self._of_reel(known), str(self.path))

    def _of_reel(self, known: Memory) -> Memory:
        """The memory of this film as the reel that it is: as it was scored, as it was before, or as its name says."""
        named = Reel.named(self.video.path)
        return replace(known, reel=self._reel or known.reel or (named.number if named else 0) or 1)
