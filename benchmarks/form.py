"""Whether a long piece of the composer's has a form and no loop: what its sound says, held against a loop of itself.

python benchmarks/form.py [--minutes 10] [--moods tense sad ...] [--seeds 3] [--picture FOLDER]

The piece is cut at the bars of its tempo map; each bar is its log-mel spectrogram in sixteen steps. `nearest` is the
likeness (cosine, each band's mean taken off) of the eight bars that are most like any other eight bars that do not
overlap them, and the share of all eight bars with a likeness above .98, which is a copy. `loop` is the same of the piece
with its second eight bars played throughout, which has to be 1. `sections` says how many of the beginnings of sections in the
score are found among as many of the highest peaks of novelty (Foote, 2000: four bars before against four behind, in
chroma and timbre), within one bar; `chance` how many random bars would find. The matrices are written as PNG with
--picture: time runs right and up, likeness is bright.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np

import v2a
import v2a_composer

RATE, WINDOW = 48_000, 60
FFT, HOP = 4096, 1200
STEPS, BANDS, MANY = 16, 48, 8
AROUND, NEAR = 4, 1
COPY = 0.98


@dataclass(frozen=True)
class Piece:
    """A piece in mono, the times of its bars, and where the sections begin that its score names, after the first."""

    sound: np.ndarray
    bars: np.ndarray
    borders: tuple[float, ...]


def played(mood: str, minutes: float, seed: int) -> Piece:
    """A piece to a film of scenes of 25 to 70 s, in the windows in which the engine asks for it."""
    whole = Fraction(round(minutes * 60))
    rng = np.random.default_rng(seed)
    borders = np.cumsum(rng.uniform(25, 70, 100))
    starts = (0.0, *(float(b) for b in borders if b < whole - 15))
    ends = (*starts[1:], float(whole))
    sections = tuple(
        v2a.Span(Fraction(a).limit_denominator(100), Fraction(b).limit_denominator(100))
        for a, b in zip(starts, ends)
    )
    tempo = v2a.TempoMap.even(96.0)
    timing = v2a.Timing(tempo, tuple(v2a.Hit(s.start, 3.0, "scene") for s in sections[1:]), sections)
    (composer,) = v2a_composer.v2a_generators()
    make, parts, begun = composer.open(v2a.Bench()), [], []
    for start in range(0, int(whole), WINDOW):
        span = v2a.Span(Fraction(start), min(Fraction(start + WINDOW), whole))
        prompt = f"{mood} music"
        (made,) = make([v2a.Request("1M1", "mx", prompt, span, whole, seed, RATE, 2, timing=timing)])
        parts.append(made.sound.samples.mean(axis=0))
        begun += [mark.time for mark in made.score.marks if mark.name[1:2] == " "] if made.score else []
    bars = np.array([float(t) for t in tempo.downbeats(v2a.Span(Fraction(0), whole))])
    return Piece(np.concatenate(parts), bars, tuple(begun[1:]))


def rows(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log-mel and chroma every 25 ms."""
    count = (len(sound) - FFT) // HOP + 1
    window = np.hanning(FFT).astype(np.float32)
    mel_of, chroma_of = _bands()
    mel, chroma = np.empty((count, BANDS), np.float32), np.empty((count, 12), np.float32)
    for start in range(0, count, 400):
        some = np.arange(start, min(start + 400, count))
        frames = sound[some[:, None] * HOP + np.arange(FFT)] * window
        power = np.abs(np.fft.rfft(frames)).astype(np.float32) ** 2
        mel[some] = np.log(power @ mel_of + 1e-6)
        chroma[some] = np.sqrt(power @ chroma_of)
    return mel, chroma


def _bands() -> tuple[np.ndarray, np.ndarray]:
    hertz = np.fft.rfftfreq(FFT, 1 / RATE)
    mel = 2595 * np.log10(1 + hertz / 700)
    edges = np.linspace(mel[4], 2595 * np.log10(1 + 14_000 / 700), BANDS + 1)
    place = np.clip(np.searchsorted(edges, mel) - 1, 0, BANDS - 1)
    mel_of = np.zeros((len(hertz), BANDS), np.float32)
    mel_of[np.arange(len(hertz)), place] = (mel >= edges[0]) & (mel <= edges[-1])
    heard = (hertz > 80) & (hertz < 4000)
    pitch = np.round(12 * np.log2(np.maximum(hertz, 1) / 440)).astype(int) % 12
    chroma_of = np.zeros((len(hertz), 12), np.float32)
    chroma_of[np.arange(len(hertz)), pitch] = heard
    return mel_of / np.maximum(mel_of.sum(0), 1), chroma_of


