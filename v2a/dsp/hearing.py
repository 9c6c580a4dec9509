"""What is heard of music: the few curves that beats, bars and form are told from, out of sound as it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a.dsp.climbs import Levels
from v2a.dsp.spectra import BANDS, REGISTERS, Flux, Tones

RATE = 48_000
RISES, ATTACKS, ROWS = 100, 500, 10
_TENTH = RATE // ROWS
_BLOCK = 5 * _TENTH
_LOUDEST = 64.0


@dataclass(frozen=True, eq=False)
class Curves:
    """The rise of the spectrum in four registers 100 times a second, the level of all and of the highs in dB 500 times,
    and ten times a second how tonal it is, how that falls on twelve pitches, and the level in 24 bands in dB.
    """

    rise: NDArray[np.float32]
    attack: NDArray[np.float32]
    tones: NDArray[np.float32]
    bands: NDArray[np.float32]
    seconds: float


def curves(blocks: Iterable[NDArray[np.float32]]) -> Curves:
    """The curves of sound at 48 kHz that comes in blocks (channels × samples) of any length."""
    flux, tones, levels = (
        Flux(RATE, RATE // RISES, RISES // ROWS),
        Tones(RATE, _TENTH),
        Levels(RATE // ATTACKS),
    )
    rise, attack, tonal, bands = (list[NDArray[np.float32]]() for _ in range(4))
    length = 0
    for mono in _even(blocks):
        length += len(mono)
        padded = np.pad(mono, (0, _BLOCK - len(mono)))
        spectrum = flux(padded)
        rise.append(spectrum.rise)
        bands.append(spectrum.bands)
        attack.append(levels(padded))
        tonal.append(tones(padded))
    seconds = length / RATE
    return Curves(
        _joined(rise, REGISTERS, seconds * RISES),
        _joined(attack, 2, seconds * ATTACKS),
        _joined(tonal, 13, seconds * ROWS),
        _joined(bands, BANDS, seconds * ROWS),
        seconds,
    )


def _joined(parts: list[NDArray[np.float32]], width: int, rows: float) -> NDArray[np.float32]:
    """The parts as one, without the rows of what was put behind the sound."""
    return np.concatenate([np.zeros((0, width), np.float32), *parts])[: int(np.ceil(rows))]


def _even(blocks: Iterable[NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """The sound in mono, half a second at a time, the last piece shorter; what is not a number is silence."""
    held = np.zeros(0, np.float32)
    for block in blocks:
        mono = np.asarray(block, np.float32).mean(axis=0)
        clean = np.clip(np.nan_to_num(mono, nan=0.0, posinf=0.0, neginf=0.0), -_LOUDEST, _LOUDEST)
        held = np.concatenate([held, clean])
        whole = len(held) // _BLOCK * _BLOCK
        yield from held[:whole].reshape(-1, _BLOCK)
        held = held[whole:]
    if len(held):
        yield held
