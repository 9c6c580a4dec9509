"""Other people's music cut to a film: beats and bars found, beats on a new tempo map, cuts, and what has no beat.

    python benchmarks/songs.py [--count 24] [--tables beats fit measure cuts hits strangers]

The songs are played by a band in eight styles at 70 to 160 beats a minute (`heard/songs.py`), with every beat, bar and
section known; their tempo holds, sways or glides by 4 % either way. Settings were chosen on the tuning half of the seeds;
the other half is what counts. A song is fitted to a tempo map as the arrange stage does it, and played as the mix does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path

import machine
import numpy as np
from endless import click
from heard import composed, songs
from heard.fitted import cut, even_map, goes_on, how_late, played, take, unfitted, when_heard
from heard.listening import RATE
from heard.setting import lags
from numpy.typing import NDArray

from v2a.dsp.hitpoints import Limits
from v2a.model import Hit, Meter, Take
from v2a.stages.arranging.songs import song_of
from v2a.stages.scoring.timing import searched
from v2a.testing import Mark, agreement

HALVES = {"tuning": 0, "held out": 1000}
OCTAVES = (2, 1 / 2, 3, 1 / 3, 3 / 2, 2 / 3)
LONGEST = 80.0
COMPOSED = {
    "composer": composed.piece,
    "slow piano": composed.slow_piano,
    **{each: partial(composed.in_meter, meter=Meter.parse(each)) for each in ("3/4", "6/8", "9/8", "12/8")},
}
HEARD = 6.0
# How far a song drifts and how far the map's tempo lies from its own: together never more than music is stretched.
WAYS = (
    ("steady", 0.0, 0.03),
    ("sway", 0.04, 0.0),
    ("sway", 0.02, -0.019),
    ("glide", 0.04, 0.0),
    ("glide", 0.02, 0.019),
)
MOVED = 0.008
LENGTHS = (20, 45, 150)
# Seconds, marks in them, and whether these may lie as near to each other as two seconds; else eight seconds at least.
MARKED = ((60, 2, False), (45, 3, False), (60, 4, False), (60, 4, True), (60, 6, False))
Curve = NDArray[np.float64]


@lru_cache(4)
def song(seed: int, drift: str, amount: float) -> songs.Song:
    """A song, played once."""
    return songs.song(seed, drift, amount, LONGEST)


def beat_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for drift in (*songs.DRIFTS, *COMPOSED):
        told: dict[str, list[Mark]] = {"beats": [], "bars": []}
        true: dict[str, list[Mark]] = {"beats": [], "bars": []}
        right = other = meters = spent = seconds = 0.0
        for number in range(count):
            seed = HALVES[half] + number
            made = COMPOSED[drift](seed) if drift in COMPOSED else song(seed, drift, 0.04)
            with tempfile.TemporaryDirectory() as folder:
                held = take(made.sound, Path(folder))
                begun = time.process_time()
                found = song_of(held)
                spent += time.process_time() - begun
            seconds += len(made.sound) / RATE
            ratio = (found.tempo or 0.0) / made.tempo
            right += abs(ratio - 1) < 0.04
            other += any(abs(ratio / octave - 1) < 0.04 for octave in OCTAVES)
            meters += found.meter == made.meter
            inside = [t for t in found.beats if made.beats[0] - 0.1 < t < made.beats[-1] + 0.1]
            starts = found.starts if found.beaten else np.zeros(0)
            bars = [t for t in starts if made.beats[0] - 0.1 < t < made.beats[-1] + 0.1]
            told["beats"] += [Mark(1000 * number + t) for t in inside]
            told["bars"] += [Mark(1000 * number + float(t)) for t in bars]
            true["beats"] += [Mark(1000 * number + float(t)) for t in made.beats]
            true["bars"] += [Mark(1000 * number + float(t)) for t in made.downbeats]
        wide, near = (agreement(told["beats"], true["beats"], within) for within in (0.07, 0.02))
        bars_found = agreement(told["bars"], true["bars"], 0.07)
        yield (
            half, drift, f"{right / count:.2f}", f"{other / count:.2f}", f"{wide.f1 or 0:.3f}", f"{near.f1 or 0:.3f}",
            f"{bars_found.f1 or 0:.3f}", f"{meters / count:.2f}", _ms(wide.error), f"{seconds / spent:.0f}",
        )  # fmt: skip


def fit_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for drift, amount, away in WAYS:
        mapped, heard, rigid, bars, most, cuts = [], [], [], [], 0.0, 0
        for number in range(count):
            made = song(HALVES[half] + number, drift, amount)
            wanted = even_map(made.tempo * (1 + away), made.meter)
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                held = take(made.sound, folder)
                edit = cut(held, len(made.sound) / RATE * 0.7, wanted, named=True)
                if edit is None:
                    mapped.append(np.full(len(made.beats), 1.0))
                    continue
                pairs = when_heard(edit, made.beats)
                error = how_late(pairs[:, 1], wanted)
                mapped.append(error)
                bars.append(how_late(when_heard(edit, made.downbeats)[:, 1], wanted, made.meter))
                late = lags(made.sound, played(held, edit, folder), pairs)
                heard.append(error[np.isfinite(late)] + late[np.isfinite(late)])
            rigid.append(unfitted(made, wanted))
            most = max(most, *(abs(s - 1) for p in edit.passages for s in p.stretches))
            cuts += len(edit.passages) - 1
        whole, sounding, stiff = (np.abs(np.concatenate(each)) for each in (mapped, heard, rigid))
        counted = np.mean(np.abs(np.concatenate(bars)) < 0.05)
        yield (
            half, drift, f"±{amount:.0%}", f"{away:+.1%}", _at(whole, 0.5), _at(whole, 0.95), _at(sounding, 0.95), _at(stiff, 0.95),
            f"{counted:.3f}", f"{most:.1%}", cuts,
        )  # fmt: skip


def measure_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    """The measure of `fit` by itself: what it says of bands that play every beat so much sooner or later."""
    told: dict[str, list[Curve]] = {}
    for number in range(count):
        seed = HALVES[half] + number
        made = song(seed, "sway", 0.04)
        by = np.random.default_rng([seed, 37]).normal(0, MOVED, len(made.beats))
        other = songs.song(seed, "sway", 0.04, LONGEST, partial(_moved, made.beats, by))
        told.setdefault(made.name, []).append(
            np.stack([lags(made.sound, other.sound, np.stack([made.beats] * 2, axis=1)), by])
        )
    for name, found in told.items():
        late, by = np.concatenate(found, axis=1)
        known = np.isfinite(late)
        wrong = np.abs(late - by)[known]
        yield half, name, _at(np.abs(by), 0.95), _at(wrong, 0.5), _at(wrong, 0.95), f"{known.mean():.2f}"


def _moved(beats: Curve, by: Curve, time: float) -> float:
    """When what is played at a time is played where beats are moved."""
    return time + float(np.interp(time, beats, by))


def cut_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    for length in LENGTHS:
        cuts, joined, untouched, alike, own, full = 0, [], [], [], 0, 0
        for number in range(count):
            made = song(HALVES[half] + number, songs.DRIFTS[number // 8 % 3], 0.04)
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                held = take(made.sound, folder)
                edit = cut(held, length, even_map(made.tempo, made.meter))
                if edit is None:
                    continue
                sound = played(held, edit, folder)
            places = [int((p.target.start - p.crossfade / 2) * RATE) for p in edit.passages[1:]]
            cuts += len(places)
            joined += [click(sound, [at]) for at in places if RATE < at < len(sound) - RATE]
            joints = [round((t - 0.075) * RATE) for t in made.downbeats[2:-2:4]]
            untouched += [click(made.sound, [at]) for at in joints if RATE < at < len(made.sound) - RATE]
            alike += goes_on(made, edit)
            own += edit.ending == "own" and made.rings
            full += made.rings
        over = float(np.mean(np.array(joined) > HEARD)) if joined else 0.0
        yield (
            half, length, f"{cuts / count:.1f}", f"{np.mean(alike):.2f}" if alike else "", f"{own} of {full}",
            f"{over:.1%}", f"{np.quantile(joined, 0.95):.1f}" if joined else "",
            f"{np.mean(np.array(untouched) > HEARD):.1%}", f"{np.quantile(untouched, 0.95):.1f}",
        )  # fmt: skip


def hit_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    """Marks at random times of a cue, so many in so many seconds: fitted, and with the song laid at the cue's in."""
    tallies = [Landed(*marked) for marked in MARKED]
    for number in range(count):
        seed = HALVES[half] + number
        made = song(seed, songs.DRIFTS[number // 8 % 3], 0.04)
        with tempfile.TemporaryDirectory() as name:
            held = take(made.sound, Path(name))
            for tally in tallies:
                tally.add(made, held, _marks(seed, tally))
    for tally in tallies:
        yield half, tally.length, tally.marks, 2 if tally.near else 8, *tally.row()


def _marks(seed: int, tally: Landed) -> Curve:
    """The times of marks in a cue, at random."""
    rng = np.random.default_rng([seed, 31])
    if not tally.near:
        drawn = np.sort(rng.uniform(4, 12, tally.marks))
        return np.asarray(drawn + np.arange(tally.marks) * (tally.length - 19) / (tally.marks - 1))
    while True:
        drawn = np.sort(rng.uniform(4, tally.length - 4, tally.marks))
        if np.diff(drawn).min() >= 2:
            return drawn


@dataclass
class Landed:
    """What songs land on of the marks of cues that last so many seconds, so many marks in each."""

    length: int
    marks: int
    near: bool
    shares: dict[str, list[bool]] = field(default_factory=lambda: {"beat": [], "bar": [], "no beat": [], "no bar": []})  # fmt: skip
    late: list[float] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    silent: int = 0

    def add(self, made: songs.Song, held: Take, times: Curve) -> None:
        """Fit a song to a cue with these marks."""
        hits = [Hit(Fraction(float(t)).limit_denominator(1000), 10.0) for t in times]
        tempo = searched(hits, Fraction(self.length), Limits(meter=even_map(120, made.meter).meter))
        edit = cut(held, self.length, tempo, hits)
        laid = [each - made.beats[0] + 0.1 for each in (made.beats, made.downbeats)]
        fitted = [np.zeros(1), np.zeros(1)]
        if edit is not None:
            fitted = [when_heard(edit, each)[:, 1] for each in (made.beats, made.downbeats)]
        for share, beats in zip(self.shares.values(), (*fitted, *laid)):
            share += [len(_after(beats, t)) > 0 for t in times]
        self.late += [float(late) for t in times for late in _after(fitted[0], t)[:1]]
        self.cuts.append(len(edit.passages) - 1 if edit is not None else 0)
        self.silent += edit is None or self.length - edit.span.end > 60 / made.tempo

    def row(self) -> tuple[object, ...]:
        """The shares that landed, how late, how many cuts a song has, how many end more than a beat early."""
        shares = (f"{np.mean(found):.2f}" for found in self.shares.values())
        return (
            len(self.shares["beat"]), *shares, _ms(float(np.mean(self.late))),
            f"{np.mean(self.cuts):.1f}", f"{self.silent} of {len(self.cuts)}",
        )  # fmt: skip


def _after(beats: Curve, time: float) -> Curve:
    """How late those beats are for a mark that land on it."""
    late = beats - time
    return np.asarray(late[(late > -0.01) & (late < 2 / 24 + 0.01)])


def stranger_rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    kinds: dict[str, list[bool]] = {}
    for name, sound in songs.strangers(HALVES[half]):
        with tempfile.TemporaryDirectory() as folder:
            kinds.setdefault(name, []).append(song_of(take(sound, Path(folder))).beaten)
    for name, beaten in kinds.items():
        yield half, name, len(beaten), sum(beaten)


def _at(errors: Curve, share: float) -> str:
    return f"{1000 * float(np.quantile(errors, share)):.1f}"


def _ms(seconds: float | None) -> str:
    return "" if seconds is None else f"{1000 * seconds:+.1f}"


TABLES = {
    "beats": (("half", "tempo", "tempo ±4 %", "octave of it", "F ±70 ms", "F ±20 ms", "bars F ±70 ms", "meter", "error ms", "× realtime"), beat_rows),
    "fit": (("half", "tempo", "drift", "map", "median ms", "p95 ms", "p95 ms as played", "p95 ms unfitted", "bars on bars", "stretched", "cuts"), fit_rows),
    "measure": (("half", "song", "moved, p95 ms", "error, median ms", "error, p95 ms", "told of"), measure_rows),
    "cuts": (("half", "seconds", "cuts a song", "same place in the phrase", "own ending", "z over 6", "z, 95 %", "untouched over 6", "z, 95 %"), cut_rows),
    "hits": (("half", "seconds", "marks in it", "apart s", "marks", "on a beat", "on a first beat", "unfitted on a beat", "on a first beat", "late ms", "cuts a song", "silent for over a beat"), hit_rows),
    "strangers": (("half", "sound", "count", "taken for beaten"), stranger_rows),
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=24, help="songs in each half")
    options.add_argument("--tables", nargs="+", default=list(TABLES), choices=TABLES)
    options.add_argument("--halves", nargs="+", default=list(HALVES), choices=HALVES)
    given = options.parse_args(arguments)
    print(machine.name())
    for name in given.tables:
        titles, rows = TABLES[name]
        print(f"\n{name}: {given.count} songs in each half\n")
        machine.table(titles, [row for half in given.halves for row in rows(half, given.count)])


if __name__ == "__main__":
    main()
