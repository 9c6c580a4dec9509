"""The sounds that cues are to come near: files that are named, or recordings out of the user's libraries."""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from v2a.builtin.executors.contract import broken
from v2a.builtin.executors.failures import blamed, told
from v2a.errors import (
    FileDamaged,
    FileEmpty,
    FileMissing,
    IsADirectory,
    NotAVideo,
    UnknownName,
    V2aError,
)
from v2a.host import Registered
from v2a.interfaces import Bench, Found, Library
from v2a.media import sound
from v2a.media.identity import identify
from v2a.model import Cue, Failure, Identity, Kind, Licence, Take, terms
from v2a.model.licence import strictest

_FILE = re.compile(r"[/\\]|\.\w{2,5}$|^~")
_ASKED, _BLENDED = 0.5, 0.7
_LIMITS = (20, 200, 2000)
_NEAREST = 3
_REMEDIES: Mapping[type[V2aError], str] = {
    FileMissing: "Name a file as it is seen from {folder}, or words without / for your libraries.",
    IsADirectory: "Name one sound file in it.",
    FileEmpty: "Copy or export it again, or name another sound.",
    FileDamaged: "Copy or export it again, or name another sound.",
    NotAVideo: "Name a sound file, such as .wav or .flac, or a film that has sound.",
}


@dataclass(frozen=True)
class Reference:
    """A sound to come near: its file, how much of it is wanted, and what is known and owed where a library has it."""

    path: Path
    identity: Identity
    strength: float
    asked: bool = True
    found: Found | None = None

    def credited(self, take: Take) -> Take:
        """The take with the reference in its notes, and with the credit and the terms that come with it."""
        name = self.path.name if self.found is None else f"{self.found.title} ({self.path.name})"
        note = f"near {name!r}, {self.identity.sample[:12]}, strength {self.strength:g}"
        if self.found is None:
            return replace(take, notes=(*take.notes, note))
        owed = () if self.found.credit is None else (self.found.credit,)
        return replace(
            take,
            licence=_stricter(take.licence, self.found.licence),
            credits=tuple(dict.fromkeys((*take.credits, *owed))),
            notes=(*take.notes, f"{note}, licence {self.found.licence.code}"),
        )


def _stricter(made: Licence, reference: Licence) -> Licence:
    return replace(made, commercial=strictest((made.commercial, reference.commercial)))


@dataclass(frozen=True)
class Shelves:
    """Where references are looked for: the film's folder and the libraries, under which licences.

    `blend` is how much of the best recording each cue takes on that names none; 0: nothing.
    """

    folder: Path
    libraries: Mapping[str, Registered[Library]]
    licence: str = ""
    blend: float = 0.0


