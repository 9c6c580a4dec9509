"""How songs end in cues of any length at a tempo that the user named, where bars cannot be stretched to the cue's end.

    python benchmarks/endings.py [--count 24] [--halves tuning "held out"]

Each of the songs of `songs.py` is fitted to three cues of 15 to 75 s, at a tempo within 3 % of its own; once without marks,
and to two more with two and three marks at random times.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np
from heard import songs
from heard.fitted import cut, even_map, take

from v2a.dsp.hitpoints import Limits
from v2a.model import Hit, MusicEdit, TempoMap
from v2a.stages.scoring.timing import searched

HALVES = {"tuning": 0, "held out": 1000}
LONGEST = 80.0
MARKS = (0, 0, 0, 2, 3)
TITLES = ("half", "marks", "cues", "silent for over a beat", "over 1.25 beats", "beats, 95 %", "beats, most", "own ending", "on a bar", "faded")  # fmt: skip


def rows(half: str, count: int) -> Iterator[tuple[object, ...]]:
    """How many beats of silence there are behind songs, without marks and with some, and how they end."""
    silent: dict[str, list[float]] = {"none": [], "some": []}
    endings: dict[str, list[str]] = {"none": [], "some": []}
    for seed in range(HALVES[half], HALVES[half] + count):
        made = songs.song(seed, songs.DRIFTS[seed // 8 % 3], 0.04, LONGEST)
        rng = np.random.default_rng([seed, 77])
        with tempfile.TemporaryDirectory() as folder:
            held = take(made.sound, Path(folder))
            for marks in MARKS:
                length = round(float(rng.uniform(15 + 5 * marks, 75)), 2)
                hits = [_mark(t) for t in np.sort(rng.uniform(4, length - 4, marks))]
                wanted = _named(made, float(rng.uniform(0.97, 1.03)), hits, length)
                edit = cut(held, length, wanted, hits, named=True)
                kind = "some" if marks else "none"
                silent[kind].append(_beats(made, edit, length))
                endings[kind].append("" if edit is None else edit.ending)
    for kind, left in silent.items():
        beats, ends = np.array(left), endings[kind]
        shares = (f"{ends.count(way) / len(ends):.2f}" for way in ("own", "bar", "fade"))
        over = (f"{np.mean(beats > most):.3f}" for most in (1.0, 1.25))
        yield half, kind, len(beats), *over, f"{np.quantile(beats, 0.95):.2f}", f"{beats.max():.2f}", *shares


def _mark(time: float) -> Hit:
    return Hit(Fraction(time).limit_denominator(1000), 10.0)


def _named(made: songs.Song, by: float, hits: Sequence[Hit], length: float) -> TempoMap:
    """The map of a cue whose tempo was named, which gives way to marks as everywhere."""
    even = even_map(made.tempo * by, made.meter)
    bpm = made.tempo * by
    limits = Limits(bpm, bpm, even.meter)
    return searched(hits, Fraction(length).limit_denominator(1000), limits) if hits else even


def _beats(made: songs.Song, edit: MusicEdit | None, length: float) -> float:
    """For how many beats the end of a cue is silent."""
    end = 0.0 if edit is None else float(edit.span.end)
    return (length - end) * made.tempo / 60


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one table."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--count", type=int, default=24, help="songs in each half")
    options.add_argument("--halves", nargs="+", default=list(HALVES), choices=HALVES)
    given = options.parse_args(arguments)
    print(machine.name())
    machine.table(TITLES, [row for half in given.halves for row in rows(half, given.count)])


if __name__ == "__main__":
    main()
