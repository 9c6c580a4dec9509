"""What v2a wrote last and what the planner wanted, so that what the user changed since can be told apart.

The memory lies beside the spotting list. It is kept for the last two revisions, because the two files cannot be put
in place at once: the list names the revision it belongs to, whichever of the two a kill left there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from v2a import files
from v2a.errors import DocumentError
from v2a.model import Cue, Hit, Reasoning, codec
from v2a.project.numbering import Counted, series
from v2a.project.versions import Format

FORMAT = Format("v2a-spotting-memory", 1)


@dataclass(frozen=True, slots=True)
class Remembered:
    """One cue as the planner wanted it and as v2a wrote it."""

    planned: Cue
    written: Cue


@dataclass(frozen=True, slots=True)
class Memory:
    """All cues that v2a wrote, those the user deleted, the highest number used for each kind, which reel the film is, 0
    where that was not asked yet, and the hit points that the brief asked for."""

    cues: Mapping[str, Remembered] = field(default_factory=dict)
    deleted: tuple[Cue, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    reasoning: tuple[Reasoning, ...] = ()
    reel: int = 0
    hits: tuple[Hit, ...] = ()

    def planned(self, cue: Cue) -> Cue:
        """What the planner wanted where the cue is, before the user changed it."""
        found = self.cues.get(cue.id)
        return found.planned if found else cue

    def seen(self, ids: Iterable[str]) -> Memory:
        """The memory after the user left only these cues: the others are deleted, and those that are back are not."""
        present = set(ids)
        gone = tuple(r.planned for name, r in self.cues.items() if name not in present)
        if not gone and not any(c.id in present for c in self.deleted):
            return self
        kept = tuple(c for c in self.deleted if c.id not in present)
        return replace(
            self,
            cues={name: r for name, r in self.cues.items() if name in present},
            deleted=(*kept, *gone),
        )

    def with_numbers(self, ids: Iterable[str]) -> Memory:
        """The memory with these ids counted as used."""
        numbers = dict(self.numbers)
        for name in ids:
            if found := Counted.of(name):
                numbers[found.under] = max(numbers.get(found.under, 0), found.number)
        return self if numbers == self.numbers else replace(self, numbers=numbers)

    def named(self, cues: Iterable[Cue]) -> tuple[Cue, ...]:
        """The cues, with a permanent id for each that has none; an id is never used twice."""
        listed = tuple(cues)
        numbers = dict(self.with_numbers(c.id for c in listed).numbers)
        done = []
        for cue in listed:
            if not cue.id:
                under = series(cue.kind, self.reel or 1)
                numbers[under] = numbers.get(under, 0) + 1
                cue = replace(cue, id=f"{under}{numbers[under]}")
            done.append(cue)
        return tuple(done)


@dataclass(frozen=True, slots=True)
class Memories:
    """The memory of the last revisions of a spotting list, as plain JSON until one of them is asked for."""

    revisions: Mapping[str, Any] = field(default_factory=dict)

    def of(self, revision: object) -> Memory | None:
        """The memory of a revision, if it is still kept and can be read; without it every cue counts as edited."""
        try:
            return codec.decode(Memory, self.revisions[str(revision)])
        except (ValueError, KeyError, TypeError):
            return None

    def rest(self) -> Memory:
        """What still holds for a text whose revision is not kept: the numbers used, and what was deleted."""
        newest = max((int(k) for k in self.revisions if k.isdecimal()), default=0)
        last = self.of(newest)
        return (
            Memory(deleted=last.deleted, numbers=last.numbers, reel=last.reel, hits=last.hits)
            if last
            else Memory()
        )

    def with_revision(self, revision: int, memory: Memory) -> Memories:
        """The memory of this revision and of the one before it."""
        kept = {k: m for k, m in self.revisions.items() if k == str(revision - 1)}
        return Memories({**kept, str(revision): codec.encode(memory)})


def read(path: Path) -> Memories:
    """The memories in a file; one that is missing or damaged holds none."""
    try:
        revisions = FORMAT.upgraded(json.loads(path.read_bytes()), str(path))["revisions"]
        return Memories(dict(revisions))
    except (OSError, ValueError, KeyError, TypeError, DocumentError):
        return Memories()


def write(path: Path, memories: Memories) -> None:
    """Write the memories whole or not at all, and not if they are there already."""
    text = json.dumps({**FORMAT.head, "revisions": memories.revisions}, ensure_ascii=False, allow_nan=False)
    try:
        if path.read_text(encoding="utf-8") == text:
            return
    except (OSError, ValueError):
        pass
    files.write_text(path, text)
