"""Where a model's files come from: the addresses of its card, the hub's list, a mirror, or a folder on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit
from urllib.request import url2pathname

from v2a.errors import FileMissing, Unreadable, WeightsDamaged, WeightsMissing
from v2a.files import writing
from v2a.interfaces import ModelCard, ModelFile, ModelRepository
from v2a.media import hub, web
from v2a.media.download import Fetched, Tell, Wanted, check_room, checksum, fetch
from v2a.media.partial import Mark, Partial

_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class Supply:
    """One file of a model, and where it comes from: another place on this machine, or a server."""

    name: str
    wanted: Wanted
    path: Path | None = None

    @property
    def source(self) -> str:
        """Where from, in a word for the manifest."""
        return str(self.path) if self.path is not None else self.wanted.urls[0]

    def bring(self, folder: Path, tell: Tell, patience: web.Patience | None) -> Fetched:
        """Bring it to `NAME.part` in the folder and check it."""
        if self.path is not None:
            return _copied(self.path, self.wanted, Partial(folder / self.name), tell)
        return fetch(self.wanted, folder / self.name, tell, patience)


@dataclass(frozen=True, slots=True)
class Supplies:
    """All files of a model, and the commit at which the hub has them."""

    files: tuple[Supply, ...]
    commit: str = ""


def supplies(card: ModelCard, source: str = "", patience: web.Patience | None = None) -> Supplies:
    """Where each file comes from; `source` is a folder, a file or a mirror's address to take the card's place."""
    if not source:
        return _published(card, patience)
    if web.is_allowed(source):
        return Supplies(tuple(_at_mirror(file, source) for file in _named(card)))
    place = _place(source)
    if card.repository is not None:
        return _of_repository(card.repository, place)
    return Supplies(tuple(_in_folder(file, place, len(card.files)) for file in card.files))


def _published(card: ModelCard, patience: web.Patience | None) -> Supplies:
    if card.repository is not None:
        found = hub.listing(card.repository, card.gated, patience)
        return Supplies(tuple(_at_hub(file, card) for file in found.files), found.commit)
    return Supplies(tuple(_at_hub(file, card) for file in card.files))


def _at_hub(file: ModelFile, card: ModelCard) -> Supply:
    urls = tuple(hub.at_endpoint(url) for url in file.urls)
    token = hub.token(urls[0]) if card.gated else ""
    locked = hub.how_to_enter(card.home, bool(token)) if card.gated else ""
    return Supply(file.name, Wanted(urls, file.size, file.sha256, token, locked))


def _named(card: ModelCard) -> tuple[ModelFile, ...]:
    """The files that a card names; a mirror of a repository has no list that we could ask for."""
    if card.repository is not None:
        raise WeightsMissing(
            "this model is a repository, and a mirror's list of files cannot be asked for",
            where=card.name,
            remedy="Name a folder, or set HF_ENDPOINT to a mirror of the whole hub.",
        )
    return card.files


def _at_mirror(file: ModelFile, source: str) -> Supply:
    is_it = urlsplit(source).path.endswith(f"/{file.name}")
    url = source if is_it else f"{source.rstrip('/')}/{file.name}"
    return Supply(file.name, Wanted((url,), file.size, file.sha256))


def _place(source: str) -> Path:
    parts = urlsplit(source)
    if parts.scheme in ("http", "ftp"):
        raise WeightsMissing("is no https:// address", where=source, remedy="Name one that is, or a folder.")
    place = Path(url2pathname(parts.path) if parts.scheme == "file" else source).expanduser().absolute()
    if not place.exists():
        raise FileMissing(
            "there is no such file or folder", where=str(place), remedy="Name where the files lie."
        )
    return place


def _of_repository(repository: ModelRepository, place: Path) -> Supplies:
    if not place.is_dir():
        raise WeightsMissing(
            "this model has several files", where=str(place), remedy="Name the folder in which they lie."
        )
    listed = tuple(ModelFile(path.name, ()) for path in sorted(place.iterdir()) if path.is_file())
    wanted = hub.wanted_of(listed, repository)
    return Supplies(tuple(Supply(file.name, Wanted(()), place / file.name) for file in wanted))


def _in_folder(file: ModelFile, place: Path, number: int) -> Supply:
    path = place / file.name if place.is_dir() else place
    if not path.is_file() or (number > 1 and not place.is_dir()):
        raise WeightsMissing(
            f"there is no {file.name}",
            where=str(place),
            remedy="Name the folder in which the model's files lie.",
        )
    return Supply(file.name, Wanted((), file.size, file.sha256), path)


def _copied(path: Path, wanted: Wanted, partial: Partial, tell: Tell) -> Fetched:
    size = path.stat().st_size
    if wanted.size is not None and size != wanted.size:
        raise _other(path, f"{size} bytes, not {wanted.size}")
    check_room(partial.place.parent, size)
    partial.begin(Mark(str(path), size=size))
    with _opened(path) as given, writing(partial.path), partial.path.open("wb") as taken:
        while block := given.read(_BLOCK):
            taken.write(block)
            tell(taken.tell(), size, partial.place.name)
    found = checksum(partial.path, tell)
    if wanted.sha256 and found != wanted.sha256:
        partial.remove()
        raise _other(path, f"its SHA-256 is {found[:12]}…, not {wanted.sha256[:12]}…")
    return Fetched(str(path), size, found, checked=bool(wanted.sha256))


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        why = f"cannot be read ({error.strerror or error})"
        raise Unreadable(why, where=str(path), remedy="Look at its rights.") from error


def _other(path: Path, how: str) -> WeightsDamaged:
    return WeightsDamaged(
        f"this is not the file that was published: {how}",
        where=str(path),
        remedy="It was cut short or changed on its way: copy it anew, or fetch it.",
    )
