"""Chords in a key, and four voices that move from one to the next by the smallest steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Key:
    """A key: the pitch of its tonic (MIDI number) and its scale in semitones."""

    tonic: int
    scale: tuple[int, ...]

    def pitch(self, degree: int) -> int:
        """The pitch of a scale degree; seven degrees make an octave."""
        octave, step = divmod(degree, len(self.scale))
        return self.tonic + 12 * octave + self.scale[step]

    def nearest(self, pitch: int) -> int:
        """The pitch of the scale that lies nearest."""
        return min((p for p in range(pitch - 2, pitch + 3) if (p - self.tonic) % 12 in self.scale),
                   key=lambda p: (abs(p - pitch), p))  # fmt: skip


@dataclass(frozen=True)
class Chord:
    """A chord: its root as a scale degree, and its voices from low to high (MIDI numbers)."""

    root: int
    voices: tuple[int, ...]


def chord(key: Key, root: int, before: Chord | None, *, low: int, high: int, colour: bool = False) -> Chord:
    """A triad (with `colour` a seventh or ninth for its fifth) near where the voices were, root in the bass.

    Upper voices take the spacing that moves least from the chord before, without parallel octaves to the bass.
    """
    degrees = (root, root + 2, root + (6 if colour else 4))
    classes = [key.pitch(d) % 12 for d in degrees]
    bass = _in_range(classes[0], low, low + 11)
    spots = [[p for p in range(low + 12, high + 1) if p % 12 == c] for c in classes]
    best: tuple[float, tuple[int, ...]] | None = None
    for upper in product(*spots):
        voices = tuple(sorted(upper))
        cost = _cost(voices, bass, before)
        if best is None or (cost, voices) < best:
            best = (cost, voices)
    return Chord(root, (bass, *(best[1] if best else ())))


def _in_range(pitch_class: int, low: int, high: int) -> int:
    return next(p for p in range(low, high + 1) if p % 12 == pitch_class)


def _cost(voices: Sequence[int], bass: int, before: Chord | None) -> float:
    spread = voices[-1] - voices[0]
    cost = 0.0 if 5 <= spread <= 14 else 6.0
    if before is None:
        return cost + abs(sum(voices) / len(voices) - bass - 19)
    for now, then in zip(voices, before.voices[1:]):
        cost += abs(now - then)
        octave_now, octave_then = (now - bass) % 12 == 0, (then - before.voices[0]) % 12 == 0
        if octave_now and octave_then and now != then:
            cost += 12
    return cost
