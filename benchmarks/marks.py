"""How far marked hits stand out of the composer's music, by its sound, and whether anything behind them is louder.

python benchmarks/marks.py [--moods tense epic ...] [--seeds 1000:1010] [--font FILE] [--speech]

Each cue lasts 52 s, has scenes at drawn times and a tempo of its own, and is marked four times on beats or up to a frame before
them, once in its climax. Levels are of 100 ms from where a mark is sounded. `before` is by how many dB that is above the
half second before it, `around` above the median of the tenths of the two seconds about it, `behind` by how many dB the loudest
100 ms that begin 100 to 900 ms behind a mark exceed its own. `gap` is how far the softest 100 ms of the half second before a
mark lie under the second before that: a hole where it is deep. With --speech somebody speaks over every other mark.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import machine
import numpy as np

import v2a
import v2a_composer

RATE, WHOLE = 48_000, 52
FRAME = 1 / 24
TENTH, HOP = RATE // 10, RATE // 50
REACH = Fraction(2)
MOODS = (
    "neutral", "warm", "sad", "hopeful", "playful", "tense", "epic", "calm", "mysterious", "romantic", "dark",
    "triumphant", "melancholic", "dreamy", "scary", "action", "joyful", "nostalgic",
)  # fmt: skip


class Heard(NamedTuple):
    """What is heard of a mark, in dB, and whether it is in the climax."""

    before: float
    around: float
    behind: float
    gap: float
    climax: bool


class Cue:
    """A cue of a mood: its tempo, scenes and marks follow from the seed."""

    def __init__(self, mood: str, seed: int, font: str, speech: bool) -> None:
        rng = np.random.default_rng([seed, len(mood), ord(mood[0])])
        self.tempo = v2a.TempoMap.even(round(float(rng.uniform(66, 132)), 1))
        edges = [0.0, *np.cumsum(rng.uniform(9, 14, 3)), WHOLE]
        edges = [Fraction(e).limit_denominator(24) for e in edges]
        self.sections = tuple(v2a.Span(a, b) for a, b in itertools.pairwise(edges))
        (composer,) = v2a_composer.v2a_generators()
        self._make = composer.open(v2a.Bench())
        self._asked = {"prompt": f"{mood} music", "seed": seed, "params": {"soundfont": font} if font else {}}
        self.climax = self._climax()
        self._hits, self._speech = self._marked(rng), ()
        if speech:
            spans = [v2a.Span(max(Fraction(0), h.time - 3), h.time + 3) for h in self._hits[::2]]
            self._speech = tuple(v2a.Speech(span) for span in spans)

    def _climax(self) -> tuple[float, float]:
        """Where the climax begins and ends, in seconds."""
        marks = self._window(Fraction(0), Fraction(1, 100), ()).score.marks
        at = next(n for n, mark in enumerate(marks) if mark.name.endswith("climax"))
        return marks[at].time, marks[at + 1].time

    def _marked(self, rng: np.random.Generator) -> tuple[v2a.Hit, ...]:
        """Four marks, five seconds apart, the first drawn in the climax."""
        low, high = self.climax
        chosen = [float(rng.uniform(low + 0.1 * (high - low), max(low + 1, high - 1)))]
        while len(chosen) < 4:
            time = float(rng.uniform(4, WHOLE - 8))
            chosen += [time] if min(abs(time - other) for other in chosen) > 5 else []
        hits = []
        for n, time in enumerate(sorted(chosen)):
            beat = self.tempo.time(round(float(self.tempo.beat(Fraction(time)))))
            late = Fraction(float(rng.choice([0, 0, rng.uniform(0, FRAME)]))).limit_denominator(1000)
            hits.append(v2a.Hit(beat - late, 10.0, "mark", f"hit {n}"))
        return tuple(hits)

    def _window(self, start: Fraction, length: Fraction, hits: Sequence[v2a.Hit]) -> v2a.Made:
        timing = v2a.Timing(self.tempo, tuple(hits), self.sections)
        span = v2a.Span(start, start + length)
        speech = getattr(self, "_speech", ())
        request = v2a.Request(
            "1M1", "mx", window=span, whole=Fraction(WHOLE), rate=RATE, channels=2, timing=timing, speech=speech, **self._asked,
        )  # fmt: skip
        (made,) = self._make([request])
        if isinstance(made, v2a.Failure):
            raise SystemExit(made.what)
        return made

    def heard(self) -> Iterator[Heard]:
        """What is heard of each mark."""
        score = self._window(Fraction(0), Fraction(1, 100), self._hits).score
        for mark in [m for m in score.marks if m.name.startswith("hit")]:
            start = Fraction(round((mark.time - float(REACH)) * RATE), RATE)
            sound = self._window(start, 2 * REACH, self._hits).sound.samples
            inside = self.climax[0] <= mark.time < self.climax[1]
            yield _told(sound, round((mark.time - float(start)) * RATE), inside)


def _told(sound: np.ndarray, at: int, climax: bool) -> Heard:
    power = (sound.astype(np.float64) ** 2).mean(axis=0)
    run = np.concatenate([[0.0], np.cumsum(power)])

    def level(start: int, length: int = TENTH) -> float:
        return float(10 * np.log10((run[start + length] - run[start]) / length + 1e-10))

    own = level(at)
    around = [level(s) for s in range(at - 10 * TENTH, at + 10 * TENTH, TENTH)]
    behind = [level(s) for s in range(at + TENTH, at + 9 * TENTH + 1, HOP)]
    gap = min(level(s) for s in range(at - 5 * TENTH, at - TENTH + 1, HOP)) - level(
        at - 15 * TENTH, 10 * TENTH
    )
    return Heard(
        own - level(at - 5 * TENTH, 5 * TENTH), own - float(np.median(around)), max(behind) - own, gap, climax
    )


def row(name: str, heard: Sequence[Heard]) -> tuple[str, ...]:
    """A row of the table."""
    before, around, behind, gap, _ = (np.array(column, float) for column in zip(*heard))
    return (
        name, str(len(heard)), f"{np.median(before):.1f}", f"{np.percentile(before, 10):.1f}", f"{(before >= 2).mean():.0%}",
        f"{np.median(around):.1f}", f"{np.percentile(behind, 95):.1f}", f"{(behind <= 1).mean():.0%}",
        f"{np.median(gap):.1f}", f"{np.percentile(gap, 5):.1f}",
    )  # fmt: skip


def main() -> None:
    """Print a row for each mood, and one for the climaxes of all."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--moods", nargs="*", default=MOODS)
    ask.add_argument("--seeds", default="1000:1010", help="from:to, the end not included")
    ask.add_argument("--font", default="", help="an .sf2 or .sf3 file")
    ask.add_argument("--speech", action="store_true", help="somebody speaks over every other mark")
    given = ask.parse_args()
    print(f"Marked hits, on {machine.name()}\n")
    whole: list[Heard] = []

    def rows() -> Iterator[tuple[str, ...]]:
        for mood in given.moods:
            heard = [
                one
                for seed in range(*map(int, given.seeds.split(":")))
                for one in Cue(mood, seed, given.font, given.speech).heard()
            ]
            whole.extend(heard)
            yield row(mood, heard)
        yield row("all", whole)
        yield row("climaxes", [one for one in whole if one.climax])

    titles = (
        "mood",
        "marks",
        "before",
        "10 %",
        "over 2 dB",
        "around",
        "behind 95 %",
        "under 1 dB",
        "gap",
        "gap 5 %",
    )
    machine.table(titles, rows())


if __name__ == "__main__":
    main()
