"""Small plugins whose behaviour tests change."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np

import v2a

MIT = v2a.Licence("MIT", commercial="yes")
CARD = v2a.GeneratorCard("noise", "1", ("fx",), MIT, "noise", channels=1, windowing="whole")


def noise(request) -> np.ndarray:
    return np.random.default_rng(request.seed).uniform(-0.5, 0.5, (request.channels, request.length))


def generator(make, **card) -> v2a.Generator:
    class Some(v2a.Generator):
        def open(self, bench):
            return make

    Some.card = replace(CARD, **card)
    return Some()


def audio(samples, request):
    return v2a.Audio(samples, request.rate)


class Letters(v2a.Encoder):
    card = v2a.EncoderCard("letters", "1", MIT, "text", "letters")
    read = staticmethod(lambda request, n: np.full((2, 3), len(request.text), np.float32))

    def open(self, bench):
        outer = self

        class Count(v2a.Reader):
            def __call__(self, requests):
                for n, request in enumerate(requests):
                    yield outer.read(request, n)

        return Count()


class Loud(v2a.Metric):
    card = v2a.MetricCard("loud", "1", "dB", about="loud")
    number = staticmethod(lambda sound: float(np.max(sound.samples)))

    def measure(self, bench, sound, take, observations):
        return self.number(sound)


class Planned(v2a.Planner):
    card = v2a.PlannerCard("planned", "1", MIT, "plans")
    cue = staticmethod(lambda request: None)

    def plan(self, bench, request):
        cue = self.cue(request)
        return v2a.Plan((cue,) if cue else ())


def module(**hooks) -> ModuleType:
    made = ModuleType("some_plugin")
    for name, listed in hooks.items():
        setattr(made, name, v2a.hookimpl(lambda listed=listed: listed))
    return made
