"""Whether room tone that is grown over gaps sounds like the pauses it is grown from, does not repeat, and what it costs.

python benchmarks/filling.py [--pauses 1.5] [--seconds 30] [--clips FOLDER] [--seed 7]

Tones are rendered for it (noise with mains hum, and backgrounds of v2a's own), and taken from the quiet places of the films
in FOLDER. Out of some seconds of pauses in four pieces, half a minute is grown. In the table: the greatest difference of
any third of an octave from 50 Hz up to those pauses, where they are within 60 dB of their loudest; the difference in level;
the highest autocorrelation of the log-mel spectrogram at lags from half a second to 30 s, beside that of the tone itself
where there is so much of it; the highest z-score of a click (see endless.py), beside the tone's own; and seconds grown a
CPU-second.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import endless
import machine
import numpy as np

import v2a_foley
from v2a.dsp.dropouts import Course
from v2a.dsp.partials import Stretch
from v2a.dsp.pauses import pauses
from v2a.dsp.tone import RoomTone
from v2a.media.probe import probe
from v2a.media.production import production

RATE, PIECES = 48_000, 4
BACKGROUNDS = ("quiet room tone", "office room tone with a low hum", "hum of machines", "traffic far away",
               "light wind in grass", "crickets at night")  # fmt: skip


@dataclass(frozen=True)
class Tone:
    """The tone of a place, the pauses that are known of it, and all of it where there is more."""

    name: str
    pauses: list[Stretch]
    whole: np.ndarray | None


def rendered(length: float, seconds: float, seed: int) -> Iterator[Tone]:
    """Tones that are known for as long as is wanted."""
    count = round(seconds * RATE)
    clock, rng = np.arange(count) / RATE, np.random.default_rng(seed)
    pink = np.fft.rfft(rng.standard_normal((2, count))) / np.sqrt(np.fft.rfftfreq(count, 1 / RATE).clip(30))
    noise = np.fft.irfft(pink, count) * 0.3
    hum = sum(np.cos(2 * np.pi * 50.02 * n * clock + n) / n for n in (1, 2, 3, 5)) * 0.002
    for name, sound in (("pink noise", noise), ("pink noise and hum of 50.02 Hz", noise + hum)):
        yield known(name, sound.astype(np.float32), length)
    (generator,) = [g for g in v2a_foley.v2a_generators() if "bg" in g.card.kinds]
    for prompt in BACKGROUNDS:
        yield known(prompt, background(generator, prompt, seconds, seed), length)


def background(generator: object, prompt: str, seconds: float, seed: int) -> np.ndarray:
    """A background of v2a's own."""
    import v2a

    end = Fraction(round(seconds))
    request = v2a.Request("tone", "bg", prompt, v2a.Span(Fraction(0), end), end, seed, RATE, 2)
    (made,) = generator.open(v2a.Bench())([request])
    return np.asarray(made.sound.samples)


def known(name: str, sound: np.ndarray, length: float) -> Tone:
    """A tone of which a few pieces are taken for pauses."""
    size = round(length / PIECES * RATE)
    starts = np.linspace(RATE, sound.shape[1] // 2, PIECES).astype(int).tolist()
    return Tone(name, [Stretch(at, sound[:, at : at + size]) for at in starts], sound)


def recorded(film: Path, length: float) -> Iterator[Tone]:
    """The quiet places of a film, if it has any."""
    course, blocks = Course(RATE), []
    video = probe(film)
    if not video.sound:
        return
    with production(video, RATE) as sound:
        for block in sound:
            course.add(block)
            blocks.append(block)
    whole, levels = np.concatenate(blocks, axis=1), course.levels()
    found = pauses(levels, course.brightness(), np.convolve(course.ticks(), np.ones(15), "same") < 1).nearest(
        (0, 0), length
    )
    if found.seconds > length / 3:
        cuts = [(first * 240, (stop + 3) * 240) for first, stop in found.runs]
        yield Tone(film.stem, [Stretch(a, whole[:, a:b]) for a, b in cuts], None)


def thirds(stretches: list[np.ndarray]) -> np.ndarray:
    """The level in each third of an octave from 50 Hz up."""
    size = 8192
    frames = np.concatenate(
        [np.lib.stride_tricks.sliding_window_view(s, size, axis=1)[:, :: size // 4].reshape(-1, size)
         for s in (np.pad(s, ((0, 0), (0, max(0, size - s.shape[1])))) for s in stretches)]
    )  # fmt: skip
    power = (np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2).mean(0)
    edges = np.searchsorted(np.fft.rfftfreq(size, 1 / RATE), 50 * 2 ** (np.arange(26) / 3 - 1 / 6))
    return np.array(
        [10 * np.log10(power[a : max(a + 1, b)].mean() + 1e-20) for a, b in itertools.pairwise(edges)]
    )


def figures(tone: Tone, seconds: float, seed: int) -> tuple[str, ...]:
    """A row of the table."""
    begun = time.process_time()
    after = tone.pauses[-1].stop
    grown = RoomTone.grown(tone.pauses, RATE, seed).window(after, after + round(seconds * RATE))
    cpu = time.process_time() - begun
    waves = [pause.wave for pause in tone.pauses]
    wanted, made = thirds(waves), thirds([grown])
    counted = wanted > wanted.max() - 60
    level = 20 * np.log10(grown.std() / np.concatenate(waves, axis=1).std())
    joins = range(RATE, grown.shape[1] - RATE, RATE // 10)
    own = ("–", "–") if tone.whole is None else (
        f"{endless.repeats(tone.whole.mean(0), 0.5, 30.0):.2f}", f"{endless.click(tone.whole.mean(0), joins):.1f}"
    )  # fmt: skip
    return (
        f"{np.abs(made - wanted)[counted].max():.1f}",
        f"{level:+.1f}",
        f"{endless.repeats(grown.mean(0), 0.5, 30.0):.2f} / {own[0]}",
        f"{endless.click(grown.mean(0), joins):.1f} / {own[1]}",
        f"{seconds / cpu:.0f}",
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--pauses", type=float, default=1.5)
    ask.add_argument("--seconds", type=float, default=30.0)
    ask.add_argument("--clips", type=Path)
    ask.add_argument("--seed", type=int, default=7)
    given = ask.parse_args()
    films = sorted(given.clips.glob("*.m*")) if given.clips else []
    tones = itertools.chain(
        rendered(given.pauses, given.seconds, given.seed), *(recorded(film, given.pauses) for film in films)
    )
    print(f"{given.seconds:g} s grown from {given.pauses:g} s of pauses on {machine.name()}\n")
    titles = (
        "thirds of an octave, dB (≤ 2)",
        "level, dB (≤ 1)",
        "repeats / own (< .25)",
        "click z / own (≤ 6)",
    )
    rows = ((tone.name, *figures(tone, given.seconds, given.seed)) for tone in tones)
    machine.table(("tone", *titles, "× realtime"), rows)


if __name__ == "__main__":
    main()
