"""What parent and worker say to each other: one canonical JSON line for each frozen value, with its name."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import NoneType
from typing import Any

from v2a import errors
from v2a.builtin.executors import planning
from v2a.builtin.executors.contract import broken
from v2a.builtin.executors.tray import LaidRows, Shown, Sounded
from v2a.interfaces import (
    Address,
    Bounce,
    Encoded,
    EncodeRequest,
    Found,
    Imported,
    ObserverCard,
    Plan,
    PlanRequest,
)
from v2a.model import (
    Counted,
    Delivery,
    Failure,
    Findings,
    Kind,
    Notice,
    Observations,
    Progress,
    Request,
    Take,
    Video,
    Warned,
    codec,
)


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
class Call:
    """To the worker: call an object's verb with these values, each of them packed."""

    address: Address
    verb: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Returned:
    """From the worker: the packed answer to a call."""

    value: Any


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of text, such as an exporter's notes."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sought:
    """What a library is searched for."""

    prompt: str
    kind: Kind | None
    limit: int


@dataclass(frozen=True, slots=True)
class Offered:
    """The recordings that a library offers, best first."""

    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A metric's number."""

    number: float


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


_TOLD: tuple[type, ...] = (Progress, Warned, Counted)
_CALLED: tuple[type, ...] = (PlanRequest, Observations, Video, Delivery, Take, Shown, Sounded, Sought, str)
_ANSWERS: tuple[type, ...] = (
    Failure,
    Plan,
    Findings,
    Imported,
    ObserverCard,
    LaidRows,
    Lines,
    Offered,
    Measured,
    NoneType,
)
_VALUES: tuple[type, ...] = (Request, EncodeRequest, Bounce, Encoded, *_CALLED, *_ANSWERS, *_TOLD)
_MESSAGES: tuple[type, ...] = (
    Setup, Started, Open, Ready, Work, Answered, Call, Returned, Release, Told, Ended, Stopped
)  # fmt: skip


def pack(value: object) -> dict[str, Any]:
    """A value as JSON that says which type it is."""
    plain = planning.encode(value) if isinstance(value, PlanRequest) else codec.encode(value)
    return {"is": type(value).__name__, "value": plain}


def pack_answer(value: object) -> dict[str, Any]:
    """The answer to a call as JSON; one that cannot cross is a failure."""
    if not isinstance(value, _ANSWERS):
        return pack(broken(f"answered with {type(value).__name__}"))
    try:
        packed = pack(value)
        unpack(packed)
        return packed
    except (TypeError, ValueError) as error:
        return pack(broken(f"answered with something that cannot be written down ({error})"))


def unpack(data: Any) -> Any:
    """The value again; raises ValueError for anything else."""
    if not isinstance(data, dict) or data.keys() != {"is", "value"}:
        raise ValueError("not a packed value")
    for kind in (*_VALUES, *_MESSAGES):
        if kind.__name__ == data["is"]:
            return (
                planning.decode(data["value"]) if kind is PlanRequest else codec.decode(kind, data["value"])
            )
    raise ValueError(f"{data['is']!r} is not a value that crosses this border")


def line(message: object) -> bytes:
    """A message as one line."""
    return codec.canonical(pack(message)) + b"\n"


def read(text: bytes) -> Any:
    """The message of a line; raises ValueError for anything else."""
    return unpack(json.loads(text))


def is_told(notice: Notice) -> bool:
    """Whether a notice of a plugin's is passed on."""
    return isinstance(notice, _TOLD)


def error_of(stopped: Stopped) -> errors.V2aError:
    """The error that ends the run."""
    kinds = {kind.__name__: kind for kind in errors.all_errors()}
    kind = kinds.get(stopped.kind, errors.V2aError)
    return kind(stopped.what, where=stopped.where, remedy=stopped.remedy)
