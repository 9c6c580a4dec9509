"""What a plugin may answer: checked once, in the same way wherever it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.executors import scored
from v2a.errors import PluginContract
from v2a.interfaces import EncodeRequest
from v2a.model import Audio, Credit, Failure, Made, Request, to_seconds
from v2a.model.licence import Commercial

REMEDY = "Update the plugin or tell its author; v2a plugin check shows the same."


def broken(what: str) -> Failure:
    """The failure of an answer that the contract does not allow."""
    return Failure(what, REMEDY, PluginContract.exit_code)


def checked(answer: object, request: Request | EncodeRequest) -> Made | NDArray[Any] | Failure:
    """The answer if it is one that the contract allows, or the failure that says why not."""
    if isinstance(answer, Failure):
        return answer
    if isinstance(request, EncodeRequest):
        return _feature(answer)
    if isinstance(answer, Audio):
        answer = Made(answer)
    if not isinstance(answer, Made) or not isinstance(answer.sound, Audio):
        return broken(f"answered with {type(answer).__name__}, not with a sound")
    problem = _sound_problem(answer.sound, request) or _parts_problem(answer) or _terms_problem(answer)
    problem = problem or scored.problem(answer.score)
    return broken(problem) if problem else _tidy(answer)


def _sound_problem(sound: Audio, request: Request) -> str:
    if sound.rate != request.rate:
        return f"made sound at {sound.rate} Hz where {request.rate} Hz was asked for"
    if sound.channels != request.channels:
        return f"made {sound.channels} channels where {request.channels} were asked for"
    if sound.length != request.length:
        return f"made {sound.length} samples where {request.length} were asked for"
    if not np.isfinite(sound.samples).all():
        return "made sound with samples that are not numbers (NaN or infinite)"
    return ""


def _parts_problem(made: Any) -> str:
    for name, part in made.parts.items():
        if not isinstance(name, str) or not isinstance(part, Audio):
            return "named a part that is not a sound"
        if (part.rate, part.length) != (made.sound.rate, made.sound.length):
            return f"made a part {name!r} of another rate or length than the whole"
        if not np.isfinite(part.samples).all():
            return f"made a part {name!r} with samples that are not numbers (NaN or infinite)"
    if not all(isinstance(credit, Credit) for credit in made.credits):
        return "gave a credit that is not a Credit"
    if made.sync is not None and not isinstance(made.sync, Fraction | int | float):
        return f"gave a sync point that is not a time: {made.sync!r}"
    return ""


def _terms_problem(made: Any) -> str:
    if made.commercial is None or made.commercial in get_args(Commercial):
        return ""
    return f"said whether its sound may be sold with {made.commercial!r}"


def _tidy(made: Any) -> Made:
    sync = None if made.sync is None else to_seconds(made.sync)
    notes: Sequence[object] = (made.notes,) if isinstance(made.notes, str) else made.notes
    tidied: Made = replace(
        made,
        sync=sync,
        parts=dict(made.parts),
        credits=tuple(made.credits),
        notes=tuple(map(str, notes)),
    )
    return tidied


def _feature(answer: object) -> NDArray[Any] | Failure:
    if not isinstance(answer, np.ndarray) or answer.dtype.kind not in "fiub":
        return broken(f"answered with {type(answer).__name__}, not with an array of numbers")
    if answer.ndim == 0 or not len(answer):
        return broken("made a feature without rows")
    if answer.dtype.kind == "f" and not np.isfinite(answer).all():
        return broken("made a feature with values that are not numbers (NaN or infinite)")
    return answer
