"""What a request brings for PrismAudio's conditions: the features of its window, or those of a file."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import v2a
from v2a.errors import WeightsUnfit
from v2a_prism.conditioner import TOKENS, Features, Told
from v2a_prism.config import Config, Ends
from v2a_prism.generator import SYNC, TEXT, VIDEO

_FRAMES = 4
_GROUPS = Fraction(25, 8)
_AVOIDED = f"{TEXT}:avoid"
_APART = 1
"""Seconds by which features may be longer or shorter than their window: one is asked for in whole seconds."""


def of(request: v2a.Request, config: Config, precomputed: str) -> Features:
    """The features of a request: from a file, from the encoders, or nothing where there is no picture or no text.

    Nothing is zeros, which is what the network was taught to take for it.
    """
    seconds = request.window.duration
    if precomputed:
        from v2a_encoders import exchange

        given = exchange.read(Path(precomputed))
        if given.seconds is not None and abs(given.seconds - seconds) > _APART:
            raise WeightsUnfit(
                f"the features are of {given.seconds:g} s and the cue takes {float(seconds):g} s",
                remedy="Make features of just the cue, or let the encoders do it.",
            )
        return Features(
            _rows(given.video, config.video, "video features"),
            _rows(given.text, config.text, "text features"),
            _rows(given.sync, config.sync, "sync features"),
        )
    groups = max(1, math.ceil(_GROUPS * seconds) - 1)
    return Features(
        _feature(request, VIDEO, config.video, math.ceil(_FRAMES * seconds)),
        _feature(request, TEXT, config.text, 1),
        _feature(request, SYNC, config.sync, TOKENS * groups),
    )


def avoided(request: v2a.Request, config: Config) -> Tensor | None:
    """The text features of what is not wanted, where that is said."""
    return _feature(request, _AVOIDED, config.text, 1) if _AVOIDED in request.features else None


def in_time(told: Told, length: int) -> Told:
    """What is told with its sync stream as long as the latents: cut, or its last place held.

    It keeps the pace at which it was published, 194 places for the 216 tokens of nine seconds, whatever the length: the
    network has learnt where in this stream a moment is. Stretched over four seconds it would tell of a moment near the end
    a third of a second late.
    """
    held = told.sync[:, -1:].expand(-1, max(0, length - told.sync.shape[1]), -1)
    return replace(told, sync=torch.cat([told.sync[:, :length], held], dim=1))


def _feature(request: v2a.Request, name: str, ends: Ends, rows: int) -> Tensor:
    track = request.features.get(name)
    return (
        torch.zeros(rows, ends.size) if track is None else _rows(track.values(), ends, f"{name}'s features")
    )


def _rows(values: Any, ends: Ends, what: str) -> Tensor:
    rows = torch.from_numpy(np.array(values, np.float32))
    if rows.ndim != 2 or rows.shape[1] != ends.size or not len(rows):
        shape = " × ".join(map(str, rows.shape))
        raise WeightsUnfit(
            f"{what} are {shape}, and this model takes tokens × {ends.size}",
            remedy="Use the encoder that the model was trained with.",
        )
    return rows
