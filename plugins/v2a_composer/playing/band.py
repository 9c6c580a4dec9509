"""The band: plays a score block by block of a fixed grid, all sections in one hall, and each alone where that is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.playing import ceiling, hall
from v2a_composer.playing.balance import level
from v2a_composer.playing.casting import cast
from v2a_composer.playing.doubling import Buses
from v2a_composer.playing.hall import BLOCK
from v2a_composer.playing.instruments import Instrument
from v2a_composer.playing.rack import Rack
from v2a_composer.playing.seats import seat_of
from v2a_composer.playing.section import Section
from v2a_composer.playing.strokes import Played, played, sounded
from v2a_composer.soundfont.font import Font, Preset

Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """Some samples of the music, left and right, and of each section, where they are kept apart."""

    whole: Sound
    parts: Mapping[str, Sound]


class Band:
    """Any samples of a score; what was made last is kept for the windows that follow."""

    def __init__(self, score: v2a.Score, font: Font, apart: bool = False) -> None:
        """Cast every voice and put each in its seat; `notes` say where another instrument had to do.

        Where sections are kept `apart` each is heard alone too; the whole is the same to the bit.
        """
        rack = Rack(font.samples)
        lines: dict[str, list[Played]] = {}
        self.notes: list[str] = []
        distances: dict[str, float] = {}
        instruments: dict[Preset, Instrument] = {}
        for voice in map(sounded, score.voices):
            found, seat = cast(font, voice), seat_of(voice)
            self.notes += [found.note] if found.note else []
            distances.setdefault(voice.section, seat.metres)
            line, preset = lines.setdefault(voice.section, []), found.preset
            if preset is not None:
                if preset not in instruments:
                    zones = font.zones(preset.bank, preset.program)
                    instruments[preset] = Instrument(font, rack, zones, voice.drums)
                instrument = instruments[preset]
                line += played(voice, instrument, seat, level(voice, instrument, rack, seat))
        for one in (one for line in lines.values() for one in line):
            rack.announce(one.tone, one.held + one.release >> rack.octaves(one.tone), one.end)
        self._sections = {name: Section(line, rack, distances[name]) for name, line in lines.items()}
        self._apart, self._rack = apart, rack
        self._dry: dict[int, _Dry] = {}
        self._wet: dict[int, Sound] = {}

    def window(self, start: int, length: int) -> Heard:
        """So many samples from one on, never too loud; the parts add up to the whole."""
        heard = Heard(
            np.empty((2, length), np.float32),
            {name: np.empty((2, length), np.float32) for name in (self._sections if self._apart else ())},
        )
        for number in range(start // BLOCK, -(-(start + length) // BLOCK)):
            first = number * BLOCK
            low, high = max(start, first), min(start + length, first + BLOCK)
            into, wanted = slice(low - start, high - start), slice(low - first, high - first)
            gain = self._gain(number)[wanted]
            np.multiply(self._block(number)[:, wanted], gain, out=heard.whole[:, into])
            for name, part in heard.parts.items():
                alone = self._alone(name, number)
                part[:, into] = 0 if alone is None else alone[:, wanted] * gain
            self._forget(number)
        return heard

    def _gain(self, number: int) -> Sound:
        """The gain of a block under the ceiling, which looks a little into the blocks beside it."""
        before, here, behind = (self._block(n) for n in (number - 1, number, number + 1))
        ends = before[:, -ceiling.MARGIN :], here, behind[:, : ceiling.MARGIN]
        gain = ceiling.gain(np.concatenate(ends, axis=1))
        return np.ones(BLOCK, np.float32) if gain is None else gain

    def _block(self, number: int) -> Sound:
        """What all play in a block, in the hall."""
        if number not in self._wet:
            here = self._played(number)
            self._wet[number] = hall.answer(self._played(number - 1).sent, here.sent)
            self._wet[number] += here.whole
            self._rack.passed((number - 1) * BLOCK)
        return self._wet[number]

    def _alone(self, name: str, number: int) -> Sound | None:
        """What one section plays in a block, in the hall; none where nothing is heard of it."""
        section = self._sections[name]
        before, here = (self._played(n).parts[name] for n in (number - 1, number))
        if not section.send or (before is None and here is None):
            return here
        nothing = np.zeros(BLOCK, np.float32)
        sent = (nothing if dry is None else section.sent(dry) for dry in (before, here))
        wet = hall.answer(*sent)
        return wet if here is None else wet + here

    def _played(self, number: int) -> _Dry:
        """What all play in a block, without the hall."""
        if number not in self._dry:
            all_of_them = Buses(3)
            parts = {name: Buses(2) for name in (self._sections if self._apart else ())}
            for name, section in self._sections.items():
                section.play(number, all_of_them, parts.get(name))
            made = all_of_them.whole()
            alone = {name: part.whole() if part.used else None for name, part in parts.items()}
            self._dry[number] = _Dry(made[:2], made[2], alone)
        return self._dry[number]

    def _forget(self, number: int) -> None:
        """Let go of all blocks but one and those beside it."""
        for kept in (self._dry, self._wet):
            for old in [n for n in kept if abs(n - number) > 1]:
                del kept[old]


@dataclass(frozen=True, slots=True)
class _Dry:
    """A block as it is played, what of it goes into the hall, and each section alone, where they are kept apart."""

    whole: Sound
    sent: Sound
    parts: Mapping[str, Sound | None]
