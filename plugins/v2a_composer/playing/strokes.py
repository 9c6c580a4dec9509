"""From a voice to what is played: which tone from which sample on, how long it is held, how loud on each side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import v2a
from v2a_composer.playing.instruments import Instrument, Layer
from v2a_composer.playing.seats import Seat
from v2a_composer.playing.tone import OCTAVES, RATE, Tone

_RINGS = 8.0
_GRID = 1 << OCTAVES
_CUT = round(0.04 * RATE)
_LONGEST = 1e12
# What is eased is let go of at this part of its way, and taken anew when it is over.
_LET_GO = 0.085 / 0.11
# A release is a hundred decibels long; what lies under sixty is left out.
HEARD = 0.6


@dataclass(frozen=True, slots=True)
class Played:
    """A tone in the cue: from a sample of it on, held for so many, gone so many later; its gain on the left and right.

    All are samples at the full rate, on a grid that every rate has.
    """

    start: int
    held: int
    release: int
    lasts: int
    tone: int
    left: float
    right: float

    @property
    def end(self) -> int:
        """The first sample at which nothing of it is left."""
        return self.start + min(self.held + self.release, self.lasts)

    def cut(self, at: int) -> Played:
        """The same, damped from a sample of the cue on."""
        if at >= self.start + self.held:
            return self
        return replace(self, held=max(_GRID, at - self.start), release=min(self.release, _CUT))


def played(voice: v2a.Voice, instrument: Instrument, seat: Seat, level: float) -> list[Played]:
    """Every note of a voice, its levels times one gain; what is cut off by a later note is damped there."""
    made: list[Played] = []
    sounding: dict[int, list[int]] = {}
    for note in voice.notes:
        fresh: dict[int, list[int]] = {}
        for layer, one in _strokes(voice, note, instrument, seat, level):
            family = layer.struck.exclusive
            if family:
                for before in sounding.get(family, ()):
                    made[before] = made[before].cut(one.start)
                fresh.setdefault(family, []).append(len(made))
            made.append(one)
        sounding.update(fresh)
    return sorted(made, key=lambda one: one.start)


def sounded(voice: v2a.Voice) -> v2a.Voice:
    """The voice as it is played: what is struck and then softer is two strokes."""
    notes = [stroke for note in voice.notes for stroke in _taken_anew(note)]
    return replace(voice, notes=tuple(sorted(notes, key=lambda note: note.time)))


def _taken_anew(note: v2a.Note) -> Iterator[v2a.Note]:
    if note.eased is None:
        yield note
        return
    after = min(note.eased.after, note.length)
    yield v2a.Note(note.time, _LET_GO * after, note.pitch, note.velocity)
    if note.length > after:
        yield v2a.Note(note.time + after, note.length - after, note.pitch, note.eased.velocity)


def _strokes(
    voice: v2a.Voice, note: v2a.Note, instrument: Instrument, seat: Seat, level: float
) -> Iterator[tuple[Layer, Played]]:
    key, velocity = min(max(note.pitch, 0), 127), min(max(note.velocity, 1), 127)
    lead = instrument.lead(key, velocity)
    start = _on_grid(note.time * RATE)
    early = min(lead, max(0, start))
    for layer in instrument.layers(key, velocity, note.length):
        struck = layer.struck
        length = max(note.length, _RINGS) if voice.drums and struck.rings else note.length
        left, right = _sides(seat, struck.pan, layer.gain * level)
        release = max(_GRID, _on_grid(HEARD * struck.release * RATE))
        heard = struck.tone.loudness.heard(HEARD)
        if heard < length:
            length, release = heard, min(release, _CUT)
        yield (
            layer,
            Played(
                start - early,
                max(_GRID, _on_grid(length * RATE) + early),
                release,
                _lasts(struck.tone),
                layer.number,
                left,
                right,
            ),
        )


def _on_grid(samples: float) -> int:
    return round(samples / _GRID) * _GRID


def _lasts(tone: Tone) -> int:
    """How many samples at the full rate a tone has, on the grid."""
    return (int(min(tone.length, _LONGEST)) + 1 << tone.octaves) // _GRID * _GRID


def _sides(seat: Seat, pan: float, gain: float) -> tuple[float, float]:
    """Constant power; the instrument's own width within its seat."""
    at = min(1.0, max(-1.0, seat.pan + seat.width * pan))
    angle = (at + 1.0) * math.pi / 4
    return gain * math.cos(angle), gain * math.sin(angle)
