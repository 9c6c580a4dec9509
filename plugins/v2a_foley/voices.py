"""Voices that talk without words: glottal pulses through moving formants, with the melody and rhythm of speech.

Source and filter after Fant, "Acoustic Theory of Speech Production" (1960); the pulse is Klatt and Klatt's (1990), the
vowels' formants Peterson and Barney's (1952). Melody: a line that falls over the phrase, raised on stressed syllables
("declination", Cohen, Collier and 't Hart, 1982). Who talks against noise speaks higher, livelier and brighter (the
Lombard effect; Junqua, 1993). No words can be made out, and none are meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Wave32 = NDArray[np.float32]
SLOWER = 4
_HOP, _FRAME, _BINS = 128, 256, 512
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
        [500, 1500, 2500],
    ],
    dtype=np.float64,
)
_WIDTHS = (70.0, 100.0, 150.0, 220.0)


@dataclass(frozen=True)
class Speaker:
    """One who talks: pitch in hertz, the tract's formants beside a man's, syllables a second, how lively, with what effort."""

    pitch: float
    tract: float
    pace: float
    lively: float
    effort: float


@dataclass(eq=False)
class _Tracks:
    """What moves while someone talks, frame by frame: pitch, three formants, voice, breath, its place in hertz."""

    pitch: NDArray[np.float64]
    formants: NDArray[np.float64]
    voice: NDArray[np.float64]
    breath: NDArray[np.float64]
    place: NDArray[np.float64]


def speaker(rng: np.random.Generator, effort: float) -> Speaker:
    """A man or a woman who talks with an effort from 0 (at a desk) to 1 (across a crowd)."""
    deep = rng.random() < 0.5
    pitch = float(rng.uniform(95, 135) if deep else rng.uniform(175, 235)) * float(np.exp(rng.normal(0, 0.1)))
    tract = float(rng.uniform(0.95, 1.05)) * (1.0 if deep else 1.16)
    lively = float(rng.uniform(0.12, 0.3)) * (1 + effort)
    return Speaker(pitch * (1 + 0.4 * effort), tract, float(rng.uniform(4.2, 6.2)), lively, effort)


def phrase(rng: np.random.Generator, who: Speaker, seconds: float, rate: float) -> Wave32:
    """A phrase of so many seconds at a rate, which need be no more than 12 kHz; about RMS .1."""
    count = round(seconds * rate)
    frames = -(-count // _HOP) + 1
    tracks = _talk(rng, who, frames, _HOP / rate)
    times = np.arange(frames) * _HOP
    steps = np.arange(frames * _HOP)
    pitch = np.interp(steps, times, tracks.pitch)
    x = np.mod(np.cumsum(pitch) / rate, 1.0) / 0.62
    pulse = np.where(x < 1, 2 * x - 3 * x * x, 0.0)
    hiss = rng.uniform(-1, 1, len(steps))
    voiced = (pulse + 0.04 * hiss) * np.interp(steps, times, tracks.voice)
    spoken = _through(voiced, _tract(tracks.formants, who.tract, rate) * _tilt(who.effort, rate))
    spoken += _through(
        0.7 * (1 + who.effort) * hiss * np.interp(steps, times, tracks.breath), _narrows(tracks.place, rate)
    )
    return np.asarray(spoken[:count] / (10 * np.std(spoken[:count]) + 1e-9), np.float32)


def _talk(rng: np.random.Generator, who: Speaker, frames: int, step: float) -> _Tracks:
    """Syllables one after the other: a consonant, a vowel; every second or third is stressed."""
    time = np.arange(frames) * step
    whole = frames * step
    voice, breath = np.zeros(frames), np.zeros(frames)
    place = np.full(frames, 4000.0)
    marks, targets, accents = [0.0], [_VOWELS[-1]], [0.0]
    at, beat = 0.02, int(rng.integers(0, 3))
    while at < whole - 0.12:
        stressed = beat % 3 == 0 or rng.random() < 0.2
        beat += 1
        start = at + _consonant(rng, at, step, voice, breath, place)
        length = float(rng.lognormal(-0.1, 0.25)) * (1.25 if stressed else 0.75) / who.pace
        stop = min(start + max(0.06, 0.8 * length), whole - 0.02)
        x = np.clip((time - start) / max(stop - start, step), 0, 1)
        voice = np.maximum(voice, (1.0 if stressed else 0.55) * np.sin(np.pi * x) ** 0.55 * (x < 1))
        marks.append(0.5 * (start + stop))
        reduced = 0.0 if stressed else 0.45
        vowel = _VOWELS[rng.integers(0, len(_VOWELS))]
        targets.append((1 - reduced) * vowel + reduced * _VOWELS[-1])
        accents.append(float(rng.uniform(0.6, 1.4)) if stressed else 0.0)
        at = stop + (0.1 if rng.random() < 0.07 else 0.0)
    formants = np.stack([np.interp(time, marks, column) for column in np.array(targets).T], axis=1)
    fall = 1.12 - 0.27 * time / whole
    melody = fall * np.exp(who.lively * np.interp(time, marks, accents) + 0.01 * rng.normal(0, 1, frames))
    return _Tracks(who.pitch * melody, formants, voice * (1.1 - 0.35 * time / whole), breath, place)


def _consonant(
    rng: np.random.Generator,
    at: float,
    step: float,
    voice: NDArray[np.float64],
    breath: NDArray[np.float64],
    place: NDArray[np.float64],
) -> float:
    """A hiss, a burst after a closure, a murmur, or none: how long it takes."""
    kind, first = rng.random(), round(at / step)
    if kind < 0.25:
        length = float(rng.uniform(0.06, 0.12))
        span = slice(first, first + max(2, round(length / step)))
        size = len(breath[span])
        breath[span] = 0.5 * np.sin(np.pi * (np.arange(size) + 0.5) / max(1, size))
        place[span] = rng.choice([2600.0, 3600.0, 4800.0])
        return length
    if kind < 0.6:
        length = float(rng.uniform(0.05, 0.09))
        burst = first + round(length / step)
        breath[burst : burst + 2] = rng.uniform(0.2, 0.6)
        place[burst : burst + 2] = rng.choice([1100.0, 2000.0, 3600.0])
        return length
    if kind < 0.85:
        length = float(rng.uniform(0.04, 0.08))
        span = slice(first, first + max(1, round(length / step)))
        voice[span] = np.maximum(voice[span], 0.3)
        return length
    return 0.0


def _tract(formants: NDArray[np.float64], scale: float, rate: float) -> NDArray[np.complex64]:
    """The tract's response at each frame: four resonances one after the other."""
    turn = 2 * np.pi * np.fft.rfftfreq(_BINS) * -1j
    one, two = np.exp(turn).astype(np.complex64), np.exp(2 * turn).astype(np.complex64)
    fourth = np.full((len(formants), 1), 3500.0)
    response = np.ones((len(formants), len(one)), np.complex64)
    for centre, width in zip(np.concatenate([formants, fourth], axis=1).T, _WIDTHS):
        radius = np.exp(-np.pi * width / rate)
        angle = 2 * np.pi * np.minimum(centre * scale, 0.46 * rate) / rate
        a = (-2 * radius * np.cos(angle)).astype(np.float32)[:, None]
        response *= (1 + a + np.float32(radius**2)) / (1 + a * one + np.float32(radius**2) * two)
    return response


