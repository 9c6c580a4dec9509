"""A minute of production sound, cut together from what production sound is made of, with what is where.

A place has one bed, which goes on under speech and foley; music and silence have none. What counts as speech is told
by the voice alone: from its first to its last sound, gaps of up to half a second included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from heard import rhythms, voices
from heard.listening import RATE
from heard.strikes import BEDS, foley
from v2a.model import Span

Wave = NDArray[np.float64]
Rng = np.random.Generator
KINDS = ("speech", "music", "silence", "atmosphere")


@dataclass(frozen=True)
class Mixture:
    """A sound, and where each kind is in it."""

    sound: NDArray[np.float32]
    spans: Mapping[str, tuple[Span, ...]]


def mixture(seed: int, count: int = 7) -> Mixture:
    """So many scenes of seven to twelve seconds, of different kinds, with a fade of 50 ms between them."""
    rng = np.random.default_rng([seed, 5])
    scenes = ["silence", "place", "foley", "music"]
    if voices.available():
        scenes += ["dry speech", "speech", "speech over music"]
    sounds: list[Wave] = []
    spans: dict[str, list[Span]] = {kind: [] for kind in KINDS}
    at = 0
    for kind in rng.permutation(scenes)[:count]:
        size = round(rng.uniform(7, 12) * RATE)
        made = _Scene(rng, size, at)
        sounds.append(_faded(made.play(str(kind))))
        for name, found in made.spans.items():
            spans[name] += found
        at += size
    sound = np.clip(np.concatenate(sounds), -1, 1).astype(np.float32)
    return Mixture(sound, {name: tuple(_merged(found)) for name, found in spans.items()})


class _Scene:
    """One scene of a kind, and what is where in it."""

    def __init__(self, rng: Rng, size: int, at: int) -> None:
        self._rng, self._size, self._at = rng, size, at
        self.spans: dict[str, list[Span]] = {kind: [] for kind in KINDS}

    def play(self, kind: str) -> Wave:
        if kind == "silence":
            self._mark("silence", 0, self._size)
            return 10 ** (self._rng.uniform(-100, -75) / 20) * self._rng.standard_normal(self._size)
        sound = np.zeros(self._size)
        if "music" in kind:
            sound += self._music(-30 if "speech" in kind else -20)
        elif kind != "dry speech":
            sound += self._bed()
        if "speech" in kind:
            sound += self._voice(silent=kind == "dry speech")
        if kind == "foley":
            strikes = foley(int(self._rng.integers(1 << 30)), self._size / RATE).sound
            sound += strikes * 10 ** (self._rng.uniform(-12, -3) / 20)
        return sound

    def _bed(self) -> Wave:
        self._mark("atmosphere", 0, self._size)
        bed = BEDS[int(self._rng.integers(len(BEDS)))](self._rng, self._size)
        return bed / np.sqrt((bed**2).mean()) * 10 ** (self._rng.uniform(-46, -34) / 20)

    def _music(self, level: float) -> Wave:
        self._mark("music", 0, self._size)
        played = (
            rhythms.piece(int(self._rng.integers(1 << 30)), self._size / RATE)
            .sound[: self._size]
            .astype(float)
        )
        played = np.pad(played, (0, self._size - len(played)))
        return played / np.sqrt((played**2).mean()) * 10 ** ((level + self._rng.uniform(-4, 2)) / 20)

    def _voice(self, silent: bool) -> Wave:
        sound = np.zeros(self._size)
        voice = voices.said(self._rng, self._size / RATE - 2)
        start = int(self._rng.integers(RATE // 2, self._size - len(voice) - RATE // 4))
        sound[start : start + len(voice)] = voice * 10 ** (self._rng.uniform(-10, -3) / 20)
        loud = np.abs(voice[: len(voice) // 480 * 480]).reshape(-1, 480).max(1) > 0.02
        heard = np.flatnonzero(loud)
        groups = np.split(start + heard * 480, np.flatnonzero(np.diff(heard) > 50) + 1)
        for group in groups:
            self._mark("speech", int(group[0]), int(group[-1]) + 480)
        ends = [0, *(int(group[-1]) + 480 for group in groups)]
        begins = [*(int(group[0]) for group in groups), self._size]
        for end, begin in zip(ends, begins, strict=True):
            if silent and begin - end >= RATE // 2:
                self._mark("silence", end, begin)
        return sound

    def _mark(self, kind: str, first: int, end: int) -> None:
        self.spans[kind].append(Span(Fraction(self._at + first, RATE), Fraction(self._at + end, RATE)))


def _faded(sound: Wave) -> Wave:
    edge = np.minimum(np.arange(len(sound)) / (0.05 * RATE), 1)
    return sound * edge * edge[::-1]


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and merged[-1].end >= span.start:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
