"""The files that parameters name: seen from the film's folder, kept in the store, and known by what they hold."""

from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from v2a.errors import IsADirectory, V2aError
from v2a.files import writing
from v2a.interfaces import GeneratorCard, Store, about
from v2a.media.identity import identify
from v2a.model import Failure


@dataclass(frozen=True)
class Named:
    """Parameters whose files lie in the store, what each file counts by in a take's key, and how the user calls it.

    What the user calls a file is found by its name in the store.
    """

    params: Mapping[str, Any]
    digests: Mapping[str, str]
    called: Mapping[str, str]


def named(card: GeneratorCard, params: Mapping[str, Any], folder: Path, store: Store) -> Named | Failure:
    """The parameters with their files in the store, so that what is read later is what the key says."""
    digests: dict[str, str] = {}
    called: dict[str, str] = {}
    kept = dict(params)
    for entry in dataclasses.fields(card.params):
        if about(entry).file and params.get(entry.name):
            path = folder.absolute() / os.path.expanduser(params[entry.name])  # noqa: PTH111 - never raises
            try:
                known = identify(path)
                place = _kept(path, store.key("named", known.size, known.sample), store)
            except IsADirectory as error:
                remedy = f"Name the {entry.name} file inside it."
                return Failure(f"{error.where}: {error.what} ({entry.name})", remedy, error.exit_code)
            except V2aError as error:
                return Failure(f"{error.where}: {error.what} ({entry.name})", error.remedy, error.exit_code)
            kept[entry.name], called[place.name] = str(place), path.name
            digests[entry.name] = f"{known.size}/{known.sample}"
    return Named(kept, digests, called)


def _kept(path: Path, key: str, store: Store) -> Path:
    place = store.path(key, path.suffix)
    if place is None:
        scratch = store.scratch(path.suffix)
        with writing(scratch):
            shutil.copyfile(path, scratch)
        place = store.keep(key, scratch)
    return place
