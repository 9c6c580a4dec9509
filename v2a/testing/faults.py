"""A plugin for the trial of executors: one generator that behaves, raises, or ends its process, as the prompt says."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import ClassVar

import numpy as np

from v2a.hookspecs import hookimpl
from v2a.interfaces import Bench, Generator, GeneratorCard
from v2a.model import Audio, Licence, Request


class Faulty(Generator):
    """Noise, or the fault that the prompt names: `raise` or `exit`."""

    card: ClassVar[GeneratorCard] = GeneratorCard(
        "faulty",
        "1",
        ("fx",),
        Licence("GPL-3.0-or-later", commercial="yes"),
        about="for the trial of executors",
    )

    def open(self, bench: Bench) -> Callable[[Request], Audio]:
        """Nothing to load."""
        return _make


def _make(request: Request) -> Audio:
    if request.prompt == "raise":
        raise RuntimeError("as asked")
    if request.prompt == "exit":
        os._exit(3)
    noise = np.random.default_rng(request.seed).uniform(-0.5, 0.5, (request.channels, request.length))
    return Audio(noise.astype(np.float32), request.rate)


@hookimpl
def v2a_generators() -> Sequence[Generator]:
    """The one generator."""
    return (Faulty(),)
