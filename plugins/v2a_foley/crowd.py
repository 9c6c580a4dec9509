"""People: crowds, tables and rooms full of voices, each of which talks in phrases and waits between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_foley.atmos import Scape
from v2a_foley.layers import Canvas, Grains, Layer, Place, Scaled
from v2a_foley.noise import draws
from v2a_foley.voices import SLOWER, phrase, speaker
from v2a_foley.wants import Quality

_SECONDS = 1.9
_SPEAKERS = 12
_PHRASES = 3
_STRIPS, _STRIP, _TOGETHER = 14, 3.0, 6


@dataclass(frozen=True)
class Voice:
    """One who talks in a crowd: which speaker, where, how near, the seconds of its turns, their phase, how often."""

    speaker: int
    pan: float
    near: float
    turn: float
    late: float
    busy: float


def murmur(place: Place, quality: Quality) -> Scape:
    """The murmur of a crowd, from a few tables to a full hall."""
    size = quality.size
    said = bank(place, 1.0)
    near = talk(place, said, "near", 10 + round(28 * size), 0.75)
    return Scape((Scaled(near, -1.5), walla(place, said, 2.0 + 5.0 * size, 0.08 + 0.08 * size)), gain=-13.5)


def bank(place: Place, effort: float) -> NDArray[np.float32]:
    """What is said: speakers × phrases × samples, at a quarter of the rate, where voices have all their strength."""
    rate = place.rate / SLOWER
    said = np.zeros((_SPEAKERS, _PHRASES, round(_SECONDS * rate)), np.float32)
    for n in range(_SPEAKERS):
        rng = draws(place.seed, "speaker", n)
        who = speaker(rng, effort)
        for row in said[n]:
            made = phrase(rng, who, _SECONDS * float(rng.uniform(0.55, 1.0)), rate)
            row[: len(made)] = made
    return said


def finer(slow: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sound at the full rate from sound at a quarter of it."""
    length = slow.shape[-1]
    size = SLOWER * _smooth(length)
    made = np.fft.irfft(np.fft.rfft(slow, size // SLOWER), size).astype(np.float32)
    return made[..., : SLOWER * length] * np.float32(SLOWER)


def _smooth(length: int) -> int:
    """The next length that transforms quickly."""
    step = 1 << max(0, length.bit_length() - 4)
    return -(-length // step) * step


def talk(place: Place, said: NDArray[np.float32], name: str, count: int, busy: float) -> Grains:
    """So many voices, each in its own place, that take turns of their own and are silent for the rest of it."""
    voices = [_voice(place, name, n, busy) for n in range(count)]
    spoken = finer(said)

    def fill(_: np.random.Generator, canvas: Canvas) -> None:
        seconds = canvas.cell / canvas.rate
        for number, voice in enumerate(voices):
            first = int(np.floor((canvas.time - voice.late) / voice.turn)) - 1
            for turn in range(first, first + 2 + int(np.ceil(seconds / voice.turn))):
                own = draws(place.seed, f"{name} turn {number}", turn)
                at = (turn + 0.45 * float(own.random())) * voice.turn + voice.late - canvas.time
                if 0 <= at < seconds and own.random() < voice.busy:
                    words = spoken[voice.speaker, own.integers(0, _PHRASES)]
                    canvas.add(round(at * canvas.rate), words, voice.pan, voice.near * own.uniform(0.6, 1.2))

    return Grains(place, name, fill, 48_000, 3)


def _voice(place: Place, name: str, number: int, busy: float) -> Voice:
    rng = draws(place.seed, f"{name} voice", number)
    near, turn = 0.15 + 0.3 * float(rng.random()) ** 2, float(rng.uniform(2.1, 3.2))
    return Voice(
        int(rng.integers(0, _SPEAKERS)), float(rng.uniform(-0.9, 0.9)), near, turn, turn * rng.random(), busy
    )


def walla(place: Place, said: NDArray[np.float32], dense: float, room: float) -> Grains:
    """Voices too many to tell apart: strips of several at once in their room, strewn so that `dense` of them overlap."""
    rng = draws(place.seed, "walla")
    rate = place.rate / SLOWER
    length = round(_STRIP * rate)
    strips = np.zeros((_STRIPS, length), np.float32)
    for strip in strips:
        for _ in range(_TOGETHER):
            row = said[rng.integers(0, _SPEAKERS), rng.integers(0, _PHRASES)]
            begin = int(rng.integers(0, length - len(row) + 1))
            strip[begin : begin + len(row)] += np.float32(rng.uniform(0.4, 1.0)) * row
    size = _smooth(length + round(room * rate))
    tail = np.fft.rfft(_echoes(rng, room, rate), size)
    wet = np.fft.irfft(np.fft.rfft(strips, size)[:, None] * tail, size).astype(np.float32)
    heard = finer(wet)
    pace = dense / _STRIP

    def fill(own: np.random.Generator, canvas: Canvas) -> None:
        for offset in canvas.evenly(own, pace):
            strip = heard[own.integers(0, _STRIPS)]
            canvas.lay(int(offset), strip[::-1] if own.random() < 0.5 else strip, own.uniform(0.28, 0.4))

    return Grains(place, "walla", fill, 48_000, 2 + int(np.ceil(heard.shape[-1] / 48_000)))


def _echoes(rng: np.random.Generator, seconds: float, rate: float) -> NDArray[np.float64]:
    """A room heard from afar, left and right apart: little of the voice itself, much of its diffuse sound."""
    size = round(seconds * rate)
    time = np.arange(size) / rate
    tail = rng.standard_normal((2, size)) * np.exp(-6.9 * time / seconds) * np.minimum(1, time / 0.008)
    tail = np.stack([np.convolve(row, [0.25, 0.5, 0.25], "same") for row in tail])
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    tail[:, 0] += 0.4
    return np.asarray(tail)


def restaurant(place: Place, quality: Quality) -> Scape:
    """A restaurant: tables that talk, cutlery and china."""
    clinks, said = _clinks(place), bank(place, 0.9)

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
        Scaled(talk(place, said, "tables", 18, 0.75), -3.0),
        walla(place, said, 6.0, 0.2),
        Scaled(Grains(place, "china", serve, 24_000, 3), -12.0),
    )
    return Scape(layers, gain=-15.0)


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
    ends = np.minimum(1, time / 0.0004) * np.minimum(1, (time[-1] - time) / 0.1)
    return np.asarray(out * ends, np.float32)
