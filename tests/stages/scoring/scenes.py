"""A film of numbers for music: shots, scenes, moments, music that is there, and movement."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path

import numpy as np

from tests.builtin.planner.films import film, moment, shots, span
from v2a.model import Cue, FeatureTrack, Music, Observations, Scene, SpottingList


def seen(seconds=60, **given):
    """A minute with cuts at 10, 20 and 40, a new scene at 20, an impact at 30."""
    own = {
        "shots": lambda: shots(0, 10, 20, 40, seconds),
        "scenes": lambda: (Scene(span(0, 20), (0, 1)), Scene(span(20, seconds), (2, 3))),
        "moments": lambda: (moment(30, strength=0.8, confidence=0.9),),
    }
    return Observations(film(seconds), **{n: make() for n, make in own.items() if n not in given}, **given)


def music(start, end, bpm, first=0.0):
    """Music in the production sound with even beats."""
    beat = 60 / bpm
    times = tuple(F(start + first + n * beat) for n in range(int((end - start - first) / beat) + 1))
    return Music(span(start, end), 1.0, bpm, times)


def cue(start=0, end=60, prompt="music", **given):
    return Cue("mx1", "mx", span(start, end), prompt, **given)


def listed(*cues, hits=()):
    return SpottingList(film().identity, 0, cues=cues, hits=hits)


def rows(folder: Path, values, rate=F(25), times=None) -> FeatureTrack:
    """A feature of these rows: at a rate, or at the times of frames."""
    path = folder / f"rows{len(list(folder.iterdir()))}.npy"
    np.save(path, np.asarray(values, np.float32))
    if times is None:
        return FeatureTrack(str(path), rate)
    clock = path.with_suffix(".times.npy")
    np.save(clock, np.asarray(times, np.float64))
    return FeatureTrack(str(path), None, str(clock))
