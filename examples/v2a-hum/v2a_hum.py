"""Mains hum: the 50 Hz and its overtones that every room with a refrigerator has."""

from dataclasses import dataclass

import numpy as np
import v2a

MIT = v2a.Licence("MIT", commercial="yes")
WORDS = ("hum", "refrigerator", "transformer")


@dataclass(frozen=True)
class HumParams:
    mains: float = v2a.option(50.0, "frequency of the mains", unit="Hz", low=45, high=65)
    overtones: int = v2a.option(5, "how many overtones", low=0, high=20)


class Hum(v2a.Generator):
    card = v2a.GeneratorCard(
        "hum", "1", ("bg",), MIT, "mains hum", channels=1, windowing="exact", words=WORDS, params=HumParams
    )

    def open(self, bench: v2a.Bench):
        return make


def make(request: v2a.Request) -> v2a.Audio:
    params = HumParams(**request.params)
    time = np.arange(request.start, request.start + request.length) / request.rate
    phases = np.random.default_rng(request.seed).uniform(0, 2 * np.pi, params.overtones + 1)
    waves = [0.1 / n * np.sin(2 * np.pi * params.mains * n * time + p) for n, p in enumerate(phases, 1)]
    return v2a.Audio(np.sum(waves, axis=0), request.rate)


@v2a.hookimpl
def v2a_generators() -> list[v2a.Generator]:
    return [Hum()]
