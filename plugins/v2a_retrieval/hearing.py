"""What is measured of a recording's sound: loudness, length, onsets, spectral shape, whether it can loop."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from v2a.model import Span
from v2a_retrieval.recording import Sound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float32]

_WHOLE = 60.0
_PIECES = 6
_PIECE = 10
_FRAME = 0.0213
_STEP = 4
_EDGES = (0.0, 90.0, 180.0, 355.0, 710.0, 1400.0, 2800.0, 5600.0, 11300.0, 1e9)
_FLOOR = 1e-10
_RISE = 9.0
_APART = 0.08
_STEADY = 3.0
_LOOP_LEAST = 2.0
_ALIKE = 2.5


def measured(path: Path) -> Sound:
    """What is measured of a file; of a long one six stretches of ten seconds, evenly spread, are heard."""
    from v2a.media import sound

    about = sound.info(path)
    length = None if about.length is None else about.length / about.rate
    if length is not None and length > _WHOLE:
        starts = np.linspace(0, int(length) - _PIECE, _PIECES).astype(int)
        pieces = [sound.read(path, channels=1, span=_span(int(start), _PIECE)).samples[0] for start in starts]
    else:
        span = None if length is not None else _span(0, int(_WHOLE))
        heard = sound.read(path, channels=1, span=span).samples[0]
        pieces = [_ended(heard) if length is None else heard]
        length = pieces[0].size / about.rate
    return _of(pieces, about.rate, about.channels, length)


def _span(start: int, seconds: int) -> Span:
    return Span(Fraction(start), Fraction(start + seconds))


def _ended(heard: Wave) -> Wave:
    """Without the silence that fills up what was asked for beyond the file's end."""
    sounding = np.flatnonzero(heard)
    return heard[: sounding[-1] + 1] if sounding.size else heard[:0]


def _of(pieces: list[Wave], rate: int, channels: int, length: float) -> Sound:
    whole = np.nan_to_num(np.concatenate(pieces))
    peak = float(np.max(np.abs(whole), initial=0.0))
    if peak < 1e-5:
        return Sound(length, rate, channels)
    power = np.concatenate([_power(np.nan_to_num(piece), rate) for piece in pieces])
    hop = round(_FRAME * rate) / _STEP / rate
    times = onset_times(power, hop, length=len(whole) / rate)
    main = main_onset(pieces[0], rate)
    mean = power.mean(axis=0) + _FLOOR
    frequencies = np.linspace(0, rate / 2, power.shape[1])
    bands = np.array([mean[(frequencies >= low) & (frequencies < high)].sum() for low, high in
                      itertools.pairwise(_EDGES)])  # fmt: skip
    levels = _levels(power, hop)
    steady = float(np.std(levels)) if levels.size > 2 else 99.0
    return Sound(
        length,
        rate,
        channels,
        loudness=_loudness(whole, rate),
        peak=20 * float(np.log10(peak)),
        onsets=len(times),
        sync=main / rate,
        decay=_decay(pieces[0], rate, main),
        centroid=float((frequencies * mean).sum() / mean.sum()),
        flatness=float(np.exp(np.log(mean).mean()) / mean.mean()),
        steady=round(steady, 3),
        loop=length >= _LOOP_LEAST and steady < _STEADY and _ends_alike(pieces, rate),
        bands=np.clip(10 * np.log10((bands + _FLOOR) / (bands.max() + _FLOOR)), -120, 0)
        .astype(np.int8)
        .tobytes(),
    )


