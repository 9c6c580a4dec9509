"""Whether stretched sound has the asked length, and whether what sets in in it does so when it should.

    python benchmarks/stretching.py [--count 8] [--halves tuning "held out"] [--tables lengths onsets far double maps ways]

Struck things alone, in a place and in runs, footsteps of the foley plugin, and the composer's music, which drums and plucks or holds
its tones. An onset's error is the lag at which the rectified slope of the sound around it is most like that of the source
(25 ms to either side, 60 where tones are held; up to 60 ms off). The distance is the mean difference in dB between the short-time
spectrum (2048 and 8192 samples) and the source's at the same point of the music, in bins down to 50 dB below the highest; it
speaks for whoever copies spectra, so the crest of 10 ms stands beside it, which pulses lose where partials fall apart.
What v2a chooses was settled on the tuning half (`--tables ways`); the other half is what counts.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence

import machine
import numpy as np
from heard.listening import RATE
from stretched.engines import MAPS, anchor, by_vocoder, engines
from stretched.measures import Score, Stretch, edges, late, scored, spread
from stretched.sounds import SECONDS, sounds

from v2a.dsp import stretch

HALVES = {"tuning": 0, "held out": 1000}
RATES = (8_000, 22_050, 44_100, 48_000, 96_000)
LENGTHS = (1, 100, 3_001, 20_000, 100_003)
RATIOS = (0.25, 0.5, 0.9, 0.96, 1.0003, 1.04, 1.1, 1.5, 2.2)
NEAR, FAR, DOUBLE = (0.96, 0.985, 1.015, 1.04), (0.5, 0.75, 1.4), (2.0,)


def length_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    rng = np.random.default_rng(HALVES[half])
    for rate in RATES:
        off = []
        for before, ratio in itertools.product(LENGTHS, RATIOS):
            wave = (0.1 * rng.standard_normal((2, before))).astype(np.float32)
            after = max(1, round(before * ratio))
            off.append(stretch.to_length(wave, rate, after).shape[1] - after)
            if min(before, after) > 2:
                middle = anchor(before // 2, max(1, min(after - 1, round(after * 0.49))), rate)
                off.append(stretch.to_map(wave, rate, after, [middle]).shape[1] - after)
        yield half, rate, len(off), max(off, key=abs)


def engine_rows(
    half: str, count: int, ratios: Sequence[float], tried: dict[str, Stretch]
) -> Iterator[tuple[object, ...]]:
    found: dict[tuple[str, str], Score] = {}
    for seed in range(HALVES[half], HALVES[half] + count):
        for sound, (name, engine) in itertools.product(sounds(seed), tried.items()):
            scored(found.setdefault((sound.kind, name), Score()), sound, ratios[seed % len(ratios)], engine)
    for (kind, name), score in found.items():
        yield (half, kind, name, *score.cells)


def map_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    """A point in the middle put elsewhere, either side within 4 %, and the length kept right."""
    found: dict[tuple[str, str], Score] = {}
    for seed in range(HALVES[half], HALVES[half] + count):
        rng = np.random.default_rng([seed, 11])
        for sound, (name, engine) in itertools.product(sounds(seed), MAPS.items()):
            point = round((sound.times or (SECONDS / 2,))[len(sound.times) // 2] * RATE)
            first, second = rng.uniform(0.96, 1.04, 2)
            before = sound.wave.shape[1]
            to, length = round(point * first), round(point * first + (before - point) * second)
            raw = engine(sound.wave, point, to, length)
            score = found.setdefault((sound.kind, name), Score())
            score.off.append(raw.shape[1] - length)
            was, now = edges(sound.wave), edges(raw)
            for at in sound.times:
                there = float(np.interp(at * RATE, [0, point, before], [0, to, length])) / RATE
                error = late(was, now, at, there, sound.around)
                score.errors += [error] if error is not None else []
                score.short += [abs(error)] if error is not None and round(at * RATE) == point else []
    for (kind, name), score in found.items():
        at_anchor = f"{max(score.short):.2f}" if score.short else "-"
        yield half, kind, name, *spread(score.errors), at_anchor, max(score.off, key=abs)


_ENGINE = ("half", "sound", "by", "onsets", "error, median, ms", "error, 95 %, ms", "distance, dB", "with long windows, dB", "crest, dB", "length off, samples")  # fmt: skip
TABLES: dict[str, tuple[tuple[str, ...], Callable[[str, int], Iterator[tuple[object, ...]]]]] = {
    "lengths": (("half", "rate, Hz", "stretches", "greatest error, samples"), length_rows),
    "onsets": (_ENGINE, lambda half, count: engine_rows(half, count, NEAR, engines())),
    "far": (_ENGINE, lambda half, count: engine_rows(half, count, FAR, engines())),
    "double": (_ENGINE, lambda half, count: engine_rows(half, count, DOUBLE, engines())),
    "maps": (("half", "sound", "by", "onsets", "error, median, ms", "error, 95 %, ms", "at the anchor, most, ms", "length off, samples"), map_rows),
    "ways": (_ENGINE, lambda half, count: engine_rows(half, count, NEAR, {f"window {w}, rise {r:g}": by_vocoder(w, r) for w in (2048, 4096) for r in (0.0, 2.0, 4.0, 8.0)})),
}  # fmt: skip


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--count", type=int, default=8, help="sounds of each kind in each half")
    ask.add_argument(
        "--tables", nargs="+", default=["lengths", "onsets", "far", "double", "maps"], choices=TABLES
    )
    ask.add_argument("--halves", nargs="+", default=list(HALVES), choices=HALVES)
    given = ask.parse_args()
    print(machine.name())
    for name in given.tables:
        titles, rows = TABLES[name]
        print(f"\n{name}: {given.count} sounds of each kind in each half\n")
        machine.table(titles, itertools.chain.from_iterable(rows(half, given.count) for half in given.halves))


if __name__ == "__main__":
    main()