def _tilt(effort: float, rate: float) -> NDArray[np.float32]:
    """What effort does to the voice: its spectrum falls less steeply."""
    frequency = np.fft.rfftfreq(_BINS, 1 / rate)
    return np.asarray((1 + (frequency / 700.0) ** 2) ** (effort / 2), np.float32)


def _narrows(place: NDArray[np.float64], rate: float) -> NDArray[np.complex64]:
    frequency = np.fft.rfftfreq(_BINS, 1 / rate)
    return np.asarray(1 / (1 + ((frequency - place[:, None]) / 900.0) ** 2), np.complex64)


def _through(source: NDArray[np.float64], response: NDArray[np.complex64]) -> NDArray[np.float64]:
    """A source through a filter that changes from frame to frame, overlapped by half."""
    window = np.sin(np.pi * (np.arange(_FRAME) + 0.5) / _FRAME) ** 2
    padded = np.concatenate([source, np.zeros(_FRAME)]).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP][: len(response)]
    made = np.fft.irfft(np.fft.rfft(frames * window.astype(np.float32), _BINS) * response[: len(frames)])
    out = np.zeros((len(made) + 3) * _HOP)
    for part in range(_BINS // _HOP):
        piece = made[:, part * _HOP : (part + 1) * _HOP].reshape(-1)
        out[part * _HOP : part * _HOP + len(piece)] += piece
    return out[: len(source)]
