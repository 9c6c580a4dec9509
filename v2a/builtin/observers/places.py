"""The places observer: shots grouped into scenes, and what kind of place each scene is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.observers import frames as small
from v2a.builtin.observers import scenery
from v2a.builtin.observers.grouping import Kind, Likeness, Run, few, runs
from v2a.builtin.observers.setting import setting
from v2a.interfaces import Bench, FeatureCard, Frames, Observer, ObserverCard, Rows, Watcher
from v2a.model import Findings, Observations, Scene, Shot, Span, Video

_RATE = Fraction(2)
_LIKENESS = {
    "place": (Likeness(0.64, 30.0), 1.0),
    "clip": (Likeness(0.75, 20.0), 1.0),
}


class Places(Observer):
    """Scenes from twice a second of small frames; where `clip` was observed, from that as well.

    `place` is a frame's colours and textures as a vector of length 1 (a scene embedding that needs no weights);
    `setting` holds cues from 0 to 1, in the order of `scenery.CUES`.
    """

    card = ObserverCard(
        name="places",
        version="1",
        about="scenes: shots in one place, inside or outside, by day or at night",
        picture=replace(small.NEED, rate=_RATE),
        lead=Fraction(0),
        features={
            "place": FeatureCard("picture", shape=(scenery.COLOURS + scenery.TEXTURES,), dtype="float16"),
            "setting": FeatureCard("picture", shape=(len(scenery.CUES),)),
        },
        after=("picture", "transnet"),
        finds=("scenes",),
    )

    def open(self, bench: Bench, video: Video) -> Watcher:
        """A watcher that remembers nothing."""
        return _Eye()

    def conclude(self, bench: Bench, so_far: Observations) -> Findings:
        """The scenes of a film; every shot belongs to exactly one."""
        shots = so_far.shots
        kinds = [
            Kind(few(track.values(), track.clock(), shots), likeness, weight)
            for name, (likeness, weight) in _LIKENESS.items()
            if (track := so_far.features.get(name)) is not None
        ]
        cues = so_far.features["setting"]
        values, clock = cues.values(), cues.clock()
        return Findings(scenes=tuple(_scene(run, shots, values, clock) for run in runs(shots, kinds)))


class _Eye(Watcher):
    def see(self, frames: Frames) -> Rows:
        """Reduce each frame to its look and its cues."""
        looks = np.stack([scenery.look(pixels) for pixels in frames.pixels])
        cues = np.stack([scenery.cues(pixels) for pixels in frames.pixels])
        return {"place": looks.astype(np.float16), "setting": cues}


def _scene(run: Run, shots: Sequence[Shot], cues: NDArray[Any], clock: NDArray[np.float64]) -> Scene:
    numbers = range(run.first, run.last + 1)
    bounds = [float(shots[n].span.start) - 1e-6 for n in numbers] + [float(shots[run.last].span.end) - 1e-6]
    rows = np.searchsorted(clock, bounds).tolist()
    told = setting([np.asarray(cues[low:high]) for low, high in itertools.pairwise(rows)])
    span = Span(shots[run.first].span.start, shots[run.last].span.end)
    return Scene(span, tuple(numbers), told.interior, told.day, told.tags, run.confidence)
