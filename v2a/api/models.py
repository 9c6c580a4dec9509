"""The models whose weights can be fetched: which there are, which of them are here, and whether they are sound."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from v2a.api import manifest as manifests
from v2a.api.manifest import Kept, Manifest
from v2a.errors import UnknownName
from v2a.host import Host
from v2a.interfaces import Bench, ModelCard
from v2a.media import weights
from v2a.media.download import Tell, checksum
from v2a.media.partial import SUFFIX
from v2a.model import StageEnded, StageStarted

State = Literal["here", "partly", "missing"]
_ARRAYS = ".npz"


@dataclass(frozen=True)
class Model:
    """A model that a plugin knows, and what of it is on this machine."""

    card: ModelCard
    plugin: str
    folder: Path
    state: State
    manifest: Manifest

    @property
    def is_own(self) -> bool:
        """Whether its weights were put there by the user and not fetched: then v2a knows nothing of them."""
        return self.state == "here" and not (self.manifest.files or self.manifest.converted)

    @property
    def size(self) -> int | None:
        """Bytes of what is published, as far as that is known before asking."""
        if self.manifest.files:
            return sum(kept.size for kept in self.manifest.files)
        sizes = [file.size for file in self.card.files]
        return sum(size or 0 for size in sizes) if sizes and all(sizes) else None

    def again(self) -> Model:
        """The same model as it is now."""
        return look(self.card, self.folder.parent, self.plugin)


def models(host: Host, folder: Path) -> tuple[Model, ...]:
    """All models, by name; `folder` is that of all weights."""
    shelf = host.models
    return tuple(look(shelf[name].thing, folder, shelf[name].plugin) for name in sorted(shelf))


def model(host: Host, folder: Path, name: str) -> Model:
    """The model of that name, or UnknownName with the nearest there is."""
    shelf = host.models
    if name not in shelf:
        near = difflib.get_close_matches(name.casefold(), shelf, 1)
        known = ", ".join(sorted(shelf)) or "none"
        raise UnknownName(
            f"no model is called {name!r}",
            remedy=f"Did you mean {near[0]}? There are: {known}." if near else f"There are: {known}.",
        )
    return look(shelf[name].thing, folder, shelf[name].plugin)


def look(card: ModelCard, folder: Path, plugin: str = "") -> Model:
    """What of a model lies in the folder of its name."""
    place = folder / card.name
    known = manifests.read(place)
    return Model(card, plugin, place, _state(card, place, known), known)


def _state(card: ModelCard, place: Path, known: Manifest) -> State:
    parts = needed(card, known, place)
    if parts and all(kept.stands_in(place) for kept in parts):
        return "here"
    if not place.is_dir():
        return "missing"
    names = [path.name for path in place.iterdir() if path.is_file()]
    holds = bool(weights.files_in(place)) or any(name.endswith(_ARRAYS) for name in names)
    if not known.files and not known.converted and holds:
        return "here"
    fetched = {kept.name for kept in (*known.files, *known.converted)}
    return "partly" if any(name in fetched or name.endswith(SUFFIX) for name in names) else "missing"


def needed(card: ModelCard, known: Manifest, place: Path) -> tuple[Kept, ...]:
    """The files that a model consists of; the one that was converted may be away, since it is there once more."""
    converted = {file.name for file in card.files[:1]} if known.converted else set()
    files = (kept for kept in known.files if kept.name not in converted or (place / kept.name).exists())
    return (*known.converted, *files)


def damaged(found: Model, bench: Bench) -> tuple[str, ...]:
    """The names of files that are not what they were when they came; each is read to its end."""
    bench = bench.at("check")
    bench.tell(StageStarted("check", found.card.name))
    all_kept = (*found.manifest.files, *found.manifest.converted)
    there = [kept for kept in all_kept if kept.stands_in(found.folder)]
    changed = tuple(kept.name for kept in there if not is_sound(kept, found.folder, bench))
    bench.tell(StageEnded("check"))
    return changed


def is_sound(kept: Kept, folder: Path, bench: Bench) -> bool:
    """Whether a file is there and has the checksum that it had."""
    return kept.stands_in(folder) and checksum(folder / kept.name, telling(bench)) == kept.sha256


def telling(bench: Bench) -> Tell:
    """What tells a bench how far something is."""
    return lambda done, total, what: bench.progress(done, total or 0, what)
