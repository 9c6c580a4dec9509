"""Boundaries between shots, counted in frames: out of shots, out of the network's answer, and the two made one."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_transnet.network import Answer, stretches

Kind = Literal["start", "cut", "dissolve", "fade", "wipe"]
_THRESHOLD = 0.5
_NEAR = 3
_SLOW = 5
_LONG = 48
_RATHER = 0.02
_WEIGHT = 0.5
_SURE = 0.99
CERTAIN = 0.9


@dataclass(frozen=True, slots=True)
class Boundary:
    """From the first frame that changes to the first of the new shot; `at` is where the new shot is said to begin.

    `shot` is the shot it leads into, where it is known.
    """

    first: int
    last: int
    at: int
    kind: Kind
    confidence: float
    shot: v2a.Shot | None = None


def known(shots: Sequence[v2a.Shot], clock: NDArray[np.float64]) -> list[Boundary]:
    """The boundaries of shots, without the film's beginning."""
    found = []
    for shot in shots[1:]:
        half = shot.transition / 2
        times = [float(shot.span.start + by) for by in (-half, half, Fraction(0))]
        first, last, at = (int(np.searchsorted(clock, t - 1e-4)) for t in times)
        found.append(Boundary(first, max(first, last), at, shot.transition_in, shot.confidence, shot))
    return found


def flashes(moments: Sequence[v2a.Moment], clock: NDArray[np.float64]) -> list[Boundary]:
    """Where a light flashes up, which is no cut."""
    lit = (float(moment.time) for moment in moments if moment.kind == "flash")
    frames = (int(np.searchsorted(clock, time - 1e-4)) for time in lit)
    return [Boundary(n, n, n, "cut", _SURE) for n in frames]


def heard(answer: Answer, offset: int) -> Iterator[Boundary]:
    """What the network takes for boundaries, in frames of the film."""
    for low, high in stretches(answer.middle > _THRESHOLD):
        peak = low + int(np.argmax(answer.middle[low:high]))
        first, last = peak, peak
        while first > 0 and answer.part[first - 1] > _THRESHOLD:
            first -= 1
        while last + 1 < len(answer.part) and answer.part[last + 1] > _THRESHOLD:
            last += 1
        slow = last - first >= _SLOW
        at = (first + last) // 2 + 1 if slow else peak + 1
        ends = (first, last + 1) if slow else (at, at)
        sure = min(_SURE, float(answer.middle[peak]))
        kind: Kind = "dissolve" if slow else "cut"
        yield Boundary(ends[0] + offset, ends[1] + offset, at + offset, kind, sure)


def weighed(boundary: Boundary, answer: Answer, offset: int) -> Boundary:
    """A boundary that was not certain, with the network's opinion.

    Of wipes it has none, and it misses cuts within one place and what takes seconds: of these only what it is for
    counts.
    """
    if boundary.kind == "wipe" or boundary.confidence >= CERTAIN:
        return boundary
    low, high = boundary.first - offset - _NEAR, boundary.last - offset + _NEAR
    opinion = _logit(float(answer.middle[max(0, low) : max(1, high)].max(initial=0)))
    missed = boundary.kind == "cut" or boundary.last - boundary.first > _LONG
    odds = _logit(boundary.confidence) + _WEIGHT * (max(opinion, 0) if missed else opinion)
    return replace(boundary, confidence=min(_SURE, 1 / (1 + math.exp(-odds))))


def _logit(share: float) -> float:
    share = min(max(share, _RATHER), 1 - _RATHER)
    return math.log(share / (1 - share))


def crossed(boundary: Boundary, others: Sequence[Boundary]) -> bool:
    """Whether one of the others, which come in order and do not overlap, is the same or in the way."""
    at = bisect_left(others, boundary.first - _NEAR, key=lambda other: other.last)
    return at < len(others) and others[at].first <= boundary.last + _NEAR


def returns(pictures: NDArray[Any], boundary: Boundary, alike: float = 0.9) -> bool:
    """Whether the same picture is there before and after, as with a strobe and what passes the lens."""
    before, after = max(0, boundary.first - 2), min(len(pictures) - 1, boundary.last + 2)
    one, other = (np.asarray(pictures[n], np.float32).mean(-1).reshape(1, -1) for n in (before, after))
    return float(likenesses(one, other)[0]) > alike


def likenesses(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """The correlation of pictures, each a row of brightness, one by one."""
    one, other = one - one.mean(1, keepdims=True), other - other.mean(1, keepdims=True)
    norm = np.sqrt((one * one).sum(1) * (other * other).sum(1))
    return np.asarray((one * other).sum(1) / (norm + 1e-5), np.float32)


def sharpened(boundary: Boundary, pictures: NDArray[np.uint8], step: int) -> Boundary:
    """A boundary found on every so many-th frame, in frames; a cut is where the picture changes most."""
    first, last, at = (step * n for n in (boundary.first, boundary.last, boundary.at))
    if boundary.kind == "cut" and step > 1:
        low, high = max(1, at - step + 1), min(at + 1, len(pictures))
        shown = np.asarray(pictures[low - 1 : high], np.int16)
        at = low + int(np.abs(np.diff(shown, axis=0)).mean((1, 2, 3)).argmax()) if high > low else at
        first = last = at
    return replace(boundary, first=first, last=last, at=at)
