"""All notes side by side: how much power sounds when, and what changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.writing.staging import Part

Numbers = NDArray[np.float64]
Which = NDArray[np.int64]

SOFTEST = 24
"""The velocity below which nothing is scaled."""
_LONGEST = 12.0
_DYING = {"struck": 0.35, "drums": 0.15}
_ONSET = 1.6


class Line(NamedTuple):
    """A part and the notes that it has become."""

    part: Part
    notes: list[v2a.Note]


class Sheet:
    """The notes of all lines in order of time.

    A note's power goes with the fourth power of its velocity, as in soundfonts; one that is struck as hard as can be has
    1. What is held goes on, what is struck dies away.
    """

    def __init__(self, lines: Sequence[Line]) -> None:
        """Take the lines as they are played."""
        self._lines = lines
        notes = [note for line in lines for note in line.notes]
        order = np.argsort([n.time for n in notes], kind="stable")
        self._order = order
        each = [len(line.notes) for line in lines]
        roles = np.repeat([line.part.role for line in lines], each) if notes else np.zeros(0, str)
        self.start: Numbers = np.array([n.time for n in notes], np.float64)[order]
        self.end: Numbers = self.start + np.array([n.length for n in notes], np.float64)[order]
        self.velocity: Numbers = np.array([n.velocity for n in notes], np.float64)[order]
        self.sting: NDArray[np.bool_] = (roles == "sting")[order]
        dying = [_DYING.get(line.part.chair.touch, 0.0) for line in lines]
        self._dying: Numbers = np.repeat(dying, each)[order] if notes else np.zeros(0)
        self.held: NDArray[np.bool_] = self._dying == 0

    def lines(self) -> list[Line]:
        """The lines as they are played now."""
        velocities = np.empty(len(self._order), int)
        velocities[self._order] = np.round(self.velocity)
        found, at = [], 0
        for part, notes in self._lines:
            own = velocities[at : at + len(notes)]
            found.append(
                Line(part, [v2a.Note(n.time, n.length, n.pitch, int(v)) for n, v in zip(notes, own)])
            )
            at += len(notes)
        return found

    def between(self, start: float, end: float) -> Which:
        """The notes that begin within a stretch."""
        return np.arange(*np.searchsorted(self.start, (start, end)))

    def scale(self, which: Which, power: float | Numbers, most: float) -> None:
        """Scale the power of some notes, their velocity by a factor of `most` at most."""
        factor = np.minimum(np.maximum(power, 1e-6) ** 0.25, most)
        self.velocity[which] = np.clip(self.velocity[which] * factor, SOFTEST, 127)

    def power(self, start: float, end: float, without: Which | None = None) -> float:
        """The mean power of a stretch, some notes left out."""
        heard = self.between(start - _LONGEST, end)
        if without is not None:
            heard = heard[~np.isin(heard, without)]
        return float(self.shares(heard, start, end).sum())

    def shares(self, which: Which, start: float, end: float) -> Numbers:
        """What each of some notes adds to the mean power of a stretch."""
        begun, dying = self.start[which], self._dying[which]
        low = np.maximum(begun, start)
        high = np.maximum(np.minimum(self.end[which], end), low)
        slope = np.where(dying > 0, dying, 1.0)
        fading = _ONSET * slope * (np.exp(-(low - begun) / slope) - np.exp(-(high - begun) / slope))
        lasting = np.where(dying > 0, fading, high - low)
        return np.asarray((self.velocity[which] / 127.0) ** 4 * lasting / (end - start))
