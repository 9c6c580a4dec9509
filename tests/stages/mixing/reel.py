"""Production sound with gaps, and what is seen meanwhile."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np

from tests.builtin.planner.films import film as video
from tests.stages.scene import RATE
from v2a.interfaces import Bench
from v2a.model import Observations, Scene, Shot, Span, Speech
from v2a.stages.mixing.filling import Recording, fill
from v2a.stages.mixing.spool import Spool

SECONDS = 8


def tone(seconds=SECONDS, level=0.004, seed=1, hum=0.0):
    """Room tone of different sides, with hum."""
    rng = np.random.default_rng(seed)
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(rng.standard_normal((2, count)), axis=1)
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(count, 1 / RATE), 40.0))
    noise = np.fft.irfft(spectrum, count, axis=1)
    noise *= level / np.sqrt((noise**2).mean())
    return (noise + hum * np.sin(2 * np.pi * 50 * np.arange(count) / RATE)).astype(np.float32)


def at(sound, start, end):
    return sound[:, round(start * RATE) : round(end * RATE)]


def muted(sound, *spans):
    made = sound.copy()
    for start, end in spans:
        at(made, start, end)[:] = 0
    return made


def span(start, end):
    return Span(F(str(start)), F(str(end)))


def places(*ends, scenes=None):
    """Shots that end at these times; without more they are one scene."""
    starts = (0, *ends[:-1])
    shots = tuple(Shot(span(a, b)) for a, b in zip(starts, ends))
    return {"shots": shots, "scenes": scenes or (Scene(span(0, ends[-1]), tuple(range(len(ends)))),)}


def level(sound):
    return 10 * np.log10(float((sound.astype(np.float64) ** 2).mean()) + 1e-20)


class Reel:
    """Production sound on a spool, whose gaps are filled."""

    def __init__(self, folder):
        self.folder = folder

    def filled(self, sound, *, speech=(), seed=0, **seen):
        seconds = F(sound.shape[1], RATE)
        found = Observations(video(seconds), speech=tuple(Speech(span(*each)) for each in speech))
        found = replace(found, **(places(seconds) | seen))
        with Spool(self.folder / "dx.f32") as spool:
            spool.add(sound)
            done = fill(Recording(spool, RATE, F(0), found.video.span), found, seed, Bench())
            return done, spool.read(0, spool.length).copy()

    def gaps(self, sound, **seen):
        return [gap.span for gap in self.filled(sound, **seen)[0].filled]
