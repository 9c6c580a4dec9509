"""What is measured of stretched sound: when things set in, how near its spectra are, and what pulses lose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from heard.listening import RATE
from numpy.typing import NDArray

from stretched.sounds import Sound, Wave
from v2a.dsp.filters import filtered

REACH = 0.06
Stretch = Callable[[Wave, int], Wave]


@dataclass
class Score:
    """What was measured of one engine on one kind of sound."""

    errors: list[float] = field(default_factory=list)
    short: list[float] = field(default_factory=list)
    long: list[float] = field(default_factory=list)
    off: list[int] = field(default_factory=list)
    crest: list[float] = field(default_factory=list)

    @property
    def cells(self) -> tuple[object, ...]:
        return (
            *spread(self.errors),
            f"{np.mean(self.short):.1f}",
            f"{np.mean(self.long):.1f}",
            f"{np.mean(self.crest):+.1f}",
            max(self.off, key=abs),
        )


def spread(errors: Sequence[float]) -> tuple[object, ...]:
    """How many errors there are, their median and 95th percentile."""
    size = np.abs(errors)
    return len(errors), *(f"{np.percentile(size, share):.2f}" if errors else "-" for share in (50, 95))


def edges(wave: Wave) -> NDArray[np.float64]:
    """The rectified slope, smoothed over a millisecond, as the ear hears that something sets in."""
    shape = np.hanning(2 * RATE // 1000 + 1)
    slope = np.abs(np.diff(wave[:1].astype(np.float64), axis=1, prepend=0.0))
    smooth = filtered(slope.astype(np.float32), (shape / shape.sum()).astype(np.float32))
    return np.sqrt(np.maximum(smooth[0].astype(np.float64), 0.0))


def late(
    source: NDArray[np.float64], made: NDArray[np.float64], at: float, to: float, around: float
) -> float | None:
    """By how many ms what sets in at a time is late; nothing where nothing does, or too near to an end."""
    half, reach, first, there = (round(t * RATE) for t in (around, REACH, at, to))
    if (
        first - 2400 < 0
        or there - half - reach < 0
        or first + half > len(source)
        or there + half + reach > len(made)
    ):
        return None
    if source[first - 240 : first + 1200].max() < 1.5 * source[first - 2400 : first - 240].max() + 1e-3:
        return None
    wanted, room = source[first - half : first + half], made[there - half - reach : there + half + reach]
    sums, squares = (np.concatenate([[0.0], np.cumsum(each)]) for each in (room, room**2))
    spread = (
        squares[2 * half :] - squares[: -2 * half] - (sums[2 * half :] - sums[: -2 * half]) ** 2 / (2 * half)
    )
    alike = _correlated(room, wanted - wanted.mean()) / np.sqrt(np.maximum(spread, 1e-12))
    return (int(alike.argmax()) - reach) / RATE * 1000


def _correlated(room: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    size = 1 << (len(room) + len(wanted)).bit_length()
    product = np.fft.rfft(room, size) * np.fft.rfft(wanted, size).conj()
    return np.fft.irfft(product, size)[: len(room) - len(wanted) + 1]


def distance(source: Wave, made: Wave, size: int) -> float:
    """The mean difference of short-time spectra in dB, at the same points of the music."""
    shape, found = np.hanning(size), []
    for middle in range(size, source.shape[1] - size, size):
        there = round(middle * made.shape[1] / source.shape[1])
        if not size // 2 <= there <= made.shape[1] - size // 2:
            continue
        was = np.abs(np.fft.rfft(source[0, middle - size // 2 : middle + size // 2] * shape))
        now = np.abs(np.fft.rfft(made[0, there - size // 2 : there + size // 2] * shape))
        heard = was > max(was.max() * 10**-2.5, 1e-3)
        found += [np.abs(20 * np.log10((now[heard] + 1e-9) / was[heard])).mean()] if heard.any() else []
    return float(np.mean(found))


def crest(wave: Wave) -> float:
    """The median crest of 10 ms in dB, of those that sound: what pulses lose where their partials fall apart."""
    parts = wave[0, : wave.shape[1] // 480 * 480].astype(np.float64).reshape(-1, 480)
    size, power = np.abs(parts).max(axis=1), np.sqrt((parts**2).mean(axis=1))
    heard = power > 0.03 * power.max()
    return float(np.median(20 * np.log10(size[heard] / power[heard])))


def scored(score: Score, sound: Sound, ratio: float, engine: Stretch) -> None:
    """Measure one stretch by an engine."""
    length = round(sound.wave.shape[1] * ratio)
    raw = engine(sound.wave, length)
    score.off.append(raw.shape[1] - length)
    made = np.pad(raw[:, :length], ((0, 0), (0, max(0, length - raw.shape[1]))))
    was, now = edges(sound.wave), edges(made)
    for at in sound.times:
        error = late(was, now, at, at * ratio, sound.around)
        score.errors += [error] if error is not None else []
    score.short.append(distance(sound.wave, made, 2048))
    score.long.append(distance(sound.wave, made, 8192))
    score.crest.append(crest(made) - crest(sound.wave))
