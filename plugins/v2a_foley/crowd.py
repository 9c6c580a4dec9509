"""People: the murmur of many voices, each a glottal pulse train through formants, syllable by syllable.

Source and filter after Fant, "Acoustic Theory of Speech Production" (1960); vowels' formants after Peterson and
Barney (1952). No words can be made out, and none are meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Bed, Canvas, Grains, Layer, Place, Scaled, bins
from v2a_foley.noise import Curve, draws
from v2a_foley.wants import Quality

_CELL = 8192
_SIZE = 4096
_TIMBRES = 6
_SYLLABLES = 32
_VOWELS = np.array(
    [
        [730, 1090, 2440],
        [530, 1840, 2480],
        [270, 2290, 3010],
        [570, 840, 2410],
        [300, 870, 2240],
        [490, 1350, 1690],
        [640, 1190, 2390],
        [660, 1720, 2410],
    ],
    dtype=np.float64,
)


@dataclass(frozen=True)
class Voice:
    """One speaker: which timbre, place, nearness, syllables a second."""

    timbre: int
    pan: float
    near: float
    pace: float


def murmur(place: Place, quality: Quality) -> Scape:
    """The murmur of a crowd, from a few tables to a full hall."""
    size = quality.size
    voices = talk(place, 10 + round(24 * size), 1.3, 0.2 + 0.5 * size)
    return Scape((voices, Scaled(babble(place, 0.5 + size), -18.0)), gain=-3.3)


def talk(place: Place, count: int, busy: float, room: float = 0.3) -> Grains:
    """So many voices that speak in phrases and pause between, heard in a room of a given wetness."""
    voices = [_voice(place, n) for n in range(count)]
    bank = np.stack([_timbre(place, n, room) for n in range(min(count, _TIMBRES))])

    def fill(rng: np.random.Generator, canvas: Canvas) -> None:
        for voice in voices:
            if rng.random() < 0.6 * busy:
                begin = int(rng.integers(0, canvas.cell))
                for _ in range(int(rng.integers(3, 9))):
                    syllable = bank[voice.timbre % len(bank), rng.integers(0, _SYLLABLES)]
                    canvas.add(begin, syllable, voice.pan, voice.near * float(rng.uniform(0.6, 1.2)))
                    begin += int(canvas.rate / voice.pace * rng.uniform(0.7, 1.3))

    return Grains(place, "talk", fill, 72_000, 4)


def babble(place: Place, level: float) -> Bed:
    """Voices too many to count: noise with the long-term spectrum of speech, moving at the pace of syllables."""
    frequency = np.maximum(bins(place.rate, _CELL), 20.0)
    shape = level / (1 + (frequency / 550.0) ** 1.7) / (1 + (170 / frequency) ** 4) * 0.35
    swell = Curve(place.seed, "babble", 0.5)
    return Bed(
        place, "babble", lambda time: np.asarray(shape * 10 ** (2.5 * swell.at(time) / 20)), 0.9, None, _CELL
    )


def _voice(place: Place, number: int) -> Voice:
    rng = draws(place.seed, "voice", number)
    return Voice(
        number, float(rng.uniform(-0.95, 0.95)), float(rng.uniform(0.1, 0.28)), float(rng.uniform(4.3, 6.5))
    )


def _timbre(place: Place, number: int, room: float) -> NDArray[np.float32]:
    """The syllables of one timbre in their room, made at a third of the rate, where a voice has all its strength."""
    rng = draws(place.seed, "timbre", number)
    deep = number % 2 == 0
    pitch = float(rng.uniform(95, 140) if deep else rng.uniform(165, 240))
    tract = float(rng.uniform(0.95, 1.05) * (1.0 if deep else 1.15))
    rate = place.rate / 3
    dry = _syllables(rng, pitch, tract, rate)
    time = np.arange(_SIZE) / rate
    tail = rng.standard_normal(_SIZE) * np.exp(-time / 0.06) * np.minimum(1, time / 0.01)
    tail *= room / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    wet = np.fft.irfft(np.fft.rfft(dry, 2 * _SIZE) * np.fft.rfft(tail, 2 * _SIZE), 2 * _SIZE)
    fine = np.arange(6 * _SIZE) / 3
    return np.stack([np.interp(fine, np.arange(2 * _SIZE), row) for row in wet]).astype(np.float32)


def _syllables(rng: np.random.Generator, pitch: float, tract: float, rate: float) -> NDArray[np.float32]:
    count = _SYLLABLES
    time = np.arange(_SIZE, dtype=np.float32) / np.float32(rate)
    length = rng.uniform(0.09, 0.22, (count, 1)).astype(np.float32)
    start = pitch * np.linspace(1.15, 0.85, count)[:, None] * np.exp(rng.normal(0, 0.2, (count, 1)))
    glide = rng.normal(-0.6, 1.6, (count, 1))
    cycles = (start * time * (1 + glide * time)).astype(np.float32)
    saw = np.mod(cycles, 1.0) - 0.5
    x = np.clip(time / length, 0, 1)
    source = saw * np.maximum(np.sin(np.pi * x), 0) ** np.float32(0.8)
    noisy = rng.random(count) < 0.5
    hiss = (rng.random((count, _SIZE // 8), dtype=np.float32) - 0.5) * np.exp(-time[: _SIZE // 8] / 0.025)
    frequency = np.fft.rfftfreq(_SIZE, 1 / rate).astype(np.float32)
    formants = _VOWELS[rng.integers(0, len(_VOWELS), count)] * tract * rng.uniform(0.93, 1.07, (count, 3))
    filters = np.full((count, len(frequency)), 0.015, np.float32)
    for n, (wide, gain) in enumerate(((80.0, 1.0), (110.0, 0.6), (170.0, 0.35))):
        filters += gain / (1 + ((frequency - formants[:, n : n + 1].astype(np.float32)) / wide) ** 2)
    spoken = np.fft.rfft(source) * filters * (np.maximum(frequency, 100) / 500) ** np.float32(1.3)
    spread = 1 / (1 + ((frequency - 5200) / 1500) ** 2)
    spoken += np.fft.rfft(hiss * noisy[:, None], _SIZE) * spread * np.float32(0.5)
    return np.asarray(np.fft.irfft(spoken, _SIZE), np.float32)


def restaurant(place: Place, quality: Quality) -> Scape:
    """A restaurant: tables that talk, cutlery and china."""
    clinks = _clinks(place)

    def serve(rng: np.random.Generator, canvas: Canvas) -> None:
        for offset in canvas.times(rng, 1.2 + 2.5 * quality.speed):
            for n in range(int(rng.integers(1, 4))):
                late = int(n * rng.uniform(0.05, 0.2) * canvas.rate)
                gain = 0.02 + 0.2 * float(rng.random()) ** 3
                canvas.add(
                    int(offset) + late,
                    clinks[rng.integers(0, len(clinks))],
                    float(rng.uniform(-0.9, 0.9)),
                    gain,
                )

    layers: tuple[Layer, ...] = (
        talk(place, 14, 1.2, 0.5),
        Scaled(babble(place, 0.8), -18.0),
        Scaled(Grains(place, "china", serve, 24_000, 2), -16.0),
    )
    return Scape(layers, gain=-2.6)


def _clinks(place: Place, count: int = 48) -> NDArray[np.float32]:
    rng = draws(place.seed, "clinks")
    time = np.arange(round(0.35 * place.rate)) / place.rate
    out = np.zeros((count, len(time)))
    for n in range(count):
        base = float(np.exp(rng.uniform(np.log(1800), np.log(5200))))
        for m in range(6):
            pitch = base * (1, 1.52, 2.3, 2.9, 3.6, 4.4)[m] * float(rng.uniform(0.97, 1.03))
            ring = float(rng.uniform(0.02, 0.12)) / (m + 1) ** 0.4
            if pitch < 0.45 * place.rate:
                out[n] += (
                    float(rng.uniform(0.2, 1))
                    / (m + 1)
                    * np.sin(2 * np.pi * pitch * time)
                    * np.exp(-time / ring)
                )
    return np.asarray(out * np.minimum(1, time / 0.0004), np.float32)
