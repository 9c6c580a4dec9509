"""The loudness of speech within a programme: the meter hears nothing but the stretches where somebody speaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.meter import Meter
from v2a.model import Span

Stretches = tuple[Span, ...]


def joined(spans: Iterable[Span]) -> Stretches:
    """The same stretches in order, those that overlap or meet as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def share(spans: Stretches, whole: Fraction) -> float:
    """Which part of a length in seconds joined stretches are, 0 to 1."""
    return float(sum((s.duration for s in spans), Fraction(0)) / whole) if whole > 0 else 0.0


class DialogueMeter:
    """Measures a stream block by block, but of it only the given stretches, joined, on a clock that begins with it."""

    def __init__(self, rate: int, channels: int, spans: Stretches, speakers: Sequence[str] = ()) -> None:
        self._meter = Meter(rate, channels, true_peak=False, speakers=speakers)
        self._edges = [(s.start, s.stop) for s in (span.samples(rate) for span in spans)]
        self._at = 0

    def add(self, block: NDArray[np.float32]) -> None:
        """Take some more of the programme: channels × samples."""
        stop = self._at + block.shape[1]
        while self._edges and self._edges[0][0] < stop:
            first, last = self._edges[0]
            self._meter.add(block[:, max(0, first - self._at) : min(last, stop) - self._at])
            if last > stop:
                break
            self._edges.pop(0)
        self._at = stop

    @property
    def integrated(self) -> float | None:
        """Integrated loudness of the speech so far in LUFS; nothing where there is none."""
        return self._meter.integrated