def by_bar(values: np.ndarray, bars: np.ndarray) -> np.ndarray:
    """The rows of each bar in sixteen steps."""
    steps = np.concatenate([np.linspace(a, b, STEPS, endpoint=False) for a, b in itertools.pairwise(bars)])
    at = np.clip(np.round(steps * RATE / HOP).astype(int), 0, len(values) - 1)
    return values[at].reshape(len(bars) - 1, STEPS, -1)


def likeness(bars: np.ndarray) -> np.ndarray:
    """The cosine of each run of eight bars with each other; those that overlap are left out."""
    flat = bars - bars.mean(axis=(0, 1))
    flat = flat.reshape(len(flat), -1)
    product, own = flat @ flat.T, (flat**2).sum(axis=1)
    runs = len(flat) - MANY + 1
    both = sum(product[n : n + runs, n : n + runs] for n in range(MANY))
    size = sum(own[n : n + runs] for n in range(MANY))
    alike = both / np.sqrt(np.outer(size, size) + 1e-12)
    apart = np.abs(np.subtract.outer(np.arange(runs), np.arange(runs)))
    alike[apart < MANY] = -1
    return np.asarray(alike)


def novelty(mel: np.ndarray, chroma: np.ndarray) -> np.ndarray:
    """How new each bar is: four bars before it against four from it on."""
    colour = mel.mean(axis=1)
    harmony = chroma.mean(axis=1)
    both = np.hstack([(x - x.mean(0)) / (x.std(0) + 1e-9) / np.sqrt(x.shape[1]) for x in (colour, harmony)])
    both /= np.linalg.norm(both, axis=1, keepdims=True) + 1e-9
    alike = both @ both.T
    sign = np.repeat([-1, 1], AROUND)
    kernel = np.outer(sign, sign) * np.outer(
        np.hanning(2 * AROUND + 2)[1:-1], np.hanning(2 * AROUND + 2)[1:-1]
    )
    found = np.zeros(len(both))
    for n in range(AROUND, len(both) - AROUND):
        found[n] = (alike[n - AROUND : n + AROUND, n - AROUND : n + AROUND] * kernel).sum()
    return found


def borders_found(new: np.ndarray, bars: np.ndarray, borders: tuple[float, ...]) -> tuple[float, float]:
    """The share of borders near one of as many of the highest peaks, and the share that chance would find."""
    left, peaks = new.copy(), []
    for _ in borders:
        peaks.append(int(left.argmax()))
        left[max(0, peaks[-1] - 2) : peaks[-1] + 3] = -np.inf
    wanted = [int(np.abs(bars - b).argmin()) for b in borders]
    hit = np.mean([min(abs(w - p) for p in peaks) <= NEAR for w in wanted])
    covered = min(1.0, len(borders) * (2 * NEAR + 1) / len(new))
    return float(hit), 1 - (1 - covered / max(1, len(borders))) ** len(borders)


def drawn(alike: np.ndarray, path: Path) -> None:
    """The matrix as a picture."""
    from PIL import Image

    grey = (np.clip(alike[::-1], 0, 1) ** 2 * 255).astype(np.uint8)
    Image.fromarray(grey).resize((800, 800), Image.Resampling.NEAREST).save(path)


def main() -> None:
    """Print a row for each mood and seed."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--minutes", type=float, default=10)
    ask.add_argument("--moods", nargs="*", default=["tense", "warm", "sad", "hopeful", "playful", "epic", "neutral"])  # fmt: skip
    ask.add_argument("--seeds", type=int, default=2)
    ask.add_argument("--picture", type=Path)
    given = ask.parse_args()
    print(machine.name() + "\n")
    print(
        "| mood | seed | nearest 8 bars | copies | loop | sections | chance |\n|---|---|---|---|---|---|---|"
    )
    for mood in given.moods:
        for seed in range(given.seeds):
            piece = played(mood, given.minutes, seed)
            mel, chroma = rows(piece.sound)
            own = by_bar(mel, piece.bars)
            alike = likeness(own)
            looped = likeness(np.concatenate([own[MANY : 2 * MANY]] * (len(own) // MANY)))
            found, chance = borders_found(novelty(own, by_bar(chroma, piece.bars)), piece.bars, piece.borders)
            copies = (alike.max(axis=1) > COPY).mean()
            print(f"| {mood} | {seed} | {alike.max():.3f} | {copies:.1%} | {looped.max():.3f} | {found:.2f} | {chance:.2f} |", flush=True)  # fmt: skip
            if given.picture:
                drawn(alike, given.picture / f"{mood}-{seed}.png")


if __name__ == "__main__":
    main()
