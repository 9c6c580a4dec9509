"""The test signals of EBU Tech 3341 (version 4) and Tech 3342 that can be synthesised, as float32 at 48 kHz.

Of Tech 3341 cases 7 and 8, of Tech 3342 cases 5 and 6 are recordings of programmes, and missing here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

RATE = 48_000
SILENCE = -np.inf
Stretch = tuple[float, float]

INTEGRATED: dict[int, tuple[list[Stretch], float]] = {
    1: ([(-23, 20)], -23),
    2: ([(-33, 20)], -33),
    3: ([(-36, 10), (-23, 60), (-36, 10)], -23),
    4: ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    5: ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
}
RANGE: dict[int, tuple[list[Stretch], float]] = {
    1: ([(-20, 20), (-30, 20)], 10),
    2: ([(-20, 20), (-15, 20)], 5),
    3: ([(-40, 20), (-20, 20)], 20),
    4: ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
}
STEADY_SHORT_TERM = [(-20, 1.34), (-30, 1.66)] * 5
STEADY_MOMENTARY = [(-20, 0.18), (-30, 0.22)] * 25
LEVELS = range(-38, -18)
"""Of the tones of cases 11 and 14, one after the other."""

TRUE_PEAKS: dict[int, float] = {15: -6, 16: -6, 17: -6, 18: -6, 19: 3, 20: 0, 21: 0, 22: 0, 23: 0}
"""In dBTP; each may read 0.2 more or 0.4 less."""


def tone(stretches: Sequence[Stretch], channels: int = 2) -> np.ndarray:
    """A sine of 1 kHz, stretch by stretch at a level in dBFS and for a length in seconds."""
    amplitude = np.concatenate(
        [np.full(round(length * RATE), 10 ** (level / 20)) for level, length in stretches]
    )
    sine = np.sin(2 * np.pi * 1000 * np.arange(len(amplitude)) / RATE)
    return np.tile((amplitude * sine).astype(np.float32), (channels, 1))


def surround(low_frequency: bool) -> np.ndarray:
    """Case 6: left and right at -28 dBFS, centre at -24, surrounds at -30; a full LFE channel must not count."""
    levels = [-28, -28, -24, -30, -30]
    channels = [tone([(level, 20)], 1) for level in levels]
    if low_frequency:
        channels.insert(3, tone([(0, 20)], 1))
    return np.concatenate(channels)


def alone(step: float, length: float) -> Iterator[np.ndarray]:
    """Cases 10 and 13: twenty files with one tone at -23 dBFS, each a step later, and a second of silence."""
    for n in range(20):
        yield tone([(SILENCE, n * step), (-23, length), (SILENCE, 1)])


def in_a_row(step: float, length: float) -> Iterator[np.ndarray]:
    """Cases 11 and 14: twenty tones in one programme, each a decibel louder and a step later."""
    for n, level in enumerate(LEVELS):
        yield tone([(SILENCE, n * step), (level, length), (SILENCE, length - n * step)])


def peaks(case: int) -> np.ndarray:
    """Cases 15 to 23: a sine whose crests lie between the samples, faded in and out over ten milliseconds.

    The last four are made at four times the rate: a sine at half of full scale swells to full scale once, and every
    fourth sample is taken, beginning with another.
    """
    if case < 20:
        divisor, degrees, amplitude = {
            15: (4, 0, 0.5), 16: (4, 45, 0.5), 17: (6, 60, 0.5), 18: (8, 67.5, 0.5), 19: (4, 45, 1.41),
        }[case]  # fmt: skip
        time = np.arange(RATE)
        wave = amplitude * np.sin(2 * np.pi * time / divisor + np.deg2rad(degrees))
    else:
        time = np.arange(4 * RATE)
        middle = 2 * RATE
        swell = np.clip(1 - np.abs(time - middle) / 480, 0, 1)
        wave = (0.5 + 0.5 * np.sin(np.pi / 2 * swell) ** 2) * np.cos(2 * np.pi * (time - middle) / 24)
        wave = wave[case - 20 :: 4]
    ends = np.minimum(1.0, np.minimum(np.arange(len(wave)), np.arange(len(wave))[::-1]) / 480)
    return np.tile((wave * ends).astype(np.float32), (2, 1))
