"""Drafts out of requests: features as the network is told them, and the latents of sounds that come with a request."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

import v2a
from v2a.errors import V2aError, WeightsUnfit
from v2a_prism import conditions, sampling
from v2a_prism.drawing import Draft
from v2a_prism.generator import PrismParams
from v2a_prism.residence import Residence
from v2a_prism.sampling import Cue

_EDGE = 2
"""The last latents of a tail know nothing of what comes after it, and are drawn anew."""


@dataclass(frozen=True, eq=False)
class _Sounds:
    """The latents of the sounds that come with a request, and how many are wanted."""

    length: int
    tail: Tensor | None
    near: Tensor | None


def drafts(
    home: Residence, given: Sequence[tuple[v2a.Request, PrismParams]]
) -> tuple[Draft | v2a.Failure, ...]:
    """What is to be drawn for each request, or what is wrong with it; each part of the model is fetched once for all."""
    with contextlib.ExitStack() as stack:
        if any(request.tail is not None or request.reference is not None for request, _ in given):
            stack.enter_context(home.encoding())
        sounds = [_sounds(home, request) for request, _ in given]
    with home.sampling():
        return tuple(_drafted(home, *asked, own) for asked, own in zip(given, sounds))


def _sounds(home: Residence, request: v2a.Request) -> _Sounds:
    config = home.model.config
    length = math.ceil(request.window.duration * config.rate / config.hop)
    tail = None if request.tail is None else _latents(home, request.tail)[:, :-_EDGE]
    if tail is not None and not 0 < tail.shape[-1] < length:
        tail = None
    near = None
    if request.reference is not None and request.strength:
        near = _filled(_latents(home, request.reference, length * config.hop), length)
    return _Sounds(length, tail, near)


def _drafted(home: Residence, request: v2a.Request, params: PrismParams, own: _Sounds) -> Draft | v2a.Failure:
    config = home.model.config
    if (config.rate, config.sound) != (request.rate, request.channels):
        made = f"{config.sound} channels at {config.rate} Hz, and not {request.channels} at {request.rate}"
        return v2a.Failure(f"this model makes {made}", "Name another model.", WeightsUnfit.exit_code)
    try:
        features = conditions.of(request, config, params.features)
        avoided = conditions.avoided(request, config)
    except V2aError as error:
        where = f" ({error.where})" if error.where else ""
        return v2a.Failure(error.what + where, error.remedy, error.exit_code)
    told = conditions.in_time(sampling.tell(home.model, features), own.length)
    unwanted = None if avoided is None else sampling.unwanted(home.model, avoided)
    return Draft(Cue(told, request.seed, unwanted), own.length, own.tail, own.near, request.strength)


def _latents(home: Residence, sound: v2a.SoundFile, most: int | None = None) -> Tensor:
    """A sound's latents (channels × positions), of as many samples as there may be."""
    samples = np.array(sound.open().samples[:, :most], np.float32)
    sound_here = torch.from_numpy(samples)[None].to(home.device)
    return sampling.encode(home.model, sound_here, home.plan.load.piece)[0]


def _filled(latents: Tensor, length: int) -> Tensor:
    """Latents that begin again until they are long enough."""
    return latents[:, torch.arange(length) % latents.shape[-1]]
