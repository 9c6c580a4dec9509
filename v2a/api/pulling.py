"""Fetching a model: its terms are accepted first, then its files come, and are put in place together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from v2a.api import manifest as manifests
from v2a.api.manifest import Kept, Manifest
from v2a.api.model_folder import held
from v2a.api.models import Model, is_sound, needed, telling
from v2a.api.supplies import Supply, supplies
from v2a.errors import CannotWrite, LicenceUnread
from v2a.interfaces import Bench, ModelCard
from v2a.media.download import Tell, check_room, checksum
from v2a.media.partial import Partial
from v2a.media.web import Patience
from v2a.model import StageEnded, StageStarted, codec

STAGE = "pull"
Accept = Callable[[ModelCard], bool]


@dataclass(frozen=True)
class Pulled:
    """A model that is here now, and the names of the files that were brought for that."""

    model: Model
    brought: tuple[str, ...] = ()


def never(card: ModelCard) -> bool:
    """Nobody accepts anything."""
    return False


def always(card: ModelCard) -> bool:
    """Whoever calls has seen to it that the terms were accepted."""
    return True


def pull(
    found: Model, bench: Bench, accept: Accept = never, source: str = "", patience: Patience | None = None
) -> Pulled:
    """Bring what is missing of a model into its folder, or make sure of what is there.

    `accept` is asked once for each version of its terms. `source` is a folder, a file or a mirror to take it from.
    """
    if found.is_own and not source:
        return Pulled(found)
    card, folder = found.card, found.folder
    terms = accepted(found, accept)
    bench = bench.at(STAGE)
    bench.tell(StageStarted(STAGE, card.name))
    with held(folder):
        known = replace(manifests.read(folder), model=card.name, accepted=terms)
        manifests.write(folder, known)
        brought = _bring(card, folder, known, _Order(bench, source, patience))
    bench.tell(StageEnded(STAGE))
    return Pulled(found.again(), brought)


def terms_of(card: ModelCard) -> str:
    """Twelve letters that change with what a user accepts."""
    return codec.digest([card.version, card.licence, card.conditions, card.gated])[:12]


def accepted(found: Model, accept: Accept) -> str:
    """The digest of a model's terms, which were accepted before or are now; else LicenceUnread."""
    terms = terms_of(found.card)
    if found.manifest.accepted == terms or accept(found.card):
        return terms
    raise LicenceUnread(
        f"the licence of {found.card.name} was not accepted, so nothing is fetched",
        remedy=f"Read {found.card.licence.read}, then run again with --accept-licence.",
    )


@dataclass(frozen=True)
class _Order:
    """How a model is to be brought."""

    bench: Bench
    source: str
    patience: Patience | None


def _bring(card: ModelCard, folder: Path, known: Manifest, order: _Order) -> tuple[str, ...]:
    """Bring what is not there or not sound, and write down what is; answers with the names of what came."""
    known = _without_damaged(folder, known, order.bench)
    parts = needed(card, known, folder)
    sound = {kept.name: kept for kept in parts if is_sound(kept, folder, order.bench)}
    if parts and len(sound) == len(parts) and not order.source:
        return ()
    wanted = supplies(card, order.source, order.patience)
    if wanted.commit != known.commit:
        sound = {}
    there = {supply.name: _there(supply, folder, known, sound, order.bench) for supply in wanted.files}
    missing = tuple(supply for supply in wanted.files if there[supply.name] is None)
    came = _come(missing, folder, order)
    whole = tuple(there[supply.name] or came[supply.name] for supply in wanted.files)
    converted = () if missing else known.converted
    now = replace(known, card=card.version, commit=wanted.commit, files=whole, converted=converted)
    _put(folder, now, known, missing)
    return tuple(came)


def _without_damaged(folder: Path, known: Manifest, bench: Bench) -> Manifest:
    """What is known without what was converted, where one file of that changed; then none of it is left to be read."""
    if all(is_sound(kept, folder, bench) for kept in known.converted):
        return known
    now = replace(known, converted=())
    manifests.write(folder, now)
    for kept in known.converted:
        (folder / kept.name).unlink(missing_ok=True)
    return now


def _there(
    supply: Supply, folder: Path, known: Manifest, sound: dict[str, Kept], bench: Bench
) -> Kept | None:
    """A file that is there already and is the one that is wanted; refuses to write over what is somebody else's."""
    path, wanted = folder / supply.name, supply.wanted.sha256
    kept = sound.get(supply.name)
    if kept is not None and wanted in ("", kept.sha256) and supply.path is None:
        return kept
    if path.is_file() and wanted:
        found = checksum(path, telling(bench))
        if found == wanted:
            return Kept(supply.name, path.stat().st_size, found, supply.source, checked=True)
    if not path.exists() or any(kept.name == supply.name for kept in known.files):
        return None
    raise CannotWrite(
        "another file lies there that v2a did not fetch",
        where=str(path),
        remedy="Move it away to have it fetched, or leave it: it is used as it is.",
    )


def _come(missing: tuple[Supply, ...], folder: Path, order: _Order) -> dict[str, Kept]:
    """Bring files beside their places, each checked; none is put there before all have come."""
    sizes = [supply.wanted.size or 0 for supply in missing]
    waiting = [Partial(folder / supply.name).size for supply in missing]
    if missing:
        check_room(folder, sum(max(size - part, 0) for size, part in zip(sizes, waiting, strict=True)))
    came: dict[str, Kept] = {}
    for at, supply in enumerate(missing):
        tell = _part_of(order.bench, supply.name, sum(sizes[:at]), sum(sizes) if all(sizes) else 0)
        got = supply.bring(folder, tell, order.patience)
        came[supply.name] = Kept(supply.name, got.size, got.sha256, got.url, got.checked)
        if not got.checked and not supply.name.endswith(".json"):
            order.bench.warn(f"nobody published a checksum of {supply.name}, so it is taken as it came")
    return came


def _part_of(bench: Bench, name: str, before: int, total: int) -> Tell:
    """Tell of one file as of a part of all; while it is checked, all of it has come."""
    whole = 0

    def tell(done: int, size: int | None, what: str) -> None:
        nonlocal whole
        whole = done if what == name else size or whole
        bench.progress(before + whole, total or size or 0, what)

    return tell


def _put(folder: Path, now: Manifest, before: Manifest, came: tuple[Supply, ...]) -> None:
    """Put what came in place, descriptions last, and take away what was fetched before and is no part of it any more.

    The manifest goes first: after a kill it names what is missing, and a second pull puts it there.
    """
    manifests.write(folder, now)
    for name in sorted((supply.name for supply in came), key=lambda name: (name.endswith(".json"), name)):
        Partial(folder / name).put()
    for kept in (*before.files, *before.converted):
        if came and kept.name not in {file.name for file in now.files}:
            (folder / kept.name).unlink(missing_ok=True)
