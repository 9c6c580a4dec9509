"""Notes to sound, in blocks of a fixed grid: any window of a cue comes out as it does from the whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from v2a_composer.instruments import ORCHESTRA, RATE, Seat, Wave
from v2a_composer.score import Note

BLOCK = 2 * RATE
_STEPS = 8
_KEPT = 40 << 20


class Band:
    """Plays a list of notes; sounds of notes that are alike are made once, while there is room to keep them."""

    def __init__(self, notes: Sequence[Note], seed: int) -> None:
        """Take the notes, in order of time, and the seed of the room."""
        self._notes = notes
        self._starts = [round(n.time * RATE) for n in notes]
        self._sounds: dict[tuple[str, int, int, int], Wave] = {}
        self._kept = 0
        self._size = 0
        self._room = _room(seed)
        self._dry: dict[int, NDArray[np.float32]] = {}

    def window(self, start: int, length: int) -> NDArray[np.float32]:
        """Some samples of the cue, in stereo."""
        made = np.zeros((2, length), np.float32)
        for block in range(start // BLOCK, -(-(start + length) // BLOCK)):
            sound = self._block(block)
            first = block * BLOCK
            low, high = max(start, first), min(start + length, first + BLOCK)
            made[:, low - start : high - start] = sound[:, low - first : high - first]
            self._dry.pop(block - 2, None)
        return made

    @property
    def sounds(self) -> tuple[Wave, ...]:
        """The notes that are kept, the least lately used first."""
        return tuple(self._sounds.values())

    def _block(self, block: int) -> NDArray[np.float32]:
        """The block with its room: the room's tail is at most one block long."""
        from scipy import fft

        here, before = self._played(block), self._played(block - 1)
        sends = np.concatenate([before[2:], here[2:]], axis=1)
        if not self._size:
            self._size = fft.next_fast_len(2 * BLOCK + self._room.shape[1], real=True)
            self._hall = fft.rfft(self._room, self._size)
        wet = fft.irfft(fft.rfft(sends, self._size) * self._hall, self._size)[:, BLOCK : 2 * BLOCK]
        return np.asarray(here[:2] + wet, np.float32)

    def _played(self, block: int) -> NDArray[np.float32]:
        """Left, right, and what both send into the room."""
        if block not in self._dry:
            self._dry[block] = self._play(block)
        return self._dry[block]

    def _play(self, block: int) -> NDArray[np.float32]:
        bus = np.zeros((4, BLOCK), np.float32)
        first = block * BLOCK
        for start, note in zip(self._starts, self._notes):
            if start >= first + BLOCK:
                break
            if start + round((note.length + 3.0) * RATE) <= first:
                continue
            seat = ORCHESTRA[note.part]
            sound = self._sound(note, seat)
            low, high = max(first, start), min(first + BLOCK, start + len(sound))
            if low < high:
                part = sound[low - start : high - start]
                for channel, gain in enumerate(_gains(seat)):
                    bus[channel, low - first : high - first] += part * np.float32(gain)
        return bus

    def _sound(self, note: Note, seat: Seat) -> Wave:
        length = max(1, math.ceil(note.length * 10))
        force = max(1, round(note.force * _STEPS))
        name = (note.part, note.pitch, length, force)
        sound = self._sounds.pop(name, None)
        if sound is None:
            sound = seat.play(note.pitch, length / 10, force / _STEPS)
            self._kept += sound.nbytes
        self._sounds[name] = sound
        while self._kept > _KEPT and len(self._sounds) > 1:
            self._kept -= self._sounds.pop(next(iter(self._sounds))).nbytes
        return sound


def _gains(seat: Seat) -> tuple[float, ...]:
    angle = (seat.pan * 0.7 + 1) * math.pi / 4
    left, right = seat.gain * math.cos(angle), seat.gain * math.sin(angle)
    return left, right, left * seat.room, right * seat.room


def _room(seed: int) -> NDArray[np.float32]:
    """A hall of 1.9 s: noise that dies away, the high end sooner, after 18 ms of nothing."""
    rng = np.random.Generator(np.random.PCG64([seed, 5]))
    t = np.arange(BLOCK - RATE // 10) / RATE
    sides = []
    for _ in range(2):
        noise = rng.normal(0, 1, len(t))
        dull = np.convolve(noise, np.hanning(25) / 12.5, "same")
        tail = 0.35 * noise * np.exp(-6.9 / 0.8 * t) + dull * np.exp(-6.9 / 1.9 * t)
        tail *= t > 0.018
        sides.append(tail / np.sqrt((tail**2).sum()))
    return np.stack(sides).astype(np.float32)
