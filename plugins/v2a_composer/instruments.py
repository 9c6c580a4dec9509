"""The instruments: each plays one note, as a mono sound whose shape follows from pitch, length and force alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
_COLUMNS = 512
_ROWS = 8
Wave = NDArray[np.float32]


def hertz(pitch: int) -> float:
    """The frequency of a MIDI pitch at A = 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(max(1, round(seconds * RATE))) / RATE


def _release(wave: NDArray[np.float64], length: float, fall: float) -> Wave:
    """Let go of the note after `length` seconds: it dies away within `fall` seconds, and ends at nothing."""
    total = min(len(wave), round((length + fall) * RATE))
    wave = wave[:total].copy()
    start = min(round(length * RATE), total)
    if start < total:
        t = np.linspace(0, 1, total - start)
        wave[start:] *= np.exp(-4 * t) * (1 - t)
    edge = min(240, total)
    wave[total - edge :] *= np.linspace(1, 0, edge)
    return wave.astype(np.float32)


def _modes(poles: NDArray[np.complex128], sizes: NDArray[np.complex128], count: int) -> NDArray[np.float64]:
    """The sum of dying partials: the imaginary part of size × exp(pole × t) over so many samples.

    Time is split into rows and columns, so that the exponentials are taken of these and not of every sample;
    a few rows at a time, which the matrix product does on one core: more would spend most of their time waiting.
    """
    across = np.arange(_COLUMNS) / RATE
    down = np.arange(-(-count // _COLUMNS)) * (_COLUMNS / RATE)
    rows = sizes * np.exp(np.outer(down, poles))
    columns = np.exp(np.outer(poles, across))
    wave = np.empty((len(down), _COLUMNS))
    real, imaginary = np.ascontiguousarray(columns.real), np.ascontiguousarray(columns.imag)
    for at in range(0, len(down), _ROWS):
        few = rows[at : at + _ROWS]
        wave[at : at + _ROWS] = few.real @ imaginary + few.imag @ real
    return wave.ravel()[:count]


def piano(pitch: int, length: float, force: float) -> Wave:
    """A struck string: stretched partials that die the sooner the higher they are, in two stages (Bank, 2000)."""
    f0 = hertz(pitch)
    ring = min(length + 0.4, float(np.clip(7.5 * (220 / f0) ** 0.45, 1.0, 8.0)))
    t = _time(ring)
    stiff = 0.00018 * (f0 / 220) ** 1.2
    k = np.arange(1, int(min(14, 9000 / f0)) + 1)
    f = 2 * np.pi * k * f0 * np.sqrt(1 + stiff * k * k)
    strike = np.abs(np.sin(np.pi * k / 8.3)) * k ** (-1.55 + 0.75 * force)
    decay = 0.55 * (f0 / 220) ** 0.5 + 0.42 * (k - 1) * (f0 / 220) ** 0.35
    poles = [-fall * decay + 1j * f * bent for fall in (2.6, 0.6) for bent in (1, 1.0007)]
    beaten = 0.35 * np.exp(1j * k)
    sizes = [body * strike * beat for body in (0.8, 0.2) for beat in (1.0, beaten)]
    wave = _modes(np.concatenate(poles), np.concatenate(sizes), len(t))
    thump = np.exp(-90 * t) * np.sin(2 * np.pi * 95 * t) * 0.25 * force
    attack = np.minimum(1, t / 0.003)
    return _release((wave * 0.42 + thump) * attack * (0.25 + 0.75 * force), length, 0.35)


def _table(f0: float, tilt: float) -> NDArray[np.float64]:
    """One cycle with all harmonics below 10 kHz."""
    phase = np.arange(2049) / 2048
    count = max(1, int(min(40, 10_000 / f0)))
    k = np.arange(1, count + 1)[:, None]
    wave = (np.sin(2 * np.pi * k * phase) * k**-tilt).sum(axis=0)
    return np.asarray(wave / np.abs(wave).max())


def _sustained(pitch: int, length: float, force: float, tilt: float, rise: float, fall: float) -> Wave:
    """Five detuned players with vibrato that comes in late, read from one cycle."""
    f0 = hertz(pitch)
    t = _time(length + fall)
    table = _table(f0, tilt - 0.35 * force)
    wave = np.zeros(len(t))
    for n, cents in enumerate((-7.0, -3.0, 0.5, 4.0, 8.0)):
        rate = 4.7 + 0.31 * n
        depth = 0.0028 * np.clip((t - 0.35) / 0.8, 0, 1)
        bent = (
            f0
            * 2 ** (cents / 1200)
            * (t - depth / (2 * np.pi * rate) * np.cos(2 * np.pi * rate * t + 1.3 * n))
        )
        place = ((bent + 0.21 * n) % 1.0) * 2048
        low = place.astype(np.int32)
        wave += table[low] + (place - low) * (table[low + 1] - table[low])
    shape = (1 - np.exp(-t * 3 / rise)) * (0.8 + 0.2 * np.sin(np.pi * np.minimum(1, t / max(length, 0.2))))
    return _release(wave / 5 * shape * (0.3 + 0.7 * force), length, fall)


def strings(pitch: int, length: float, force: float) -> Wave:
    """Bowed strings."""
    return _sustained(pitch, length, force, 1.25, 0.28, 0.7) * np.float32(0.8)


def pad(pitch: int, length: float, force: float) -> Wave:
    """A soft synthetic pad."""
    return _sustained(pitch, length, force, 2.1, 0.8, 1.4) * np.float32(0.9)


def guitar(pitch: int, length: float, force: float) -> Wave:
    """A plucked string (Karplus and Strong, 1983, with the pick position of Jaffe and Smith)."""
    from scipy.signal import lfilter

    f0 = hertz(pitch)
    period = RATE / f0 - 0.5
    whole = int(period)
    ring = min(length + 1.2, 5.0)
    noise = np.random.Generator(np.random.PCG64(pitch)).uniform(-1, 1, whole)
    noise = lfilter([0.3 + 0.5 * force], [1, -(0.7 - 0.5 * force)], noise - noise.mean())
    pick = max(1, whole // 7)
    noise = noise - 0.8 * np.roll(noise, pick)
    source = np.zeros(round(ring * RATE))
    source[: min(whole, len(source))] = noise[: len(source)]
    frac = period - whole
    loss = 0.998 - 0.0012 * (pitch / 100)
    loop = np.zeros(whole + 3)
    loop[0] = 1.0
    loop[whole] -= loss * 0.5 * (1 - frac)
    loop[whole + 1] -= loss * 0.5
    loop[whole + 2] -= loss * 0.5 * frac
    wave = lfilter([1.0], loop, source)
    top = float(np.abs(wave).max()) or 1.0
    return _release(wave / top * 0.7 * (0.3 + 0.7 * force), length + 0.3, 0.6)


def bells(pitch: int, length: float, force: float) -> Wave:
    """A celesta: frequency modulation whose brightness dies away (Chowning, 1973)."""
    f0 = hertz(pitch)
    t = _time(min(length + 1.6, 3.2))
    bright = (0.8 + 1.6 * force) * np.exp(-5 * t)
    wave = np.sin(2 * np.pi * f0 * t + bright * np.sin(2 * np.pi * 3.98 * f0 * t)) * np.exp(-2.4 * t)
    wave += 0.25 * np.sin(2 * np.pi * 2 * f0 * t) * np.exp(-4 * t)
    return _release(wave * 0.42 * np.minimum(1, t / 0.002) * (0.25 + 0.75 * force), len(t) / RATE - 0.4, 0.4)


def bass(pitch: int, length: float, force: float) -> Wave:
    """A plucked double bass: few partials, a soft thump."""
    while hertz(pitch) < 38:
        pitch += 12
    f0 = hertz(pitch)
    t = _time(length + 0.3)
    wave = np.zeros(len(t))
    for k in range(1, 7):
        wave += k**-1.5 * np.sin(2 * np.pi * k * f0 * t + 0.3 * k) * np.exp(-(0.7 + 0.75 * k) * t)
    wave += 0.3 * np.exp(-60 * t) * np.sin(2 * np.pi * 1.5 * f0 * t)
    return _release(wave * 0.6 * np.minimum(1, t / 0.006) * (0.3 + 0.7 * force), length, 0.25)


def drum(pitch: int, length: float, force: float) -> Wave:
    """A large drum: a falling tone and a skin's noise."""
    t = _time(1.1)
    fall = 52 * t + 9 * (1 - np.exp(-18 * t))
    noise = np.random.Generator(np.random.PCG64(7)).normal(0, 1, len(t))
    noise = np.convolve(noise, np.hanning(48) / 24, "same")
    wave = np.sin(2 * np.pi * fall) * np.exp(-5.5 * t) + 0.5 * noise * np.exp(-34 * t)
    return _release(wave * 0.75 * np.minimum(1, t / 0.002) * (0.2 + 0.8 * force), 0.8, 0.3)


def shaker(pitch: int, length: float, force: float) -> Wave:
    """A shaker: bright noise that swells and stops."""
    t = _time(0.13)
    noise = np.diff(np.random.Generator(np.random.PCG64(9)).normal(0, 1, len(t) + 1))
    shape = np.minimum(1, t / 0.02) * np.exp(-38 * np.maximum(0, t - 0.02))
    return _release(noise * shape * 0.16 * (0.3 + 0.7 * force), 0.1, 0.03)


def pulse(pitch: int, length: float, force: float) -> Wave:
    """A muted low string, again and again: the tick of suspense."""
    f0 = hertz(pitch)
    t = _time(0.32)
    table = _table(f0, 1.2)
    place = (f0 * t % 1.0) * 2048
    low = place.astype(np.int32)
    wave = (table[low] + (place - low) * (table[low + 1] - table[low])) * np.exp(-15 * t)
    return _release(wave * 0.7 * np.minimum(1, t / 0.004) * (0.3 + 0.7 * force), 0.24, 0.08)


@dataclass(frozen=True)
class Seat:
    """An instrument, where it sits (−1 left to 1 right), how loud it is, and how much it is in the room."""

    play: Callable[[int, float, float], Wave]
    pan: float
    gain: float
    room: float


ORCHESTRA: Mapping[str, Seat] = {
    "piano": Seat(piano, -0.15, 0.62, 0.25),
    "strings": Seat(strings, 0.2, 0.30, 0.5),
    "pad": Seat(pad, 0.0, 0.30, 0.5),
    "guitar": Seat(guitar, 0.25, 0.42, 0.22),
    "bells": Seat(bells, 0.4, 0.30, 0.5),
    "bass": Seat(bass, 0.0, 0.55, 0.08),
    "drum": Seat(drum, -0.1, 0.8, 0.35),
    "shaker": Seat(shaker, 0.5, 0.5, 0.15),
    "pulse": Seat(pulse, -0.3, 0.45, 0.25),
}
