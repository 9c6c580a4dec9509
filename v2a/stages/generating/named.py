"""The files that parameters name: seen from the film's folder, and known by what they hold."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from v2a.errors import V2aError
from v2a.interfaces import GeneratorCard, about
from v2a.media.identity import identify
from v2a.model import Cue


def found(card: GeneratorCard, params: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The parameters with whole paths."""
    paths = {name: str(folder.absolute() / os.path.expanduser(params[name])) for name in _files(card, params)}  # noqa: PTH111 - never raises
    return {**params, **paths}


def digests(card: GeneratorCard, params: Mapping[str, Any], cue: Cue) -> dict[str, str]:
    """What each file counts by in a take's key; raises what keeps one from being read, with the cue's id."""
    try:
        return {name: identify(params[name]).sample for name in _files(card, params)}
    except V2aError as error:
        raise type(error)(error.what, where=f"cue {cue.id}: {error.where}", remedy=error.remedy) from error


def _files(card: GeneratorCard, params: Mapping[str, Any]) -> Iterator[str]:
    for entry in dataclasses.fields(card.params):
        if about(entry).file and params.get(entry.name):
            yield entry.name
