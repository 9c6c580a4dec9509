"""Motifs: a short rhythm and contour that is heard again, changed: moved, turned over, stretched, broken up, adorned."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from v2a_composer.writing.dice import pick

_LEAST = 0.11
_WAYS: dict[float, tuple[tuple[float, ...], ...]] = {
    4: ((2, 2), (3, 1), (2, 1, 1)),
    3: ((2, 1), (1, 1, 1), (1.5, 1.5)),
    2: ((1, 1), (1.5, 0.5), (1, 0.5, 0.5)),
    1.5: ((1, 0.5), (0.5, 0.5, 0.5)),
    1: ((0.5, 0.5), (0.75, 0.25)),
    0.5: ((0.25, 0.25),),
}
_SWAYED: dict[float, tuple[float, ...]] = {
    4: (1, 3),
    3: (1, 2),
    2: (0.5, 1.5),
    1.5: (0.5, 1),
    1: (0.25, 0.75),
}
_SHAPES: tuple[tuple[int, ...], ...] = (
    (0, 1, 2, 1, 0, -1), (0, 2, 1, 0, -1, 0), (0, -1, 0, 2, 1, 0), (0, 4, 3, 2, 1, 0), (0, 1, 2, 4, 3, 2),
    (0, -1, -2, -1, 1, 0), (0, 2, 4, 3, 2, 1), (0, 0, 1, 0, 3, 2), (0, 5, 4, 2, 3, 1), (0, 1, -1, 0, 2, 1),
    (0, -2, -1, 0, 1, 2), (0, 3, 2, 1, 2, 0), (0, 0, 0, 2, 1, -1), (0, -3, -2, -1, 0, -1), (0, 1, 0, -2, -1, 0),
)  # fmt: skip


@dataclass(frozen=True)
class Motif:
    """Notes at beats within `span` beats: when, how long, and how many steps of the scale above the first."""

    beats: tuple[float, ...]
    lengths: tuple[float, ...]
    steps: tuple[int, ...]
    span: float

    def inverted(self) -> Motif:
        """Up becomes down."""
        return replace(self, steps=tuple(-s for s in self.steps))

    def reversed(self) -> Motif:
        """The contour from its end to its start, in the old rhythm."""
        return replace(self, steps=tuple(s - self.steps[-1] for s in reversed(self.steps)))

    def stretched(self, factor: float) -> Motif:
        """Longer or shorter notes."""
        beats, lengths = (tuple(factor * v for v in values) for values in (self.beats, self.lengths))
        return Motif(beats, lengths, self.steps, factor * self.span)

    def head(self, span: float) -> Motif:
        """What lies within the first beats."""
        kept = [n for n, beat in enumerate(self.beats) if beat < span - 1e-6]
        lengths = tuple(min(self.lengths[n], span - self.beats[n]) for n in kept)
        return Motif(tuple(self.beats[n] for n in kept), lengths, tuple(self.steps[n] for n in kept), span)

    def held(self, span: float) -> Motif:
        """What lies within the first beats, and its last note held on."""
        head = self.head(span)
        return replace(head, lengths=(*head.lengths[:-1], self.span - head.beats[-1]), span=self.span)

    def late(self, rest: float) -> Motif:
        """The motif without what lies in its first beats: it answers after a rest."""
        kept = [n for n, beat in enumerate(self.beats) if beat >= rest - 1e-6]
        if not kept:
            return self
        lengths = tuple(self.lengths[n] for n in kept)
        return Motif(
            tuple(self.beats[n] for n in kept), lengths, tuple(self.steps[n] for n in kept), self.span
        )

    def plain(self, strong: tuple[int, ...]) -> Motif:
        """Only the first notes of its groups, held."""
        kept = [n for n, beat in enumerate(self.beats) if beat in strong] or [0]
        beats = tuple(self.beats[n] for n in kept)
        ends = (*beats[1:], self.span)
        return Motif(
            beats, tuple(e - b for b, e in zip(beats, ends)), tuple(self.steps[n] for n in kept), self.span
        )

    def adorned(self, rng: np.random.Generator, least: float) -> Motif:
        """A passing or neighbouring note where the longest note is."""
        n = int(np.argmax(self.lengths))
        half = self.lengths[n] / 2
        if half < least:
            return self
        after = self.steps[n + 1] if n + 1 < len(self.steps) else self.steps[n]
        between = (
            (self.steps[n] + after) // 2
            if abs(after - self.steps[n]) > 1
            else self.steps[n] + pick(rng, (1, -1))
        )
        return Motif(
            (*self.beats[: n + 1], self.beats[n] + half, *self.beats[n + 1 :]),
            (*self.lengths[:n], half, half, *self.lengths[n + 1 :]),
            (*self.steps[: n + 1], between, *self.steps[n + 1 :]),
            self.span,
        )


def drawn(
    rng: np.random.Generator, groups: tuple[int, ...], beat: float, stride: float, sway: float
) -> Motif:
    """A motif over some groups of beats: notes of about `stride` seconds where a beat lasts `beat`."""
    best: list[float] = []
    for _ in range(8):
        lengths: list[float] = []
        for group in groups:
            lengths += _split(rng, float(group), beat, stride, sway)
        if not best or abs(len(lengths) - 4) < abs(len(best) - 4):
            best = lengths
        if 3 <= len(lengths) <= 6 and len(set(lengths)) > 1:
            best = lengths
            break
    beats = [float(b) for b in np.cumsum([0, *best[:-1]])]
    shape = pick(rng, _SHAPES)
    steps = [
        shape[n] if n < len(shape) else shape[n % len(shape)] + int(rng.integers(-1, 2))
        for n in range(len(best))
    ]
    if len(best) > 3 and rng.random() < 0.25:
        gap = int(rng.integers(1, len(best) - 1))
        del beats[gap], steps[gap]
        del best[gap]
    return Motif(tuple(beats), tuple(best), tuple(steps), float(sum(groups)))


def _split(rng: np.random.Generator, length: float, beat: float, stride: float, sway: float) -> list[float]:
    """A length broken up until its notes are about as long as they should be."""
    seconds = length * beat
    near = float(np.clip((seconds / stride - 0.8) * 0.9, 0, 1))
    if seconds < 2 * _LEAST or rng.random() >= near or length not in _WAYS:
        return [length]
    ways = _WAYS[length]
    way = _SWAYED.get(length, ways[0]) if rng.random() < sway else pick(rng, ways, (3, 1.6, 1)[: len(ways)])
    if min(way) * beat < _LEAST:
        return [length]
    return [part for piece in way for part in _split(rng, piece, beat, stride * 1.15, sway * 0.5)]
