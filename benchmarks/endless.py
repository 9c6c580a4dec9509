"""Whether backgrounds go on without repeating themselves, clicking or falling apart in mono, and what they cost.

python benchmarks/endless.py [--minutes 10] [--only WORD ...] [--seed 7]

For each background: the highest autocorrelation of its log-mel spectrogram at lags of 5 to 120 s (a loop gives .48 and
more, nature .14 to .19); the highest z-score of a click, as the linear prediction's residual in the 3 ms after each join of
the engine's windows of a minute against its surroundings (what sounds there by itself, a key or a bubble, counts too); the loudness lost when it is folded to mono; the lowest correlation of left
and right over 3 s; and seconds of sound a CPU-second for the slowest of its layers and for all of it together.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import machine
import numpy as np

import v2a
import v2a_foley
from v2a.dsp.meter import measure
from v2a_foley.layers import Place, render
from v2a_foley.scapes import ATMOS

RATE, WINDOW = 48_000, 60
HOP, BANDS, ORDER = 4800, 40, 32


@dataclass(frozen=True)
class Long:
    """A background of some minutes and the CPU-seconds it took."""

    sound: np.ndarray
    cpu: float


def made(prompt: str, minutes: float, seed: int) -> Long:
    """The sound in the windows in which the engine asks for it."""
    (generator,) = [g for g in v2a_foley.v2a_generators() if "bg" in g.card.kinds]
    make, end = generator.open(v2a.Bench()), Fraction(round(minutes * 60))
    begun, parts = time.process_time(), []
    for start in range(0, int(end), WINDOW):
        span = v2a.Span(Fraction(start), min(Fraction(start + WINDOW), end))
        (part,) = make([v2a.Request("long", "bg", prompt, span, end, seed, RATE, 2)])
        parts.append(part.sound.samples)
    return Long(np.concatenate(parts, axis=1), time.process_time() - begun)


def repeats(mono: np.ndarray, shortest: float = 5.0, longest: float = 120.0) -> float:
    """The highest normalised autocorrelation of the log-mel spectrogram at lags from 5 to 120 s, or as asked for."""
    frames = mono[: len(mono) // HOP * HOP].reshape(-1, HOP) * np.hanning(HOP)
    power = np.abs(np.fft.rfft(frames)) ** 2
    mel = 2595 * np.log10(1 + np.fft.rfftfreq(HOP, 1 / RATE) / 700)
    edges = np.searchsorted(mel, np.linspace(mel[3], 2595 * np.log10(1 + 16_000 / 700), BANDS + 1))
    rows = np.log(
        np.stack([power[:, a : max(a + 1, b)].mean(axis=1) for a, b in itertools.pairwise(edges)]) + 1e-12
    )
    rows -= rows.mean(axis=1, keepdims=True)
    size = 1 << (2 * rows.shape[1]).bit_length()
    spectrum = np.abs(np.fft.rfft(rows, size)) ** 2
    lagged = np.fft.irfft(spectrum.sum(axis=0))
    lags = np.arange(int(shortest * RATE) // HOP, min(int(longest * RATE) // HOP, rows.shape[1] * 2 // 3))
    return (
        float((lagged[lags] / lagged[0] * rows.shape[1] / (rows.shape[1] - lags)).max()) if len(lags) else 0.0
    )


def click(mono: np.ndarray, joins: Iterable[int]) -> float:
    """The highest z-score of the residual of linear prediction at a join, in blocks of 2 ms, against the second around it."""
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    worst, near = 0.0, RATE // 500
    for join in joins:
        part = mono[join - RATE // 2 : join + RATE // 2].astype(np.float64)
        acf = np.fft.irfft(np.abs(np.fft.rfft(part, 2 * len(part))) ** 2)[: ORDER + 1]
        acf[0] = acf[0] * (1 + 1e-9) + 1e-12
        coefficients = solve_toeplitz(acf[:-1], acf[1:])
        left = np.abs(lfilter(np.concatenate([[1.0], -coefficients]), 1.0, part))[ORDER:]
        blocks = left[: len(left) // near * near].reshape(-1, near).max(axis=1)
        middle = (len(part) // 2 - ORDER) // near
        here = blocks[middle : middle + 2].max()
        rest = np.delete(blocks, (middle, middle + 1))
        spread = 1.4826 * np.median(np.abs(rest - np.median(rest))) + 1e-12
        worst = max(worst, float((here - max(np.median(rest), np.percentile(rest, 90))) / spread))
    return worst


def together(sound: np.ndarray) -> float:
    """The lowest correlation of left and right over 3 s."""
    blocks = sound[:, : sound.shape[1] // (3 * RATE) * 3 * RATE].reshape(2, -1, 3 * RATE).astype(np.float64)
    blocks -= blocks.mean(axis=2, keepdims=True)
    product = (blocks[0] * blocks[1]).mean(axis=1)
    return float((product / np.sqrt((blocks**2).mean(axis=2).prod(axis=0) + 1e-24)).min())


def mono_loss(sound: np.ndarray) -> float:
    """How many LU are lost when both sides are played as their mean on both."""
    fold = np.repeat(sound.mean(axis=0, keepdims=True), 2, axis=0)
    whole, folded = (measure([s], RATE, 0.1).integrated or -70.0 for s in (sound, fold))
    return whole - folded


def slowest(name: str, seed: int, seconds: int = 60) -> float:
    """Seconds of sound a CPU-second of the slowest layer, its preparation shared among all of them."""
    known = next(k for k in ATMOS if k.name == name)
    begun = time.process_time()
    layers = getattr(importlib.import_module(f"v2a_foley.{known.module}"), name)(
        Place(seed, RATE), known.start
    ).layers
    shared, worst = (time.process_time() - begun) / len(layers), 0.0
    for layer in layers:
        begun = time.process_time()
        render([layer], 0, seconds * RATE)
        worst = max(worst, shared + time.process_time() - begun)
    return seconds / worst


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=10.0)
    ask.add_argument("--only", nargs="*", default=())
    ask.add_argument("--seed", type=int, default=7)
    given = ask.parse_args()
    made("room", 0.02, 1)
    rows = []
    for known in ATMOS:
        if given.only and known.name not in given.only:
            continue
        long = made(known.phrases[0], given.minutes, given.seed)
        mono = long.sound.mean(axis=0)
        figures = (
            f"{repeats(mono):.2f}",
            f"{click(mono, range(WINDOW * RATE, len(mono), WINDOW * RATE)):.1f}",
            f"{mono_loss(long.sound):.1f}",
            f"{together(long.sound):.2f}",
            f"{slowest(known.name, given.seed):.0f}",
            f"{long.sound.shape[1] / RATE / long.cpu:.0f}",
        )
        rows.append((known.name, *figures))
    print(f"{given.minutes:g} minutes of each background on {machine.name()}\n")
    titles = ("repeats (< .25)", "click z (≤ 6)", "mono loss LU (≤ 3.5)", "correlation (> −.2)")
    machine.table(("background", *titles, "× realtime a layer (≥ 150)", "all of it"), rows)


if __name__ == "__main__":
    main()
