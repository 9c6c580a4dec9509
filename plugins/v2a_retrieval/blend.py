"""Several recordings made one: laid over each other with their onsets together, or morphed into each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

_SIZE = 2048
_HOP = 512
_UNDER = (0.0, -5.0, -8.0)
_FLOOR = 1e-7


@dataclass(frozen=True, eq=False)
class Stroke:
    """One sound and the sample of its main onset."""

    wave: Wave
    onset: int


def faded(wave: Wave, lead: int, tail: int) -> Wave:
    """The same sound with its edges taken to nothing over so many samples."""
    made = np.array(wave, np.float32)
    lead, tail = min(lead, made.shape[1]), min(tail, made.shape[1])
    if lead:
        made[:, :lead] *= np.sin(np.linspace(0, np.pi / 2, lead, dtype=np.float32)) ** 2
    if tail:
        made[:, made.shape[1] - tail :] *= np.cos(np.linspace(0, np.pi / 2, tail, dtype=np.float32)) ** 2
    return made


def levelled(stroke: Stroke, peak: float) -> Stroke:
    """The same sound with its highest sample at a level in dB."""
    highest = float(np.abs(stroke.wave).max(initial=0.0))
    gain = np.float32(10 ** (peak / 20) / highest) if highest > 0 else np.float32(0)
    return Stroke(stroke.wave * gain, stroke.onset)


def aligned(strokes: Sequence[Stroke]) -> list[Stroke]:
    """All sounds with silence around them, so that they are of one length and their onsets fall together."""
    onset = max(stroke.onset for stroke in strokes)
    length = max(onset - stroke.onset + stroke.wave.shape[1] for stroke in strokes)
    made = []
    for stroke in strokes:
        before = onset - stroke.onset
        after = length - before - stroke.wave.shape[1]
        made.append(Stroke(np.pad(stroke.wave, ((0, 0), (before, after))), onset))
    return made


def layers(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Up to three sounds to be heard together: the first leads, the others lie under it, the onsets fall together."""
    peaks = [20 * np.log10(max(float(np.abs(s.wave).max(initial=0.0)), _FLOOR)) for s in strokes]
    return aligned([levelled(s, peaks[0] + under) for s, under in zip(strokes, _UNDER)])


def morphed(first: Stroke, second: Stroke, amount: float) -> Stroke:
    """A sound between two: magnitudes between theirs on a logarithmic scale, phases of the one that it is nearer to.

    Interpolation of short-time magnitudes, as in spectral modelling synthesis (Serra and Smith, 1990), on sounds
    whose onsets fall together, so that attacks stay attacks.
    """
    if amount <= 0:
        return first
    one, two = aligned([first, levelled(second, 20 * np.log10(max(float(np.abs(first.wave).max()), _FLOOR)))])
    a, b = _frames(one.wave), _frames(two.wave)
    magnitude = np.exp((1 - amount) * np.log(np.abs(a) + _FLOOR) + amount * np.log(np.abs(b) + _FLOOR))
    lead = a if amount < 0.5 else b
    made = _joined(magnitude * lead / (np.abs(lead) + _FLOOR), one.wave.shape[1])
    return levelled(Stroke(made, one.onset), 20 * np.log10(max(float(np.abs(first.wave).max()), _FLOOR)))


def _window() -> NDArray[np.float32]:
    return np.sqrt(np.hanning(_SIZE + 1)[:-1]).astype(np.float32)


def _frames(wave: Wave) -> NDArray[np.complex64]:
    padded = np.pad(wave, ((0, 0), (_SIZE, _SIZE + -wave.shape[1] % _HOP)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE, axis=1)[:, ::_HOP]
    return np.asarray(np.fft.rfft(frames * _window(), axis=2), np.complex64)


def _joined(frames: NDArray[np.complexfloating], length: int) -> Wave:
    pieces = np.fft.irfft(frames, _SIZE, axis=2) * _window() * np.float32(2 * _HOP / _SIZE)
    made = np.zeros((frames.shape[0], frames.shape[1] * _HOP + _SIZE), np.float32)
    for number in range(frames.shape[1]):
        made[:, number * _HOP : number * _HOP + _SIZE] += pieces[:, number]
    return made[:, _SIZE : _SIZE + length]
