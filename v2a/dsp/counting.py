"""How music is counted: which beat a listener taps, how many of them make a bar, and which of them begins one.

What repeats most plainly may be half of the beat, or twice it, or run across it as three against two. So beat and bar are
chosen together: each way to count that goes with a pulse is told by its traits, and the likeliest is taken. What traits
weigh was learnt from music whose beats are known, by `benchmarks/counting.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.accents import turns
from v2a.dsp.hearing import RISES, ROWS, Curves

# How many beats of the pulse make a beat, and at which of them it may begin.
_STEPS: tuple[tuple[float, tuple[float, ...]], ...] = (
    (1, (0, 1 / 2)),
    (2, (0, 1 / 2, 1, 3 / 2)),
    (1 / 2, (0, 1 / 4)),
    (3, (0, 1, 2)),
    (1 / 3, (0,)),
    (3 / 2, (0, 1 / 2, 1)),
    (2 / 3, (0, 1 / 3)),
    (4, (0, 1, 2, 3)),
    (6, (0, 1, 2, 3, 4, 5)),
)
_SHORTEST, _LONGEST, _FEWEST = 0.3, 1.7, 6
_METERS, _IN_THREES = (4, 3), (4, 3, 2)
_THIRDS, _SOUNDING = 1.05, 0.1
_BEFORE, _BEHIND, _TICKS = 2, 3, 6
_BEAT, _BAR, _KNOWN = 0.52, 2.0, 0.2
_LOW, _MIDDLE, _HIGH, _ALL, _TURN, _FAR = range(6)
_REACH = (1.0, 1.8)
# What is compared with the length of two beats in four, or of one beat: what it would be if counted across.
_ACROSS = {4: (2, 4 / 3), 3: (1, 3 / 2), 2: (1, 2 / 3)}

Curve = NDArray[np.float64]

WEIGHTS: Mapping[str, float] = MappingProxyType({
    "lows on firsts": 1.53,
    "middles on firsts": 1.49,
    "turns on firsts": 1.65,
    "turns on firsts more than halfway": 1.90,
    "lows on every other first": -0.48,
    "strength of beats": 1.15,
    "beats more than between": 2.18,
    "middles on beats more than between": 0.49,
    "between more than finer": 1.94,
    "lows repeat in bars": 4.11,
    "lows repeat in bars more than in parts": -1.78,
    "lows repeat in bars more than in other meters": 2.77,
    "lows repeat in beats more than across": 4.76,
    "middles repeat in beats": 3.63,
    "highs repeat in bars": 2.88,
    "pitches repeat in bars": -6.67,
    "pitches repeat in two bars": -7.75,
    "octaves over a usual bar": -0.81,
    "octaves over a usual beat": -1.38,
    "octaves squared": -1.94,
    "octaves in threes": 1.36,
    "four in threes": -3.57,
    "three in threes": -1.39,
    "two in threes": -0.70,
})  # fmt: skip


@dataclass(frozen=True, eq=False)
class Way:
    """A way to count: its beats in seconds, how many make a bar, which of them is the first to begin one, and its traits."""

    beats: Curve
    meter: int
    first: int
    traits: Mapping[str, float]

    @property
    def likely(self) -> float:
        """How likely it is: the more, the likelier."""
        return sum(WEIGHTS[name] * value for name, value in self.traits.items())


def counted(pulse: Curve, curves: Curves, tempo: float | None = None) -> Way | None:
    """The likeliest way to count a pulse, one of about a tempo where that is known; nothing where it is too short."""
    found = ways(pulse, curves)
    if tempo is not None:
        found = (w for w in found if abs(np.log2(np.median(np.diff(w.beats)) * tempo / 60)) < _KNOWN)
    return max(found, key=lambda way: way.likely, default=None)


def ways(pulse: Curve, curves: Curves) -> Iterator[Way]:
    """All ways to count a pulse, which is given by its beats in seconds."""
    if len(pulse) < _FEWEST:
        return
    heard = _heard(pulse, curves)
    usual = float(np.median(np.diff(pulse)))
    for step, phases in _STEPS:
        if not _SHORTEST <= step * usual <= _LONGEST:
            continue
        again = {meter: _again(heard, step, meter) for meter in _IN_THREES}
        for phase in phases:
            places = np.arange(phase, len(pulse) - 1 + 1e-6, step)
            if len(places) > 1:
                yield from _in_meters(heard, places, step * usual, again)


@dataclass(frozen=True, eq=False)
class _Heard:
    """What is heard of a pulse: accents by kind a hundred times a second, each against what is usual on and between beats;
    how strongly notes set in then; and the accents and the pitches at each sixth of a beat.
    """

    beats: Curve
    accents: Curve
    strength: Curve
    ticks: Curve
    pitches: Curve

    def rows(self, places: Curve) -> NDArray[np.int64]:
        """Which rows of the accents lie at places, in beats."""
        times = np.interp(places, np.arange(len(self.beats)), self.beats)
        return np.clip(np.round(times * RISES).astype(np.int64), 0, len(self.accents) - 1)

    def between(self, places: Curve, *parts: float) -> tuple[Curve, float]:
        """The mean accents at some parts of the way from each place to the next, and how strong they are."""
        rows = [self.rows(places[:-1] + part * (places[1] - places[0])) for part in parts]
        strength = [np.log(self.strength[each].mean() + 1e-3) for each in rows]
        return np.mean([self.accents[each].mean(axis=0) for each in rows], axis=0), float(np.mean(strength))

    def repeated(self, beats: float) -> Curve:
        """How alike the lows, the middles, the highs and the pitches are to what they are so many beats later."""
        lag = round(beats * _TICKS)
        rest = len(self.ticks) - lag
        if rest < 2 * _TICKS:
            return np.zeros(4)
        struck = (self.ticks[:rest] * self.ticks[lag:]).mean(axis=0)
        whole = (self.pitches**2).sum() / len(self.pitches) + 1e-9
        return np.append(struck, (self.pitches[:rest] * self.pitches[lag:]).sum() / rest / whole)


def _heard(pulse: Curve, curves: Curves) -> _Heard:
    rise = np.column_stack([curves.rise[:, [0, 1, 3]], curves.rise.mean(axis=1)]).astype(np.float64)
    padded = np.pad(rise, ((_BEFORE, _BEHIND), (0, 0)), mode="edge")
    struck = np.lib.stride_tricks.sliding_window_view(padded, _BEFORE + 1 + _BEHIND, axis=0).max(axis=2)
    rows, times = np.arange(len(curves.tones)) / ROWS, np.arange(len(rise)) / RISES
    turned = [np.interp(times, rows, turns(curves.tones[:, 1:], rows, reach)) for reach in _REACH]
    accents = np.column_stack([struck, *turned])
    fine = np.interp(np.arange(0, len(pulse) - 1, 1 / _TICKS), np.arange(len(pulse)), pulse)
    ticks = np.clip(np.round(fine * RISES).astype(np.int64), 0, len(rise) - 1)
    even = (accents - accents[ticks].mean(axis=0)) / (accents[ticks].std(axis=0) + 1e-9)
    pitches = curves.tones[np.clip(np.round(fine * ROWS).astype(np.int64), 0, len(rows) - 1), 1:].astype(np.float64)  # fmt: skip
    pitches /= np.linalg.norm(pitches, axis=1, keepdims=True) + 1e-9
    return _Heard(pulse, even, struck[:, _ALL], even[ticks, : _HIGH + 1], pitches - pitches.mean(axis=0))


def _in_meters(
    heard: _Heard, places: Curve, beat: float, again: Mapping[int, Mapping[str, float]]
) -> Iterator[Way]:
    """The ways to count beats at places, so many seconds long, by how what sounds repeats in each meter."""
    rows = heard.rows(places)
    on = heard.accents[rows]
    (halves, half), (thirds, third) = heard.between(places, 1 / 2), heard.between(places, 1 / 3, 2 / 3)
    strength = float(np.log(heard.strength[rows].mean() + 1e-3))
    threes = third > max(half + np.log(_THIRDS), strength + np.log(_SOUNDING))
    inner = thirds if threes else halves
    finer, _ = heard.between(places, *((1 / 6, 5 / 6) if threes else (1 / 4, 3 / 4)))
    octaves = float(np.log2(beat / _BEAT))
    same = {
        "strength of beats": strength,
        "between more than finer": float((inner - finer)[_ALL]),
        "octaves over a usual beat": octaves,
        "octaves squared": octaves**2,
        "octaves in threes": octaves * threes,
    }
    times = np.interp(places, np.arange(len(heard.beats)), heard.beats)
    for meter in _IN_THREES if threes else _METERS:
        if len(places) < 2 * meter:
            continue
        kind = {"octaves over a usual bar": float(np.log2(beat * meter / _BAR))}
        if threes:
            kind[{4: "four in threes", 3: "three in threes", 2: "two in threes"}[meter]] = 1.0
        bars = on[: len(on) // meter * meter].reshape(-1, meter, on.shape[1])
        for first in range(meter):
            traits = {**same, **kind, **again[meter], **_struck(np.roll(bars, -first, axis=1), inner)}
            yield Way(times, meter, first, traits)


def _struck(bars: Curve, inner: Curve) -> dict[str, float]:
    """What is struck in bars (bar × beat × kind of accent) by what is struck between the beats."""
    one, *others = bars.mean(axis=0)
    rest = np.mean(others, axis=0)
    halfway, weak = (others[1], (others[0] + others[2]) / 2) if len(others) == 3 else (rest, rest)
    lows = bars[:, 0, _LOW]
    return {
        "lows on firsts": float((one - rest)[_LOW]),
        "middles on firsts": float((one - rest)[_MIDDLE]),
        "turns on firsts": float((one - rest)[_TURN]),
        "turns on firsts more than halfway": float((one - halfway)[_FAR]),
        "lows on every other first": float(abs(lows[::2].mean() - lows[1::2].mean())),
        "beats more than between": float((weak - inner)[_ALL]),
        "middles on beats more than between": float((weak - inner)[_MIDDLE]),
    }


def _again(heard: _Heard, step: float, meter: int) -> dict[str, float]:
    """How what sounds repeats in bars of so many beats, in parts of them, and in lengths of other meters."""
    bar, part, other, beat, two, along, across = (
        heard.repeated(step * beats)
        for beats in (meter, 2 if meter == 4 else 1, 4 if meter == 3 else 3, 1, 2 * meter, *_ACROSS[meter])
    )
    return {
        "lows repeat in bars": float(bar[_LOW]),
        "lows repeat in bars more than in parts": float(bar[_LOW] - part[_LOW]),
        "lows repeat in bars more than in other meters": float(bar[_LOW] - other[_LOW]),
        "lows repeat in beats more than across": float(along[_LOW] - across[_LOW]),
        "middles repeat in beats": float(beat[_MIDDLE]),
        "highs repeat in bars": float(bar[_HIGH]),
        "pitches repeat in bars": float(bar[-1]),
        "pitches repeat in two bars": float(two[-1]),
    }
