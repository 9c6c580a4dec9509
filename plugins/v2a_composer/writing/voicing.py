"""Four voices that carry the chords: of all ways to set them, the one in which every voice moves least and none in parallel.

The whole cue is set at once by dynamic programming, so that no chord is led into a corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement, pairwise, product

import numpy as np
from numpy.typing import NDArray

from v2a_composer.writing.harmony import Slot
from v2a_composer.writing.tonality import Chord

Setting = tuple[int, int, int, int]
BASS, TENOR, ALTO, SOPRANO = range(4)
FORBIDDEN = 1e5
_RANGES = ((36, 55), (48, 67), (55, 74), (60, 81))
_KEPT = 72
_PAIRS = tuple((i, j) for i in range(4) for j in range(i + 1, 4))


@dataclass(frozen=True)
class _Kind:
    """What voicing needs to know of a chord."""

    pitches: tuple[int, ...]
    basses: tuple[int, ...]
    leading: int | None
    seventh: int | None
    home: int


def voiced(slots: Sequence[Slot], lift: int) -> tuple[Setting, ...]:
    """The four voices of every slot, from the bass up, a few semitones higher or lower by `lift`."""
    shift = max(-4, min(4, lift // 2))
    kinds = [_kind(slot) for slot in slots]
    total = _settings(kinds[0], shift).cost.copy()
    back: list[NDArray[np.intp]] = []
    for before, now in pairwise(kinds):
        costs = total[:, None] + _moves(before, now, shift)
        best = costs.argmin(axis=0)
        back.append(best)
        total = costs[best, np.arange(costs.shape[1])] + _settings(now, shift).cost
    at = int(total.argmin())
    path = [at]
    for best in reversed(back):
        at = int(best[at])
        path.append(at)
    return tuple(
        (int(s[0]), int(s[1]), int(s[2]), int(s[3]))
        for s in (_settings(kind, shift).voices[n] for kind, n in zip(kinds, reversed(path)))
    )


def _kind(slot: Slot) -> _Kind:
    chord = slot.chord
    if chord.bass is not None:
        basses: tuple[int, ...] = (chord.bass,)
    elif slot.settles or len(chord.pitches) < 3:
        basses = (chord.pitches[0],)
    else:
        basses = chord.pitches[:2]
    return _Kind(chord.pitches, basses, chord.leading, chord.seventh, _aim(chord))


def _aim(chord: Chord) -> int:
    """The pitch class that the chord's leading tone wants."""
    return -1 if chord.leading is None else (chord.leading + 1) % 12


@dataclass(frozen=True, eq=False)
class _Settings:
    voices: NDArray[np.int64]
    cost: NDArray[np.float64]


@lru_cache(maxsize=2048)
def _settings(kind: _Kind, shift: int) -> _Settings:
    """The ways to set a chord that sound well, and what is against each."""
    ranked = sorted((_cost(voices, kind, shift), voices) for voices in _all(kind, shift))[:_KEPT]
    return _Settings(np.array([v for _, v in ranked]), np.array([c for c, _ in ranked]))


def _all(kind: _Kind, shift: int) -> list[Setting]:
    spots = [
        {c: [p for p in range(low + shift, high + shift + 1) if p % 12 == c] for c in range(12)}
        for low, high in _RANGES
    ]
    needed = {*kind.pitches[:2], *kind.pitches[3:]} if len(kind.pitches) > 2 else set(kind.pitches)
    found = []
    for bass_class in kind.basses:
        for trio in combinations_with_replacement(kind.pitches, 3):
            have = {bass_class, *trio}
            if not needed <= have or not _single(kind, (bass_class, *trio)):
                continue
            for order in {
                (a, b, c) for a in trio for b in trio for c in trio if sorted((a, b, c)) == sorted(trio)
            }:
                for bass, *upper in product(
                    spots[0][bass_class], spots[1][order[0]], spots[2][order[1]], spots[3][order[2]]
                ):
                    tenor, alto, soprano = upper
                    if bass < tenor < alto < soprano and alto - tenor <= 12 and soprano - alto <= 12:
                        found.append((bass, tenor, alto, soprano))
    return found or _thin(kind, spots)


