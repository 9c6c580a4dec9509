"""The band: plays a score in sections, block by block of a fixed grid, each with its share of the hall."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_composer.playing import ceiling, hall
from v2a_composer.playing.balance import level
from v2a_composer.playing.casting import cast
from v2a_composer.playing.hall import BLOCK
from v2a_composer.playing.instruments import Instrument
from v2a_composer.playing.rack import Rack
from v2a_composer.playing.seats import seat_of
from v2a_composer.playing.strokes import HEARD, Played, played
from v2a_composer.soundfont.font import Font, Preset

Sound = NDArray[np.float32]

_INAUDIBLE = 1e-7


class Band:
    """Any samples of a score, by section; what was made last is kept for the windows that follow."""

    def __init__(self, score: v2a.Score, font: Font) -> None:
        """Cast every voice and put each in its seat; `notes` say where another instrument had to do."""
        rack = Rack(font.samples)
        sections: dict[str, list[Played]] = {}
        self.notes: list[str] = []
        distances: dict[str, float] = {}
        instruments: dict[Preset, Instrument] = {}
        for voice in score.voices:
            found, seat = cast(font, voice), seat_of(voice)
            self.notes += [found.note] if found.note else []
            distances.setdefault(voice.section, seat.metres)
            line, preset = sections.setdefault(voice.section, []), found.preset
            if preset is not None:
                if preset not in instruments:
                    zones = font.zones(preset.bank, preset.program)
                    instruments[preset] = Instrument(font, rack, zones, voice.drums)
                instrument = instruments[preset]
                line += played(voice, instrument, seat, level(voice, instrument, rack, seat))
        for one in (one for line in sections.values() for one in line):
            rack.announce(one.tone, one.held + one.release, one.end)
        self._sections = [_Section(line, rack, distances[name]) for name, line in sections.items()]
        self.names = tuple(sections)
        self._blocks: dict[int, Sound] = {}
        self._rack = rack

    def window(self, start: int, length: int) -> Mapping[str, Sound]:
        """So many samples of every section from one on; together they are the music, and never too loud."""
        made = np.empty((len(self.names), 2, length), np.float32)
        for number in range(start // BLOCK, -(-(start + length) // BLOCK)):
            first = number * BLOCK
            low, high = max(start, first), min(start + length, first + BLOCK)
            self._held(number, slice(low - first, high - first), made[:, :, low - start : high - start])
            for old in [n for n in self._blocks if n < number - 1]:
                del self._blocks[old]
        return dict(zip(self.names, made))

    def _held(self, number: int, wanted: slice, into: Sound) -> None:
        """What is wanted of a block, under the ceiling, which looks a little into the blocks beside it."""
        here = self._block(number)
        before = self._block(number - 1)[:, :, -ceiling.MARGIN :].sum(axis=0)
        behind = self._block(number + 1)[:, :, : ceiling.MARGIN].sum(axis=0)
        gain = ceiling.gain(np.concatenate([before, here.sum(axis=0), behind], axis=1))
        if gain is None:
            into[:] = here[:, :, wanted]
        else:
            np.multiply(here[:, :, wanted], gain[wanted], out=into)

    def _block(self, number: int) -> Sound:
        if number not in self._blocks:
            made = np.zeros((len(self._sections), 2, BLOCK), np.float32)
            for section, block in zip(self._sections, made):
                section.play(number, block)
            self._blocks[number] = made
            self._rack.passed((number - 1) * BLOCK)
        return self._blocks[number]


class _Section:
    """The players who sit together."""

    def __init__(self, line: Sequence[Played], rack: Rack, metres: float) -> None:
        self._line = sorted(line, key=lambda one: one.start)
        self._starts = np.array([one.start for one in self._line], np.int64)
        self._ends = np.array([one.end for one in self._line], np.int64)
        self._rack, self._send = rack, np.float32(0.5 * hall.send(metres))
        self._dry: dict[int, Sound | None] = {}

    def play(self, number: int, block: Sound) -> None:
        """Fill a block of silence with what is played, and with its share of the hall."""
        before, here = self._played(number - 1), self._played(number)
        for old in [n for n in self._dry if n < number]:
            del self._dry[old]
        if self._send and (before is not None or here is not None):
            block += hall.answer(self._sent(before), self._sent(here))
        if here is not None:
            block += here

    def _sent(self, dry: Sound | None) -> Sound:
        return np.zeros(BLOCK, np.float32) if dry is None else (dry[0] + dry[1]) * self._send

    def _played(self, number: int) -> Sound | None:
        """What is played in a block, without the hall; none where nobody plays."""
        if number not in self._dry:
            first = number * BLOCK
            heard = np.flatnonzero((self._starts < first + BLOCK) & (self._ends > first))
            self._dry[number] = self._mixed([self._line[n] for n in heard], first) if len(heard) else None
        return self._dry[number]

    def _mixed(self, line: Sequence[Played], first: int) -> Sound:
        bus, spare = np.zeros((2, BLOCK), np.float32), np.empty(BLOCK, np.float32)
        for one in line:
            low, high = max(one.start, first), min(one.end, first + BLOCK)
            wave = self._rack.wave(one.tone, high - one.start)[low - one.start : high - one.start]
            let_go = min(max(one.start + one.held - low, 0), len(wave))
            _add(bus[:, low - first :], wave[:let_go], one, spare)
            if let_go < len(wave):
                since = low + let_go - one.start - one.held
                falling = wave[let_go:] * _fall(one.release)[since : since + len(wave) - let_go]
                _add(bus[:, low - first + let_go :], falling, one, spare)
        return bus


def _add(bus: Sound, wave: Sound, one: Played, spare: Sound) -> None:
    for side, gain in enumerate((one.left, one.right)):
        if gain > _INAUDIBLE:
            bus[side, : len(wave)] += np.multiply(wave, np.float32(gain), out=spare[: len(wave)])


@functools.lru_cache(maxsize=64)
def _fall(release: int) -> Sound:
    """The end of a tone, evenly in dB, and down to nothing."""
    fall = np.exp(np.arange(release, dtype=np.float32) * np.float32(-5 * HEARD * np.log(10) / release))
    floor = np.float32(10.0 ** (-5 * HEARD))
    return np.asarray(np.maximum(fall - floor, 0) / (1 - floor), np.float32)
