"""Converting a model: what was published becomes sharded safetensors, once, by the function that its card names."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from v2a.api import manifest as manifests
from v2a.api.manifest import Kept, Manifest
from v2a.api.model_folder import held
from v2a.api.models import Model, telling
from v2a.builtin.executors.failures import blamed
from v2a.errors import DocumentError, FileMissing, PluginContract, ProgramMissing, V2aError, WeightsMissing
from v2a.files import together, writing
from v2a.interfaces import Bench, ModelCard
from v2a.media.download import check_room, checksum
from v2a.model import StageEnded, StageStarted

STAGE = "convert"
_ASK = "Update the plugin, or tell its author; the file that was fetched is kept."


@dataclass(frozen=True)
class Converted:
    """A converted model: the files that were made (none where they were there already), and what was done with the
    file they were made of: bytes `freed` by taking it away, or where it is `left`.
    """

    model: Model
    made: tuple[str, ...] = ()
    freed: int = 0
    left: Path | None = None


def can_convert(found: Model) -> bool:
    """Whether there is something fetched that is still to be converted."""
    return bool(found.card.convert and found.manifest.files and not found.manifest.converted)


def convert(found: Model, bench: Bench, source: Path | None = None, keep: bool = False) -> Converted:
    """Convert what was fetched, or a file of the user's own, which is never touched.

    The file that was fetched is taken away afterwards, because it holds the same once more, unless it is to be kept.
    """
    card = found.card
    if not card.convert:
        raise DocumentError(
            f"{card.name} is used as it is published, so there is nothing to convert",
            remedy=f"v2a models path {card.name} prints where it lies.",
        )
    original = found.folder / card.files[0].name if card.files else found.folder
    if source is None and not original.exists():
        if found.manifest.converted and found.state == "here":
            return Converted(found)
        raise WeightsMissing(
            f"the weights of {card.name} are not there",
            where=str(original),
            remedy=f"v2a models pull {card.name} fetches them; or name your own file with --from.",
        )
    if source is not None and not source.exists():
        raise FileMissing("there is no such file", where=str(source), remedy="Name the published file.")
    bench = bench.at(STAGE)
    bench.tell(StageStarted(STAGE, card.name))
    with held(found.folder):
        known = replace(manifests.read(found.folder), model=card.name)
        made = _made(found, source or original, bench)
        manifests.write(found.folder, replace(known, card=card.version, converted=made))
        for old in known.converted:
            if old.name not in {kept.name for kept in made}:
                (found.folder / old.name).unlink(missing_ok=True)
        freed = 0 if keep else _freed(found.folder, known, made, source or original)
    bench.tell(StageEnded(STAGE))
    left = original if original.is_file() and source is None else None
    return Converted(found.again(), tuple(kept.name for kept in made), freed, left)


def _made(found: Model, source: Path, bench: Bench) -> tuple[Kept, ...]:
    """What the card's function makes of a file, put into the folder together."""
    call = _function(found.card)
    if source.is_file():
        check_room(found.folder, source.stat().st_size)
    with together(found.folder) as draft:
        try:
            call(source, draft, bench)
        except ModuleNotFoundError as error:
            raise _absent(found.card, error) from error
        except Exception as error:
            where = f"plugin {found.plugin}: model {found.card.name}"
            raise _told(error, where, draft, found.folder) from error
        made = tuple(sorted(path for path in draft.iterdir() if path.is_file()))
        if not made:
            raise PluginContract(f"{found.card.convert} wrote nothing", where=found.card.name, remedy=_ASK)
        if source.resolve() in {(found.folder / path.name).resolve() for path in made}:
            raise PluginContract(
                f"{found.card.convert} writes over what it reads", where=str(source), remedy=_ASK
            )
        kept = tuple(
            Kept(p.name, p.stat().st_size, checksum(p, telling(bench)), source.name, checked=True)
            for p in made
        )
    return kept


def _told(error: Exception, where: str, draft: Path, folder: Path) -> V2aError:
    """What a plugin raised, as an error that names it and no folder that is gone by then."""
    if isinstance(error, V2aError):
        place = error.where.replace(str(draft), str(folder))
        return type(error)(error.what, where=place, remedy=error.remedy)
    return blamed(error, where, _ASK)


def _function(card: ModelCard) -> Callable[[Path, Path, Bench], Any]:
    module, _, name = card.convert.partition(":")
    try:
        found: Callable[[Path, Path, Bench], Any] = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        raise _absent(card, error) from error
    except (ImportError, AttributeError) as error:
        what = f"{card.convert} is not there ({error})"
        raise PluginContract(what, where=f"model {card.name}", remedy=_ASK) from error
    return found


def _absent(card: ModelCard, error: ModuleNotFoundError) -> ProgramMissing:
    return ProgramMissing(
        f"{error.name} is not installed, which converting needs",
        where=card.name,
        remedy=f"pip install 'v2a[neural]', then v2a models convert {card.name}.",
    )


def _freed(folder: Path, known: Manifest, made: tuple[Kept, ...], source: Path) -> int:
    """Take away what was fetched, now that it is there once more; bytes that are free again."""
    freed = 0
    with writing(folder):
        for kept in known.files:
            path = folder / kept.name
            if path == source and kept.stands_in(folder) and kept.name not in {file.name for file in made}:
                path.unlink()
                freed += kept.size
    return freed
