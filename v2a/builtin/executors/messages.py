"""What parent and worker say to each other: one canonical JSON line for each frozen value, with its name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from v2a.interfaces import Address, Bounce, Encoded, EncodeRequest
from v2a.model import Counted, Failure, Notice, Progress, Request, Warned, codec


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to a worker: the bench, as far as it can be written."""

    device: str
    dtype: str
    memory_limit: int | None
    weights: str
    scratch: str
    stage: str


@dataclass(frozen=True, slots=True)
class Started:
    """From the worker: the process runs; from now on silence is the plugin's."""


@dataclass(frozen=True, slots=True)
class Open:
    """To the worker: open this plugin."""

    address: Address


@dataclass(frozen=True, slots=True)
class Ready:
    """From the worker: the plugin is open, likes so many requests at once, is on this device, and has weights."""

    batch: int
    device: str
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """To the worker: serve these requests, each of them packed."""

    address: Address
    requests: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """From the worker: the packed result of the request at this position of the work."""

    position: int
    result: Any


@dataclass(frozen=True, slots=True)
class Release:
    """To the worker: close this plugin."""

    address: Address


@dataclass(frozen=True, slots=True)
class Told:
    """From the worker: a packed notice of the plugin's."""

    notice: Any


@dataclass(frozen=True, slots=True)
class Ended:
    """From the worker: the work is done."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """From the worker: an error that is not the plugin's and ends the run, such as a full disk."""

    kind: str
    what: str
    where: str
    remedy: str


_VALUES: tuple[type, ...] = (Request, EncodeRequest, Bounce, Encoded, Failure, Progress, Warned, Counted)
_MESSAGES: tuple[type, ...] = (Setup, Started, Open, Ready, Work, Answered, Release, Told, Ended, Stopped)


def pack(value: object) -> dict[str, Any]:
    """A value as JSON that says which type it is."""
    return {"is": type(value).__name__, "value": codec.encode(value)}


def unpack(data: Any) -> Any:
    """The value again; raises ValueError for anything else."""
    if not isinstance(data, dict) or data.keys() != {"is", "value"}:
        raise ValueError("not a packed value")
    for kind in (*_VALUES, *_MESSAGES):
        if kind.__name__ == data["is"]:
            return codec.decode(kind, data["value"])
    raise ValueError(f"{data['is']!r} is not a value that crosses this border")


def line(message: object) -> bytes:
    """A message as one line."""
    return codec.canonical(pack(message)) + b"\n"


def read(text: bytes) -> Any:
    """The message of a line; raises ValueError for anything else."""
    return unpack(json.loads(text))


def is_told(notice: Notice) -> bool:
    """Whether a notice of a plugin's is passed on."""
    return isinstance(notice, Progress | Warned | Counted)
