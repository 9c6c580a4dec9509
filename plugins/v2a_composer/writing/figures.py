"""Accompaniments: chords broken, rolled, struck or picked in figures that change from phrase to phrase."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from v2a_composer.writing.bars import Bar, Grid
from v2a_composer.writing.dice import pick
from v2a_composer.writing.tones import Footing, Ground, Tone


@dataclass(frozen=True)
class FigureBar:
    """One bar of a figure: the bar, its chord at any beat, the step in beats, the order drawn for the phrase."""

    grid: Grid
    ground: Ground
    bar: Bar
    step: float
    order: tuple[int, ...]
    rng: np.random.Generator
    closing: bool

    def steps(self) -> list[tuple[int, float]]:
        """Numbers and beats of the steps."""
        count = math.ceil((self.bar.beats - 1e-6) / self.step)
        return [(n, self.bar.start + n * self.step) for n in range(count)]

    def strong(self, beat: float) -> bool:
        """Whether a group begins at a beat."""
        return any(abs(beat - self.bar.start - s) < 1e-6 for s in self.grid.strong)

    def voices(self, beat: float) -> tuple[int, ...]:
        """The chord's notes at a beat, from low to high."""
        return self.ground.at(beat).voices(beat)


_Figure = Callable[[FigureBar], list[Tone]]


def _broken(at: FigureBar) -> list[Tone]:
    tones = []
    for n, beat in at.steps():
        voices = at.voices(beat)
        top = (1 + at.order[0], 1 + at.order[1], 1 + at.order[2], 1 + at.order[1])[n % 4]
        voice = 0 if n == 0 else top
        if at.closing and n > 0 and beat - at.bar.start > at.bar.beats / 2:
            break
        tones.append(Tone(beat, 1.7 * at.step, voices[voice], 0.95 if at.strong(beat) else 0.74))
    return tones


def _rolling(at: FigureBar) -> list[Tone]:
    ways = (
        (0, 1, 2, 3, 2, 1),
        (0, 2, 1, 3, 1, 2),
        (0, 1, 3, 2, 3, 1),
        (0, 3, 2, 1, 2, 3),
        (0, 1, 2, 3),
        (0, 2, 3, 1),
    )
    way = ways[(at.order[0] * 2 + at.order[1]) % len(ways)]
    tones, since = [], 0
    for _, beat in at.steps():
        since = 0 if at.strong(beat) else since + 1
        voices = at.voices(beat)
        pitch = voices[way[since % len(way)]]
        tones.append(Tone(beat, 1.5 * at.step, pitch, 0.95 if since == 0 else 0.7 + 0.05 * (since % 2)))
    return tones


def _wide(at: FigureBar) -> list[Tone]:
    """Open chords from the bass up, as a left hand plays them, resting before the bar is over."""
    tones = []
    for n, (_, beat) in enumerate(at.steps()):
        bass, tenor, alto, soprano = at.voices(beat)
        pool = (bass - 12 if bass > 43 else bass, tenor, alto, soprano - 12 if soprano - 12 > tenor else alto)
        rest = n > 4 + at.order[0] or (at.closing and n > 2)
        if not rest:
            tones.append(
                Tone(beat, at.bar.end - beat, pool[(0, 1, 2, 3, 2, 1)[n % 6]], 0.95 if n == 0 else 0.7)
            )
    return tones


def _alberti(at: FigureBar) -> list[Tone]:
    tones = []
    for n, beat in at.steps():
        voices = at.voices(beat)
        tones.append(Tone(beat, at.step, voices[(1, 3, 2, 3)[n % 4]], 0.9 if at.strong(beat) else 0.68))
    return tones


def _chords(at: FigureBar) -> list[Tone]:
    """Whole chords on the groups, held."""
    beats = [at.bar.start + s for s in at.grid.strong if s < at.bar.beats]
    if at.closing or at.order[0] == 0:
        beats = beats[:1]
    ends = [*beats[1:], at.bar.end]
    return [
        Tone(beat, end - beat, pitch, 0.9 if n == 0 else 0.72)
        for n, (beat, end) in enumerate(zip(beats, ends))
        for pitch in at.voices(beat)[0 if n == 0 else 1 :]
    ]


