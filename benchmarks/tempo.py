"""How many cuts and marks meet a beat: at no tempo in particular, at the best constant one, and under a tempo map.

    python benchmarks/tempo.py [--lists 40] [--tuning]

Cut lists are drawn as films are cut: shot lengths are log-normal, on whole frames; those of a film cut to music fall on
beats of a song whose tempo wanders a little, as precisely as an editor hits them. What the search was tuned on are the
lists of `--tuning`; the others were drawn from other seeds. A cut meets a beat that is one frame away at most; a
marked hit is met from its frame to two frames later.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import machine
import numpy as np

from v2a.dsp.hitpoints import Limits, candidates, fitted
from v2a.model import Hit, Meter, TempoMap

TUNING, HELD_OUT = 0, 10_000
UNTUNED = 110.0
MARK = 10.0


@dataclass(frozen=True)
class Kind:
    """A way to cut: its frame rate, seconds of a list, mean shot and spread (of its logarithm), shortest shot, and the
    share of cuts that are to meet a beat."""

    name: str
    fps: int
    length: int
    mean: float
    spread: float
    shortest: float
    wanted: float

    def cuts(self, rng: np.random.Generator) -> list[Fraction]:
        """A cut list."""
        shots = rng.lognormal(np.log(self.mean) - self.spread**2 / 2, self.spread, self.length * 10)
        return on_frames(np.cumsum(np.maximum(shots, self.shortest)), self)


@dataclass(frozen=True)
class Song(Kind):
    """Cuts on beats of a song."""

    def cuts(self, rng: np.random.Generator) -> list[Fraction]:
        """A list of cuts a few beats apart: `mean` seconds on average, `spread` frames beside the beat."""
        bpm = rng.uniform(80, 138)
        wander = np.cumsum(rng.normal(0, 0.0005, self.length * 4))
        beats = rng.uniform(0, 1) + np.cumsum(60 / bpm * (1 + wander - wander.mean()))
        counts = np.cumsum(rng.choice([1, 2, 4, 8], len(beats), p=[0.15, 0.35, 0.35, 0.15]))
        on = beats[counts[counts < len(beats)]]
        return on_frames(on + rng.normal(0, self.spread / self.fps, len(on)), self)


KINDS = (
    Kind("film", 24, 90, 4.5, 0.75, 0.5, 0.85),
    Kind("trailer", 24, 80, 1.5, 0.6, 0.25, 0.65),
    Kind("documentary", 25, 100, 8.5, 0.6, 1.0, 0.97),
    Song("cut to music", 25, 90, 0.0, 0.5, 0.0, 0.99),
)


def on_frames(times: np.ndarray, kind: Kind) -> list[Fraction]:
    """Those within the list's length, each on the nearest frame."""
    frames = sorted({round(t * kind.fps) for t in times if 0 < t < kind.length - 0.2})
    return [Fraction(n, kind.fps) for n in frames]


@dataclass(frozen=True)
class Shares:
    """Shares of hits with a beat: one frame away at most, from 0 to 2 frames late, only an early one, a late downbeat."""

    within: float
    landed: float
    early: float
    downbeat: float