def _power(wave: Wave, rate: int) -> NDArray[np.float64]:
    """The power spectrum of frames of some 21 ms, a quarter of that apart."""
    size = round(_FRAME * rate)
    hop = max(1, size // _STEP)
    padded = np.pad(wave, (size // 2, size))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[: wave.size + 1 : hop]
    return np.asarray(np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)) ** 2 / size)


def onset_times(power: NDArray[np.float64], hop: float, length: float) -> list[float]:
    """The times in seconds at which something begins: the spectrum's level leaps by many dB over the last 25 ms.

    Half-wave rectified spectral flux on a logarithmic scale (Böck and Widmer, 2013), with peaks at least 80 ms apart.
    """
    levels = 10 * np.log10(power + _FLOOR)
    levels = np.maximum(levels, levels.max() - 60)
    back = max(1, round(0.025 / hop))
    before = np.vstack([np.full((back, levels.shape[1]), levels.min()), levels])[: len(levels)]
    flux = np.maximum(levels - before, 0).mean(axis=1)
    reach = max(1, round(_APART / hop))
    found: list[float] = []
    for at in np.flatnonzero(flux > _RISE):
        low, high = max(0, at - reach), at + reach + 1
        if flux[at] == flux[low:high].max() and (not found or at * hop - found[-1] >= _APART):
            found.append(float(at * hop))
    return [time for time in found if time <= length] or [0.0]


def main_onset(wave: Wave, rate: int) -> int:
    """The sample of the main onset: where the loudest stretch of 30 ms is entered, at a quarter of its peak.

    The way up to it must be steep: of all rises over 5 ms the highest one that reaches half the loudest counts.
    """
    if not wave.size:
        return 0
    step = max(1, rate // 1000)
    count = -(-wave.size // step)
    level = np.abs(np.pad(wave, (0, count * step - wave.size))).reshape(count, step).max(axis=1)
    after = np.lib.stride_tricks.sliding_window_view(np.pad(level, (0, 29)), 30).max(axis=1)
    before = np.pad(level, (5, 0))[:count]
    rise = np.where(level >= after.max() * 0.5, level - before, -1)
    at = int(np.argmax(rise))
    edge = float(level[max(0, at - 2) : at + 6].max()) * 0.25
    low = max(0, (at - 8) * step)
    over = np.flatnonzero(np.abs(wave[low : (at + 1) * step]) >= edge)
    return low + int(over[0]) if over.size else at * step


def _decay(wave: Wave, rate: int, main: int) -> float:
    step = max(1, rate // 100)
    rest = wave[main:]
    count = rest.size // step
    if count < 2:
        return rest.size / rate
    level = np.sqrt((rest[: count * step].reshape(count, step).astype(np.float64) ** 2).mean(axis=1))
    last = np.flatnonzero(level > level[: max(2, count // 4)].max() * 0.1)
    return float((last[-1] + 1) * step / rate) if last.size else 0.0


def _levels(power: NDArray[np.float64], hop: float) -> NDArray[np.float64]:
    """The level in dB of every fifth of a second."""
    step = max(1, round(0.2 / hop))
    count = power.shape[0] // step
    total = power.sum(axis=1)[: count * step].reshape(count, step).mean(axis=1)
    return np.asarray(10 * np.log10(total + _FLOOR))


def _loudness(wave: Wave, rate: int) -> float | None:
    """The loudest moment in LUFS, of a sound that plays in the middle of two channels."""
    from v2a.dsp.meter import measure

    least = round(0.45 * rate)
    padded = np.pad(wave, (0, max(0, least - wave.size)))
    heard = measure(padded[np.newaxis], rate, 0.1, true_peak=False).momentary_max
    return None if heard is None else round(heard + 3.01, 2)


def _ends_alike(pieces: list[Wave], rate: int) -> bool:
    """Whether the end could lead into the beginning: alike in level and in colour."""
    size = min(rate // 2, pieces[0].size // 4, pieces[-1].size // 4)
    head, tail = (_power(w, rate).mean(axis=0) for w in (pieces[0][:size], pieces[-1][-size:]))
    level = abs(10 * np.log10((head.sum() + _FLOOR) / (tail.sum() + _FLOOR)))
    edges = np.unique(np.geomspace(1, head.size, 16).astype(int))
    colours = [10 * np.log10(np.add.reduceat(end, edges[:-1]) / end.sum() + 1e-6) for end in (head, tail)]
    return bool(level < _ALIKE and np.abs(colours[0] - colours[1]).mean() < _ALIKE)