def _picked(at: FigureBar) -> list[Tone]:
    """A thumb that goes from bass to tenor on the beats, and fingers between."""
    tones = []
    for n, beat in at.steps():
        voices = at.voices(beat)
        thumb = n % 2 == 0
        voice = (0, 1)[(n // 2) % 2] if thumb else (2, 3, 3, 2)[(n // 2 + at.order[0]) % 4]
        if not thumb and at.rng.random() < 0.12:
            continue
        tones.append(Tone(beat, 2 * at.step, voices[voice], 0.9 if thumb else 0.72))
    return tones


def _strummed(at: FigureBar) -> list[Tone]:
    tones = []
    for n, beat in at.steps():
        if n and at.rng.random() < (0.25 if at.strong(beat) else 0.5):
            continue
        down = at.strong(beat)
        voices = at.voices(beat)[0 if down else 1 :]
        tones += [Tone(beat, 1.3 * at.step, p, 0.88 if down else 0.6) for p in voices]
    return tones


def _waltz(at: FigureBar) -> list[Tone]:
    """The bass on one and chords on the beats behind it."""
    count = max(2, round(at.bar.beats))
    tones = [Tone(at.bar.start, at.bar.beats / count, at.voices(at.bar.start)[0], 0.95)]
    for n in range(1, count):
        beat = at.bar.start + n * at.bar.beats / count
        if not (at.closing and n == count - 1) and not (at.order[0] == 2 and n == 1):
            tones += [Tone(beat, 0.6 * at.bar.beats / count, p, 0.62) for p in at.voices(beat)[1:]]
    return tones


def _offbeat(at: FigureBar) -> list[Tone]:
    """Short chords between the beats."""
    tones = []
    for n, beat in at.steps():
        if n % 2 == 0 and at.strong(beat):
            tones.append(Tone(beat, 0.6 * at.step, at.voices(beat)[0], 0.85))
        elif n % 2 == 1 and not (at.closing and beat > at.bar.start + at.bar.beats / 2):
            tones += [Tone(beat, 0.5 * at.step, p, 0.65) for p in at.voices(beat)[1 + at.order[0] % 2 :]]
    return tones


def _ostinato(at: FigureBar) -> list[Tone]:
    """A turn of few notes over and over, with a neighbour in it, that only the chords change."""
    turns = ((3, 2, 3, 1), (2, 3, 1, 3), (1, 2, 3, 2), (3, 1, 2, 1))
    turn = turns[(at.order[0] + 2 * at.order[1]) % 4]
    tones = []
    for n, beat in at.steps():
        footing = at.ground.at(beat)
        pitch = footing.voices(beat)[turn[n % 4]]
        if n % 8 == 5:
            pitch = _neighbour(footing, pitch, beat)
        tones.append(Tone(beat, 0.9 * at.step, pitch, 0.95 if at.strong(beat) else 0.72))
    return tones


def _neighbour(footing: Footing, pitch: int, beat: float) -> int:
    beside = footing.pitch(footing.place(pitch) + 1)
    return pitch if beside % 12 == footing.resolving(beat) else beside


def _drops(at: FigureBar) -> list[Tone]:
    """Single notes here and there, left to ring."""
    tones = []
    for n, beat in at.steps():
        if at.rng.random() < (0.5 if n == 0 else 0.22):
            voices = at.voices(beat)
            pitch = voices[1 + int(at.rng.integers(3))] + (12 if at.rng.random() < 0.4 else 0)
            tones.append(Tone(beat, max(2.0, 3 * at.step), pitch, 0.6 + 0.25 * float(at.rng.random())))
    return tones


def _gated(at: FigureBar) -> list[Tone]:
    """The chord in short breaths, in a rhythm drawn for the phrase."""
    open_at = (0, 2 + at.order[0] % 2, 3 + at.order[1], 6 - at.order[2] % 2, 7)
    return [
        Tone(beat, 0.7 * at.step, pitch, 0.9 if n % 8 == 0 else 0.68)
        for n, beat in at.steps()
        if n % 8 in open_at
        for pitch in at.voices(beat)[1:]
    ]


def _comped(at: FigureBar) -> list[Tone]:
    """Chords of a jazz piano, two or three a bar, some of them ahead of the beat."""
    half = at.bar.beats / 8
    ways = ((0, 3), (1, 4), (0, 5), (3, 6), (2, 5, 7), (0, 3, 6), (1, 5))
    tones = []
    for n in pick(at.rng, ways):
        beat = at.bar.start + n * half
        if beat < at.bar.end - 1e-6:
            tones += [Tone(beat, half * pick(at.rng, (0.8, 1.6)), p, 0.7) for p in at.voices(beat)[1:]]
    return tones


def _power(at: FigureBar) -> list[Tone]:
    """Root, fifth and octave, palm-muted, opened on the groups."""
    tones = []
    for n, beat in at.steps():
        footing = at.ground.at(beat)
        root = footing.pitches[0] + 36 + (12 if footing.pitches[0] < 4 else 0)
        fifth = 7 if len(footing.pitches) < 3 or (footing.pitches[2] - footing.pitches[0]) % 12 == 7 else 12
        strong = at.strong(beat)
        if n == 0 or strong or at.rng.random() < 0.8:
            length = 0.95 * at.step if strong else 0.5 * at.step
            tones += [Tone(beat, length, root + up, 0.92 if strong else 0.68) for up in (0, fifth, 12)]
    return list(dict.fromkeys(tones))


FIGURES: Mapping[str, _Figure] = {
    "broken": _broken, "rolling": _rolling, "wide": _wide, "alberti": _alberti, "chords": _chords, "picked": _picked,
    "strummed": _strummed, "waltz": _waltz, "offbeat": _offbeat, "ostinato": _ostinato, "drops": _drops,
    "gated": _gated, "comped": _comped, "power": _power,
}  # fmt: skip
"""Every accompaniment by its name."""
