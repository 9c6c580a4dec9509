"""A planner's request as plain data: the generators' parameter classes by name, the planner's own as their values."""

from __future__ import annotations

import dataclasses
import functools
import importlib
from typing import Any

from v2a.interfaces import GeneratorCard, NoParams, Planner, PlanRequest
from v2a.model import codec


def encode(request: PlanRequest) -> dict[str, Any]:
    """The request as JSON."""
    plain: dict[str, Any] = codec.encode(dataclasses.replace(request, generators=(), params=None))
    return plain | {
        "generators": [_card(card) for card in request.generators],
        "params": codec.encode(request.params),
    }


def decode(data: dict[str, Any]) -> PlanRequest:
    """The request again; its `params` are plain until the planner is known."""
    cards = tuple(
        codec.decode(GeneratorCard, card | {"params": _class(card["params"])}) for card in data["generators"]
    )
    plain = codec.decode(PlanRequest, data | {"generators": []})
    return dataclasses.replace(plain, generators=cards)


def addressed(request: PlanRequest, planner: Planner) -> PlanRequest:
    """The request with parameters of the planner's own class."""
    if request.params is None:
        return request
    return dataclasses.replace(request, params=codec.decode(planner.card.params, request.params))


def _card(card: GeneratorCard) -> dict[str, Any]:
    return {
        f.name: f"{card.params.__module__}:{card.params.__qualname__}"
        if f.name == "params"
        else codec.encode(getattr(card, f.name))
        for f in dataclasses.fields(card)
    }


def _class(name: str) -> type:
    """The class of that name; one that only another process can reach is as good as none."""
    module, _, path = name.partition(":")
    try:
        found: object = functools.reduce(getattr, path.split("."), importlib.import_module(module))
    except (ImportError, AttributeError):
        return NoParams
    return found if isinstance(found, type) else NoParams
