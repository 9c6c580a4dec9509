"""The takes of a project: what was made for each cue, with paths that let the folder move."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from v2a import files
from v2a.errors import CannotWrite, DocumentError, UnknownName
from v2a.model import SoundFile, Take, codec
from v2a.project.versions import Format

FORMAT = Format("v2a-takes", 1)


class TakeBook:
    """The takes of every cue: one file for each cue, in the order in which they were made."""

    def __init__(self, project: Path, *, write: bool = True) -> None:
        """The takes in a project folder."""
        self._project = project
        self._root = project.absolute()
        self._write = write

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return self._project / "takes"

    def of(self, cue_id: str) -> tuple[Take, ...]:
        """All known takes of a cue."""
        try:
            data = self._data(cue_id)
            return tuple(self._found(codec.decode(Take, t)) for t in (data["takes"] if data else ()))
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable(cue_id, error) from error

    def take(self, cue_id: str, take_id: str) -> Take:
        """One take of a cue."""
        takes = self.of(cue_id)
        for take in takes:
            if take.id == take_id:
                return take
        known = ", ".join(t.id for t in takes) or "none"
        raise UnknownName(f"cue {cue_id} has no take {take_id!r}", remedy=f"There are: {known}.")

    def add(self, take: Take) -> None:
        """Add a take; one of the same id is replaced in its place."""
        if not self._write:
            raise CannotWrite(
                "the project was opened for reading", where=str(self._project), remedy="Open it for writing."
            )
        takes = self.of(take.cue)
        if take in takes:
            return
        known = any(t.id == take.id for t in takes)
        listed = [take if t.id == take.id else t for t in takes] if known else [*takes, take]
        data = {**FORMAT.head, **self._data(take.cue), "cue": take.cue}
        self._put(take.cue, data | {"takes": [codec.encode(self._kept(t)) for t in listed]})

    def heard(self, cue_id: str) -> str | None:
        """The id of the take that was heard last where the user chose none."""
        return self._data(cue_id).get("heard")

    def hear(self, take: Take) -> None:
        """Remember that this take is heard where the user chooses none."""
        data = self._data(take.cue)
        if data and data.get("heard") != take.id:
            self._put(take.cue, data | {"heard": take.id})

    def cues(self) -> tuple[str, ...]:
        """The ids of the cues that have takes."""
        return tuple(
            sorted(path.stem for path in self.folder.glob("*.json") if not path.name.startswith("."))
        )

    def _data(self, cue_id: str) -> dict[str, Any]:
        path = self._path(cue_id)
        try:
            found: dict[str, Any] = FORMAT.upgraded(json.loads(path.read_bytes()), str(path))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._unreadable(cue_id, error) from error
        return found

    def _put(self, cue_id: str, data: dict[str, Any]) -> None:
        text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
        files.write_text(self._path(cue_id), text + "\n")

    def _unreadable(self, cue_id: str, error: Exception) -> DocumentError:
        where = str(self._path(cue_id))
        return DocumentError(
            f"cannot be read ({error})", where=where, remedy="Delete it; the takes are made again."
        )

    def _path(self, cue_id: str) -> Path:
        return self.folder / f"{cue_id}.json"

    def _kept(self, take: Take) -> Take:
        parts = tuple(replace(p, sound=self._inward(p.sound)) for p in take.parts)
        return replace(take, sound=self._inward(take.sound), parts=parts, sheet=self._inside(take.sheet))

    def _found(self, take: Take) -> Take:
        parts = tuple(replace(p, sound=self._outward(p.sound)) for p in take.parts)
        return replace(take, sound=self._outward(take.sound), parts=parts, sheet=self._outside(take.sheet))

    def _inward(self, sound: SoundFile) -> SoundFile:
        return replace(sound, path=self._inside(sound.path))

    def _outward(self, sound: SoundFile) -> SoundFile:
        return replace(sound, path=self._outside(sound.path))

    def _inside(self, path: str) -> str:
        """A path as it counts within the project, where it lies there."""
        if not path:
            return ""
        whole, root = Path(path).resolve(), self._root.resolve()
        return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else path

    def _outside(self, path: str) -> str:
        if not path or Path(path).is_absolute() or PurePosixPath(path).is_absolute():
            return path
        return str(self._root / path)
