"""A plugin for the trial of executors: it behaves, raises, or ends its process, as the prompt or the brief says."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from v2a.hookspecs import hookimpl
from v2a.interfaces import Bench, Generator, GeneratorCard, Plan, Planner, PlannerCard, PlanRequest
from v2a.model import Audio, Licence, Request

_LICENCE = Licence("GPL-3.0-or-later", commercial="yes")


class Faulty(Generator):
    """Noise, or the fault that the prompt names: `raise` or `exit`."""

    card: ClassVar[GeneratorCard] = GeneratorCard(
        "faulty",
        "1",
        ("fx",),
        _LICENCE,
        about="for the trial of executors",
    )

    def open(self, bench: Bench) -> Callable[[Request], Audio]:
        """Nothing to load."""
        return _make


def _make(request: Request) -> Audio:
    _do(request.prompt)
    noise = np.random.default_rng(request.seed).uniform(-0.5, 0.5, (request.channels, request.length))
    return Audio(noise.astype(np.float32), request.rate)


def _do(fault: str) -> None:
    if fault == "raise":
        raise RuntimeError("as asked")
    if fault == "exit":
        os._exit(3)


class Aimless(Planner):
    """No cues, or the fault that the brief names."""

    card: ClassVar[PlannerCard] = PlannerCard("faulty", "1", _LICENCE, about="for the trial of executors")

    def plan(self, bench: Bench, request: PlanRequest) -> Plan:
        """Note the brief; nothing else is planned."""
        _do(request.brief)
        return Plan(notes=(request.brief,))


@hookimpl
def v2a_generators() -> Sequence[Generator]:
    """The one generator."""
    return (Faulty(),)


@hookimpl
def v2a_planners() -> Sequence[Planner]:
    """The one planner."""
    return (Aimless(),)