def _single(kind: _Kind, classes: Sequence[int]) -> bool:
    """Leading tones and sevenths are not doubled."""
    return all(c is None or classes.count(c) <= 1 for c in (kind.leading, kind.seventh))


def _thin(kind: _Kind, spots: list[dict[int, list[int]]]) -> list[Setting]:
    """Any order of the chord's notes, where the rules leave none."""
    ways = product(*(sorted(p for c in kind.pitches for p in spot[c]) for spot in spots))
    return [(a, b, c, d) for a, b, c, d in ways if a < b < c < d and a % 12 in kind.basses]


def _cost(voices: Setting, kind: _Kind, shift: int) -> float:
    """What is against a setting by itself: wide gaps, muddy lows, no fifth, an inversion, unusual doublings."""
    bass, tenor, alto, soprano = voices
    cost = 0.0 if bass % 12 == kind.basses[0] else 3.0
    cost += max(0, tenor - bass - 19) + max(0, 7 - (tenor - bass)) * 0.6 + max(0, alto - tenor - 9) * 0.7
    cost += 0.12 * abs(soprano - (70 + shift)) + 0.08 * abs(bass - (45 + shift))
    if len(kind.pitches) > 2:
        classes = [v % 12 for v in voices]
        cost += 0.0 if kind.pitches[2] in classes else 1.2
        cost += 1.5 * (classes.count(kind.pitches[1]) > 1)
    return cost


@lru_cache(maxsize=8192)
def _moves(before: _Kind, now: _Kind, shift: int) -> NDArray[np.float64]:
    """What it costs to go from each setting of a chord to each of the next."""
    a, b = _settings(before, shift).voices, _settings(now, shift).voices
    step = b[None, :, :] - a[:, None, :]
    size = np.abs(step)
    cost = size[..., 1:].sum(2) + 0.3 * size[..., 0] + 2.0 * np.maximum(0, size[..., 1:] - 5).sum(2)
    cost += 4.0 * (size[..., 0] > 9) + 3.0 * np.isin(size, (6, 10, 11)).sum(2)
    for i, j in _PAIRS:
        was, will = (a[:, j] - a[:, i]) % 12, (b[:, j] - b[:, i]) % 12
        same = (was[:, None] == will[None, :]) & np.isin(was, (0, 7))[:, None]
        cost += FORBIDDEN * (same & (step[..., i] != 0) & (step[..., j] != 0))
    direct = np.isin((b[:, 3] - b[:, 0]) % 12, (0, 7))[None, :] & (step[..., 0] * step[..., 3] > 0)
    cost += 6.0 * (direct & (size[..., 3] > 2))
    for i in range(3):
        cost += 5.0 * ((b[None, :, i] > a[:, None, i + 1]) | (b[None, :, i + 1] < a[:, None, i]))
    cost += 1.0 * (size.sum(2) == 0)
    return np.asarray(cost + _owed(before, now, a, step))


def _owed(before: _Kind, now: _Kind, a: NDArray[np.int64], step: NDArray[np.int64]) -> NDArray[np.float64]:
    """Leading tones go up to their aim where the next chord has it, and sevenths go down or stay."""
    cost = np.zeros(step.shape[:2])
    if before.leading is not None and before.home in now.pitches:
        leads = (a % 12 == before.leading)[:, None, :]
        cost += ((step != 1) & leads) @ np.array([4.0, 5.0, 5.0, 40.0])
    if before.seventh is not None:
        hangs = (a % 12 == before.seventh)[:, None, :]
        cost += 6.0 * (hangs & ((step > 0) | (step < -2))).sum(2)
    return cost
