"""Serves requests with an opened plugin: smaller batches when memory runs out, one failure for one bad request."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.executors import threads
from v2a.builtin.executors.contract import broken, checked
from v2a.builtin.executors.failures import failure, is_memory
from v2a.builtin.executors.keeper import Opened, free_memory
from v2a.errors import Cancelled
from v2a.files import writing
from v2a.interfaces import Bench, Bounce, Encoded, EncodeRequest
from v2a.media import sheets
from v2a.model import Audio, Failure, Made, Part, Request, Score, SoundFile

AnyRequest = Request | EncodeRequest
Result = Bounce | Encoded | Failure


@dataclass(frozen=True)
class _Raised:
    error: BaseException


def serve(
    opened: Opened, requests: Sequence[AnyRequest], bench: Bench, make_room: Callable[[], bool]
) -> Iterator[Result]:
    """Yield a result for each request, in order; sound is written to the bench's scratch folder.

    When memory runs out, `make_room` closes other plugins and says whether there were any; then batches get smaller.
    """
    with threads.of_the_machine() if opened.heavy else contextlib.nullcontext():
        yield from _served(opened, requests, bench, make_room)


def _served(
    opened: Opened, requests: Sequence[AnyRequest], bench: Bench, make_room: Callable[[], bool]
) -> Iterator[Result]:
    waiting = list(requests)
    size = len(waiting)
    while waiting:
        group = waiting[:size]
        raised: BaseException | None = None
        for outcome in _outcomes(opened, group, bench):
            if isinstance(outcome, _Raised):
                raised = outcome.error
                break
            yield _written(outcome, bench.scratch)
            waiting.pop(0)
            group = group[1:]
        if raised is None:
            continue
        told, short = failure(raised), is_memory(raised)
        del raised, outcome
        if short:
            free_memory()
        if short and make_room():
            continue
        if len(group) == 1:
            yield told
            waiting.pop(0)
        else:
            size = len(group) // 2 if short else 1


def _outcomes(
    opened: Opened, group: Sequence[AnyRequest], bench: Bench
) -> Iterator[Made | NDArray[Any] | Failure | _Raised]:
    answers: Iterator[object] | None = None
    given = 0
    try:
        called: object = opened.work(group)  # type: ignore[arg-type]
        if not isinstance(called, Iterable):
            yield from [broken(f"answered with {type(called).__name__}, not with one answer each")] * len(
                group
            )
            return
        answers = iter(called)
        for request in group:
            bench.check_cancelled()
            try:
                answer = next(answers)
            except StopIteration:
                few = broken(f"gave {given} answers to {len(group)} requests")
                yield from [few] * (len(group) - given)
                return
            given += 1
            yield checked(answer, request)
        if next(answers, opened) is not opened:
            bench.warn(f"{opened.name} gave more answers than there were requests; the rest is left out")
    except Cancelled:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
        if given < len(group):
            yield _Raised(error)
    finally:
        close = getattr(answers, "close", None)
        if close is not None:
            close()


def _written(outcome: Made | NDArray[Any] | Failure, folder: Path) -> Result:
    if isinstance(outcome, Failure):
        return outcome
    if isinstance(outcome, Made):
        parts = tuple(Part(name, _sound(sound, folder)) for name, sound in sorted(outcome.parts.items()))
        whole = _sound(outcome.sound, folder)
        score = _sheet(outcome.score, folder) if outcome.score is not None else ""
        return Bounce(whole, outcome.sync, parts, outcome.credits, outcome.notes, outcome.commercial, score)
    path = _new(folder)
    with writing(path), path.open("wb") as file:
        np.save(file, outcome, allow_pickle=False)
    return Encoded(str(path))


def _sound(sound: Audio, folder: Path) -> SoundFile:
    path = _new(folder)
    with writing(path):
        return SoundFile.write(path, sound)


def _sheet(score: Score, folder: Path) -> str:
    path = _new(folder, sheets.SUFFIX)
    sheets.write(path, score)
    return str(path)


def _new(folder: Path, suffix: str = ".npy") -> Path:
    with writing(folder):
        handle, name = tempfile.mkstemp(prefix="made-", suffix=suffix, dir=folder)
    os.close(handle)
    return Path(name)