class References:
    """Finds the reference of each cue; what was asked once is remembered for the run."""

    def __init__(self, shelves: Shelves, bench: Bench) -> None:
        """Look on these shelves; a library that fails is told of and not searched again."""
        self._shelves = shelves
        self._licences = terms.wanted(shelves.licence)
        self._bench = bench
        self._lost: set[str] = set()
        self._found: dict[tuple[str, Kind, bool], Reference | Failure] = {}

    def of(self, cue: Cue) -> Reference | Failure | None:
        """The reference of a cue, why it cannot be had, or nothing where none is wanted."""
        strength = cue.strength if cue.reference else self._shelves.blend
        if not strength:
            return None
        asked = (cue.reference or cue.prompt, cue.kind, bool(cue.reference))
        if asked not in self._found:
            self._found[asked] = self._sought(*asked)
        found = self._found[asked]
        if isinstance(found, Reference):
            return replace(found, strength=strength)
        return found if cue.reference else None

    def _sought(self, text: str, kind: Kind, asked: bool) -> Reference | Failure:
        path = self._shelves.folder / os.path.expanduser(text)  # noqa: PTH111 - never raises
        if asked and (_FILE.search(text) or os.path.isfile(path)):  # noqa: PTH113 - never raises
            return self._file(path, text)
        return self._recording(text, kind, asked)

    def _file(self, path: Path, text: str) -> Reference | Failure:
        try:
            sounding = _sounding(path)
        except ValueError:
            return self._unreadable(FileMissing("there is no such file"), text)
        except V2aError as error:
            return self._unreadable(error, text)
        known = self._known_at(path)
        if known is not None and not terms.admits(self._licences, known.licence.code):
            what = f"its reference {text} is under {known.licence.code}, not under {self._shelves.licence}"
            return Failure(what, "Admit it with --licence, or name another sound.", UnknownName.exit_code)
        return Reference(path, sounding, 0.0, True, known)

    def _known_at(self, path: Path) -> Found | None:
        """What a library knows of a file that was named by its path."""
        for entry in self._shelves.libraries.values():
            found = self._asked(entry, lambda library: [library.known(str(path.absolute()))])
            if found and isinstance(found[0], Found):
                return found[0]
        return None

    def _unreadable(self, error: V2aError, text: str) -> Failure:
        remedy = next((r for kind, r in _REMEDIES.items() if isinstance(error, kind)), error.remedy)
        return unusable(text, error, remedy.format(folder=self._shelves.folder.absolute()))

    def _recording(self, words: str, kind: Kind, asked: bool) -> Reference | Failure:
        if not self._shelves.libraries:
            return Failure(
                f"its reference {words!r} is no file, and no library was added to look in",
                "Name a sound file, or add a library: v2a library add DIR.",
                UnknownName.exit_code,
            )
        least, offers = _ASKED if asked else _BLENDED, list[Found]()
        for limit in _LIMITS:
            offers, more = self._offers(words, kind, limit, least)
            for offer in offers:
                if offer.fit >= least and terms.admits(self._licences, offer.licence.code):
                    reference = _offered(offer, asked)
                    if reference is not None:
                        return reference
            if not more:
                break
        return self._unmatched(words, [o for o in offers if o.fit >= least], offers)

    def _unmatched(self, words: str, fitting: Sequence[Found], offers: Sequence[Found]) -> Failure:
        what = f"no recording in your libraries fits its reference {words!r}"
        remedy = "See what there is: v2a library list; or name a sound file."
        if fitting and self._licences:
            what += f" under {self._shelves.licence}"
            remedy = f"Admit more with --licence ({fitting[0].title} is {fitting[0].licence.code})."
        elif offers:
            titles = dict.fromkeys(offer.title for offer in offers)
            remedy = f"Nearest: {', '.join(list(titles)[:_NEAREST])}."
        return Failure(what, remedy, UnknownName.exit_code)

    def _offers(self, words: str, kind: Kind, limit: int, least: float) -> tuple[list[Found], bool]:
        """What all libraries offer, best first, and whether one of them may have more that fits."""
        offers, more = list[Found](), False
        for entry in self._shelves.libraries.values():
            self._bench.check_cancelled()
            found = self._searched(entry, words, kind, limit)
            more = more or (len(found) >= limit and found[-1].fit >= least)
            offers += found
        return sorted(offers, key=lambda o: (-o.fit, o.title, o.path)), more

    def _searched(self, entry: Registered[Library], words: str, kind: Kind, limit: int) -> list[Found]:
        return [f for f in self._asked(entry, lambda library: library.search(words, kind, limit)) if f]

    def _asked(
        self, entry: Registered[Library], question: Callable[[Library], Sequence[Found | None]]
    ) -> list[Found | None]:
        """What a library answers; one that fails is told of, and answers nothing from then on."""
        if entry.name in self._lost:
            return []
        where, remedy = f"library {entry.name}", "It is not searched again; tell its author."
        try:
            found: Any = question(entry.thing)
            if isinstance(found, list | tuple) and all(isinstance(one, Found | None) for one in found):
                return list(found)
            trouble = blamed(broken(f"answered with {type(found).__name__}"), where, remedy)
        except V2aError as error:
            trouble = error
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
            trouble = blamed(error, where, remedy)
        self._lost.add(entry.name)
        self._bench.tell(told(trouble))
        return []


def unusable(text: str, error: V2aError, remedy: str = "") -> Failure:
    """Why a file cannot be a reference, as a cue's failure."""
    return Failure(f"its reference {text}: {error.what}", remedy or error.remedy, error.exit_code)


def _sounding(path: Path) -> Identity:
    """What a file is known by; raises the error that says why it holds no sound."""
    known = identify(path)
    if sound.info(path).length == 0:
        raise FileEmpty("there is no sound in it", where=str(path))
    return known


def _offered(offer: Found, asked: bool) -> Reference | None:
    """A recording as a reference; nothing where it cannot be read now."""
    try:
        path = Path(offer.path)
        return Reference(path, _sounding(path), 0.0, asked, offer)
    except (V2aError, ValueError):
        return None
