"""Sync pops in the production sound: one frame of 1 kHz with silence around it, and what may lie beside them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.spectra import BANDS, HIGHEST, LOWEST
from v2a.model import Observations

_PITCH = 1000.0
_STEP, _ROW = 0.002, 0.1
_SOUNDS, _SILENT = -45.0, -60.0
_SHORTEST, _LONGEST = 0.012, 0.075
_ALONE = 1.5
_PURE = 0.7
_ONSET = 10.0


@dataclass(frozen=True, eq=False)
class Heard:
    """How loud the production sound is every 2 ms, and how much of it is 1 kHz every 100 ms."""

    level: NDArray[np.float32]
    share: NDArray[np.float64]
    loudness: NDArray[np.float32]

    @classmethod
    def of(cls, seen: Observations) -> Heard:
        """What was heard in a film."""
        length = int(np.ceil(float(seen.video.duration) / _STEP))
        bands = np.asarray(seen.features["bands"].values(), np.float64)
        power = 10 ** (bands / 10)
        centres = np.geomspace(LOWEST, HIGHEST, BANDS + 2)[1:-1]
        nearest = int(np.abs(np.log(centres / _PITCH)).argmin())
        near = power[:, nearest - 1 : nearest + 2].sum(1)
        level = np.asarray(seen.features["attack"].values()[:length, 0])
        return cls(level, near / np.maximum(power.sum(1), 1e-12), bands.max(1).astype(np.float32))

    def head_pop(self, until: Fraction) -> Fraction | None:
        """The last pop of the head: nothing but tone and silence before it, silence behind it."""
        found = None
        for first, last in self._bursts(0, int(float(until) / _STEP)):
            if self._is_pop(first, last) and self.silent(last, last + round(_ALONE / _STEP)):
                if not self.no_programme(Fraction(0), Fraction(first * _STEP)):
                    break
                found = self._onset(first, last)
        return found

    def tail_pop(self, since: Fraction) -> Fraction | None:
        """The first pop of the tail: silence before it, nothing but tone and silence behind it."""
        for first, last in self._bursts(int(float(since) / _STEP), len(self.level)):
            alone = self._is_pop(first, last) and self.silent(first - round(_ALONE / _STEP), first)
            if alone and self.no_programme(Fraction(last * _STEP), Fraction(len(self.level) * _STEP)):
                return self._onset(first, last)
        return None

    def silent(self, first: int, last: int) -> bool:
        """Whether nothing is heard in some steps, the film's ends apart."""
        level = self.level[max(0, first + 1) : max(0, last - 1)]
        return bool(len(level)) and float(level.max()) < _SILENT

    def no_programme(self, start: Fraction, end: Fraction) -> bool:
        """Whether there is only silence, or a tone of 1 kHz, in a stretch."""
        rows = slice(round(float(start) / _ROW), round(float(end) / _ROW))
        steps = slice(round(float(start) / _STEP), round(float(end) / _STEP))
        loud = self._loudest(steps)[: len(self.share[rows])] >= _SILENT
        return not bool((loud & (self.share[rows][: len(loud)] < _PURE)).any())

    def loud_after(self, time: Fraction) -> bool:
        """Whether there is any sound behind a time."""
        rest = self.level[int(float(time) / _STEP) :]
        return bool(len(rest)) and float(rest.max()) > _SOUNDS

    def _loudest(self, steps: slice) -> NDArray[np.float32]:
        """The level of each 100 ms: the highest of its steps."""
        level = self.level[steps]
        whole = np.pad(level, (0, -len(level) % 50), constant_values=-100.0)
        highest: NDArray[np.float32] = whole.reshape(-1, 50).max(1)
        return highest

    def _bursts(self, first: int, last: int) -> list[tuple[int, int]]:
        """Where it sounds between two steps: first step, and the one behind the last."""
        edges = np.flatnonzero(np.diff(np.pad(self.level[first:last] > _SOUNDS, 1).astype(np.int8)))
        return [(int(a) + first, int(b) + first) for a, b in zip(edges[::2], edges[1::2])]

    def _onset(self, first: int, last: int) -> Fraction:
        """When a burst begins: where it nears its height, for a codec smears what is before."""
        burst = self.level[first:last]
        return Fraction((first + int(np.argmax(burst >= burst.max() - _ONSET))) * 2, 1000)

    def _is_pop(self, first: int, last: int) -> bool:
        """Whether a burst lasts a frame and is 1 kHz."""
        if not _SHORTEST <= (last - first) * _STEP <= _LONGEST:
            return False
        rows = slice(int(first * _STEP / _ROW), int(last * _STEP / _ROW) + 1)
        loud = self.share[rows][self.loudness[rows] >= self.loudness[rows].max() - 6]
        return bool(len(loud)) and float(loud.max()) >= _PURE
