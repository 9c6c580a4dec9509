"""Room for speech: how far a sound steps back while someone speaks, and the band of speech more than the rest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.filters import band_response, centred
from v2a.model import Span

HALF = 255
"""The samples of context that `ducked` needs at both ends."""

_LOW, _HIGH = 1000.0, 4000.0
_NEPERS = math.log(10.0) / 20.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: down before speech, held after it, back up again; pauses shorter than `bridge` are no pauses."""

    lookahead: Fraction = Fraction(1, 5)
    hold: Fraction = Fraction(7, 10)
    release: Fraction = Fraction(1)
    bridge: Fraction = Fraction(3, 2)


@dataclass(frozen=True, eq=False)
class Automation:
    """How far down it is, 0 to 1, at any sample: for every stretch of speech a slope down, a floor, a slope up."""

    begins: NDArray[np.int64]
    down: NDArray[np.int64]
    held: NDArray[np.int64]
    ends: NDArray[np.int64]

    def idle(self, start: int, stop: int) -> bool:
        """Whether nothing is ducked between two samples."""
        return not bool(np.any((self.begins < stop) & (self.ends > start)))

    def amount(self, start: int, stop: int) -> NDArray[np.float64]:
        """How far down, 0 to 1, for each sample of a range."""
        amount = np.zeros(stop - start)
        for n in np.flatnonzero((self.begins < stop) & (self.ends > start)):
            first, last = max(start, int(self.begins[n])), min(stop, int(self.ends[n]))
            corners = [self.begins[n], self.down[n], self.held[n], self.ends[n]]
            slope = np.interp(np.arange(first, last), corners, [0.0, 1.0, 1.0, 0.0])
            np.maximum(amount[first - start : last - start], slope, out=amount[first - start : last - start])
        return amount

    def corners(self) -> tuple[tuple[int, float], ...]:
        """Samples and amounts, 0 to 1, between which it runs in straight lines; where slopes cross is one too."""
        found = {int(n) for edges in (self.begins, self.down, self.held, self.ends) for n in edges}
        for n in range(len(self.begins) - 1):
            rise, fall = self.down[n + 1] - self.begins[n + 1], self.ends[n] - self.held[n]
            if self.begins[n + 1] < self.ends[n] and rise + fall > 0:
                # (x - begin) / rise = (end - x) / fall
                found.add(round((self.ends[n] * rise + self.begins[n + 1] * fall) / (rise + fall)))
        return tuple((n, float(self.amount(n, n + 1)[0])) for n in sorted(found))


def bridged(spans: Sequence[Span], pause: Fraction) -> tuple[Span, ...]:
    """The spans in order, joined where they overlap or are less than `pause` seconds apart."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start - joined[-1].end < pause:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def automation(speech: Sequence[Span], rate: int, timing: Timing = Timing()) -> Automation:
    """The ducking that follows from where speech is."""
    joined = bridged(speech, timing.bridge)

    def samples(times: list[Fraction]) -> NDArray[np.int64]:
        return np.array([round(t * rate) for t in times], np.int64)

    return Automation(
        samples([s.start - timing.lookahead for s in joined]),
        samples([s.start for s in joined]),
        samples([s.end + timing.hold for s in joined]),
        samples([s.end + timing.hold + timing.release for s in joined]),
    )


def ducked(
    around: NDArray[np.float32], amount: NDArray[np.float64], rate: int, depth: float, band_depth: float
) -> NDArray[np.float32]:
    """The sound with `amount` of `depth` dB taken off, and of `band_depth` dB between 1 and 4 kHz.

    `around` brings HALF samples of context at both ends. The two bands add up to the whole, so where nothing is
    ducked nothing is changed.
    """
    wide = np.exp(amount * (-depth * _NEPERS))
    result = around[:, HALF : around.shape[1] - HALF] * wide.astype(np.float32)
    if band_depth != depth:
        band = centred(around, band_response(rate, _LOW, _HIGH, HALF))
        result += band * (np.exp(amount * (-band_depth * _NEPERS)) - wide).astype(np.float32)
    return np.asarray(result, dtype=np.float32)