def shares(tempo: TempoMap, times: Sequence[Fraction], frame: Fraction) -> Shares:
    """What a tempo map does for hits, counted from its beats alone."""
    rows = []
    for at in times:
        n = -(-tempo.beat(at) // 1)
        late, early = tempo.time(n) - at, at - tempo.time(n - 1)
        landed = late <= 2 * frame
        within = min(late, early) <= frame
        rows.append((within, landed, within and not landed, landed and tempo.first(n)))
    return Shares(*(float(column.mean()) for column in np.array(rows, float).T))


def chance(tempo: TempoMap, times: Sequence[Fraction], frame: Fraction) -> float:
    """The share that would be within a frame of a beat of this tempo if nothing had been chosen."""
    return float(np.mean([min(1.0, 2 * float(frame) * tempo.bpm(at) / 60) for at in times]))


def eighths(limits: Limits) -> Limits:
    """The same with beats twice as fast, which is to count eighths."""
    meter = Meter(limits.meter.beats * 2, limits.meter.unit * 2)
    return replace(limits, low=limits.low * 2, high=limits.high * 2, meter=meter)


def lists(kind: Kind, number: int, seeds: int) -> Iterator[list[Fraction]]:
    """So many cut lists of a kind, from a seed on."""
    for seed in range(seeds, seeds + number):
        yield kind.cuts(np.random.default_rng(seed))


def row(kind: Kind, number: int, seeds: int) -> list[object]:
    """A kind's row: cuts a list, then mean shares."""
    frame, length = Fraction(1, kind.fps), Fraction(kind.length)
    limits = Limits(frame=frame)
    around = replace(limits, early=Fraction(-1), late=Fraction(1))
    rows = []
    for times in lists(kind, number, seeds):
        hits = [Hit(at, 1.0, "cut") for at in times]
        fit = fitted(hits, length, limits)
        rigid = candidates(hits, length, around, 1)[0].tempo
        halved = candidates(hits, length, eighths(around), 1)[0].tempo
        told = shares(fit.tempo, times, frame)
        untuned = shares(TempoMap.even(UNTUNED), times, frame).within
        best, best_halved = (shares(tempo, times, frame).within for tempo in (rigid, halved))
        count = (len(times), chance(fit.tempo, times, frame), untuned, best, best_halved)
        rows.append((*count, told.within, told.landed, told.early))
    count, *means = np.mean(rows, axis=0)
    return [
        kind.name,
        f"{count:.0f}",
        *(f"{mean:.2f}" for mean in means[:4]),
        f"**{means[4]:.3f}** (at least {kind.wanted:.2f})",
        *(f"{mean:.2f}" for mean in means[5:]),
    ]


def marked(length: int, each: int, number: int, seeds: int) -> list[object]:
    """The row of films with so many marked hits a minute at random times, over ordinary cuts."""
    kind = replace(KINDS[0], length=length)
    frame = Fraction(1, kind.fps)
    rows = []
    for seed, cuts in enumerate(lists(kind, number, seeds), seeds):
        rng = np.random.default_rng([seed, each])
        times = sorted(
            Fraction(int(n), kind.fps) for n in rng.integers(0, length * kind.fps, each * length // 60)
        )
        hits = [Hit(at, 1.0, "cut") for at in cuts] + [Hit(at, MARK, "mark") for at in times]
        fit = fitted(hits, Fraction(length), Limits(frame=frame))
        told, others = shares(fit.tempo, times, frame), shares(fit.tempo, cuts, frame)
        rows.append((told.landed, told.downbeat, others.within, fit.steady))
    return [f"{length} s", each, *(f"{mean:.2f}" for mean in np.mean(rows, axis=0))]


def cost(length: int) -> list[object]:
    """CPU-seconds for a film's cue of so many seconds."""
    kind = replace(KINDS[0], length=length)
    hits = [Hit(at, 1.0, "cut") for at in kind.cuts(np.random.default_rng(HELD_OUT))]
    begin = time.process_time()
    candidates(hits, Fraction(length), Limits())
    between = time.process_time()
    fitted(hits, Fraction(length), Limits())
    return [f"{length} s", len(hits), f"{between - begin:.2f}", f"{time.process_time() - between:.2f}"]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lists", type=int, default=40, help="cut lists of each kind")
    parser.add_argument("--tuning", action="store_true", help="those that the search was tuned on")
    parser.add_argument(
        "--lengths", type=int, nargs="*", default=[60, 600, 3600], help="cues whose cost is counted"
    )
    given = parser.parse_args()
    seeds = TUNING if given.tuning else HELD_OUT
    print(f"{machine.name()}; {given.lists} lists each, {'for tuning' if given.tuning else 'held out'}\n")
    titles = (
        "cuts",
        "a list",
        "chance",
        "110 BPM",
        "best tempo",
        "its eighths",
        "map, ±1 frame",
        "0 to +2",
        "only early",
    )
    machine.table(titles, (row(kind, given.lists, seeds) for kind in KINDS))
    print()
    titles = (
        "cue",
        "marks a minute",
        "on a beat (at least .95)",
        "on a downbeat (at least .70)",
        "cuts, ±1 frame",
        "one tempo",
    )
    machine.table(titles, (marked(n, each, given.lists, seeds) for n in (60, 180) for each in (1, 2, 3, 4)))
    print()
    machine.table(("cue", "cuts", "candidates, CPU s", "map, CPU s"), map(cost, given.lengths))


if __name__ == "__main__":
    main()
