"""Accents: how far hits stand out of the music before them, and that nothing louder follows on their heels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.writing.staging import Part
from v2a_composer.writing.stings import Sting

Numbers = NDArray[np.float64]

_BEFORE, _LONGER, _HEARD, _BEHIND = 1.0, 4.0, 0.1, 0.5
_AT = 0.03
_LESS, _LONGEST = 0.25, 12.0
_DYING = {"struck": 0.35, "drums": 0.15}
_ONSET = 1.6
_LOWEST, _HELP, _EBB = 24, 1.35, 0.16
_SHARE = 0.3


class Line(NamedTuple):
    """A part and the notes that it has become."""

    part: Part
    notes: list[v2a.Note]


def accented(lines: Sequence[Line], stings: Sequence[Sting]) -> list[Line]:
    """The lines with every hit struck as hard as it takes, in the order of time."""
    if not stings:
        return list(lines)
    sheet = _Sheet(lines)
    times = [s.time for s in stings] + [float("inf")]
    for n, sting in enumerate(stings):
        sheet.strike(sting)
        sheet.hold_back(sting, min(_BEHIND, times[n + 1] - sting.time - _AT))
    return sheet.lines()


class _Sheet:
    """All notes side by side. A note's power goes with the fourth power of its velocity, as in soundfonts."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        notes = [note for line in lines for note in line.notes]
        order = np.argsort([n.time for n in notes], kind="stable")
        self._order = order
        self._start = np.array([n.time for n in notes])[order]
        self._end = self._start + np.array([n.length for n in notes])[order]
        self._velocity = np.array([n.velocity for n in notes], np.float64)[order]
        each = [len(line.notes) for line in lines]
        self._sting = np.repeat([line.part.role == "sting" for line in lines], each)[order]
        self._dying = np.repeat([_DYING.get(line.part.chair.touch, 0.0) for line in lines], each)[order]

    def strike(self, sting: Sting) -> None:
        """Strike a hit so many dB above the second before it, or above a little less than the seconds before.

        Where that is more than its players have, those who play on the beat help, and what begins before it is softer.
        """
        near = self._between(sting.time - _AT, sting.time + _AT)
        own, others = near[self._sting[near]], near[~self._sting[near]]
        if not len(own):
            return
        before = self._before(sting.time)
        wanted = before * 10 ** (sting.gain / 10) - self._power(sting.time, sting.time + _HEARD, own)
        self._scale(own, wanted / max(self._share(own, sting.time), 1e-9), 127.0 / _LOWEST)
        lacking = before * 10 ** (sting.gain / 10) / max(self._power(sting.time, sting.time + _HEARD), 1e-9)
        if lacking > 1 and len(others):
            self._scale(others, lacking, _HELP)
        lacking = before * 10 ** (sting.gain / 10) / max(self._power(sting.time, sting.time + _HEARD), 1e-9)
        if lacking > 1:
            ebbing = self._between(sting.time - _BEFORE, sting.time - _AT)
            self._scale(ebbing[~self._sting[ebbing]], max(_EBB, 1 / lacking), 1.0)

    def hold_back(self, sting: Sting, room: float) -> None:
        """What begins just behind a hit has half its power at most."""
        most = _SHARE * float(np.sum(self._velocity[self._between(sting.time - _AT, sting.time + _AT)] ** 4))
        behind = self._between(sting.time + _AT, sting.time + room)
        for at in range(int(_BEHIND / _AT) + 1):
            here = behind[(self._start[behind] - sting.time) // _AT == at]
            power = float(np.sum(self._velocity[here] ** 4))
            if power > most:
                self._scale(here, most / power, 1.0)

    def lines(self) -> list[Line]:
        """The lines as they are played now."""
        velocities = np.empty(len(self._order), int)
        velocities[self._order] = np.round(self._velocity)
        found, at = [], 0
        for part, notes in self._lines:
            own = velocities[at : at + len(notes)]
            found.append(
                Line(part, [v2a.Note(n.time, n.length, n.pitch, int(v)) for n, v in zip(notes, own)])
            )
            at += len(notes)
        return found

    def _before(self, time: float) -> float:
        second = self._power(time - _BEFORE, time)
        return max(second, _LESS * self._power(time - _LONGER, time), float(_LOWEST) ** 4)

    def _scale(self, which: NDArray[np.int64], power: float, most: float) -> None:
        factor = min(max(power, 1e-6) ** 0.25, most)
        self._velocity[which] = np.clip(self._velocity[which] * factor, _LOWEST, 127)

    def _share(self, which: NDArray[np.int64], time: float) -> float:
        return float(self._parts(which, time, time + _HEARD).sum())

    def _power(self, start: float, end: float, without: NDArray[np.int64] | None = None) -> float:
        """The mean power of a stretch, some notes left out."""
        heard = self._between(start - _LONGEST, end)
        if without is not None:
            heard = heard[~np.isin(heard, without)]
        return float(self._parts(heard, start, end).sum())

    def _parts(self, which: NDArray[np.int64], start: float, end: float) -> Numbers:
        """What each note adds to a stretch: what is held goes on, what is struck dies away."""
        begun, dying = self._start[which], self._dying[which]
        low = np.maximum(begun, start)
        high = np.maximum(np.minimum(self._end[which], end), low)
        slope = np.where(dying > 0, dying, 1.0)
        fading = _ONSET * slope * (np.exp(-(low - begun) / slope) - np.exp(-(high - begun) / slope))
        return np.asarray(
            self._velocity[which] ** 4 * np.where(dying > 0, fading, high - low) / (end - start)
        )

    def _between(self, start: float, end: float) -> NDArray[np.int64]:
        return np.arange(*np.searchsorted(self._start, (start, end)))
