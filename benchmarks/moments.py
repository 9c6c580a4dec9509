"""How well moments are found, on rendered films whose strikes are known and on real ones that are heard.

    python benchmarks/moments.py [--each 2] [--clips FOLDER] [--fit]

Balls, hammers, doors, steps and pendulums are what is asked for; tools that come in over the edge and strike, and what is
kicked back, are shown besides; so is what makes no sound. Steady and in a shaking hand; at 24, 25, 29.97 and
60 frames a second; under motion blur, grain and compression. The films of the held-out half have other kinds of places,
other sizes, speeds and seeds than those of the tuning half. A moment is true within 40 ms of a strike. With
`--fit` the networks of `v2a.builtin.observers.belief` are fitted to the tuning half and written instead. With `--clips`
the moments in real films are held against the onsets in their own sound.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import machine
import numpy as np
from moving.acts import BESIDES
from moving.fitting import fitted, kept
from moving.matching import Tally, Told, pairs, tally, told
from moving.rendering import Truth, reels, rendered

from v2a.api import Order
from v2a.builtin.observers import belief
from v2a.host import Host
from v2a.model import Observations

FOLDER = Path(__file__).parent / "films" / "moving"
PLACED = 0.5
_BINS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_SHUFFLES = 500


@dataclass(frozen=True, eq=False)
class Film:
    """A rendered film, what is true of it, and what v2a sees in it."""

    truth: Truth
    seen: Observations

    @property
    def moments(self) -> list[tuple[float, float]]:
        """Times and confidences of the moments that movement tells."""
        return [(float(m.time), m.confidence) for m in self.seen.moments if m.kind not in ("flash", "cut")]


def observed(path: Path, project: Path, host: Host, observers: Sequence[str]) -> Observations:
    """What these observers see and hear in a film; kept in a project folder."""
    without = [name for name in host.observers if name not in observers]
    order = Order(path, project=project, settings={"observe": {"without": without}})
    with order.session(host=host) as session:
        return session.observe()


def films(half: str, each: int) -> Iterator[Film]:
    """The films of a half, rendered and observed where they are not yet."""
    host = Host.discover()
    for reel in reels(half, each):
        truth = rendered(reel, FOLDER)
        yield Film(truth, observed(truth.path, truth.path.with_suffix(".v2a"), host, ("picture", "motion")))


def by_act(shown: Sequence[Film]) -> None:
    """Print what is found of every act and rate, steady and shaken, at the confidence that places a sound."""
    rows: dict[tuple[str, str], Tally] = {}
    for film in shown:
        reel = film.truth.reel
        one = tally(film.moments, film.truth.strikes, film.truth.faint, PLACED)
        held = "shaken" if reel.shaken else "steady"
        asked = () if reel.act in BESIDES else (f"at {float(reel.rate):.5g} fps", "what is asked for")
        for name in (reel.act, *asked, "all"):
            rows[name, held] = rows.get((name, held), Tally()) + one
    names = dict.fromkeys(
        name
        for name, _ in sorted(
            rows, key=lambda row: (row[0] in ("what is asked for", "all"), row[0][:3] == "at ")
        )
    )
    cells = []
    for name in names:
        for held in ("steady", "shaken"):
            t = rows[name, held]
            strikes = t.found + t.missed
            shares = (f"{share:.2f}" if strikes else "–" for share in (t.precision, t.recall, t.f1))
            cells.append((name, held, strikes, t.false, *shares, f"{t.bias:+.1f}" if strikes else "–"))
    machine.table(("film", "camera", "strikes", "false", "precision", "recall", "F1", "late, ms"), cells)


def reliability(all_told: Sequence[Told]) -> None:
    """Print how often moments of a confidence are true."""
    cells = []
    for low, high in pairwise(_BINS):
        here = [t for t in all_told if t.counts and low <= t.confidence < high]
        if here:
            sure = np.mean([t.confidence for t in here])
            true = np.mean([t.answers is not None for t in here])
            cells.append((f"{low:g} to {high:g}", len(here), f"{sure:.2f}", f"{true:.2f}"))
    machine.table(("confidence", "moments", "mean", "true"), cells)


@dataclass(frozen=True, slots=True)
class Heard:
    """How many moments of a real film are sure, how many onsets its sound has, how many pairs they make, and how many
    shuffled times make on average."""

    sure: int = 0
    onsets: int = 0
    pairs: int = 0
    chance: float = 0.0

    def __add__(self, other: Heard) -> Heard:
        return Heard(
            self.sure + other.sure,
            self.onsets + other.onsets,
            self.pairs + other.pairs,
            self.chance + other.chance,
        )

    @property
    def cells(self) -> tuple[object, ...]:
        """Counts, then precision and recall, each beside chance."""
        shares = [
            f"{count / of:.2f}" if of else "–"
            for of in (self.sure, self.onsets)
            for count in (self.pairs, self.chance)
        ]
        return (self.onsets, self.sure, *shares)


def against_sound(path: Path, host: Host) -> Heard:
    """Sure moments within a frame of an onset in a real film's own sound, and the same for shuffled times."""
    names = ("picture", "motion", "sound", "speech")
    seen = observed(path, FOLDER / "real" / f"{path.stem}.v2a", host, names)
    length, slack = float(seen.video.duration), 1 / float(seen.video.frame_rate)
    times = [float(m.time) for m in seen.moments if m.confidence >= PLACED and m.kind not in ("flash", "cut")]
    onsets = [float(o.time) for o in seen.onsets]
    rng = np.random.default_rng(0)
    shuffled = [
        len(pairs(sorted((np.array(times) + shift) % length), onsets, slack))
        for shift in rng.uniform(0, length, _SHUFFLES)
    ]
    return Heard(len(times), len(onsets), len(pairs(times, onsets, slack)), float(np.mean(shuffled)))


def real(folder: Path) -> None:
    """Print the table of real films."""
    print("\nReal films, held against the onsets that v2a hears in their own sound, within one frame.\n")
    host = Host.discover()
    films = [(path.stem, against_sound(path, host)) for path in sorted(folder.glob("*.mp4"))]
    films.append(("all", sum((heard for _, heard in films), Heard())))
    machine.table(
        ("film", "onsets", "sure moments", "precision", "shuffled", "recall", "shuffled"),
        [(name, *heard.cells) for name, heard in films],
    )


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--each", type=int, default=2, help="films of each act, camera and rate")
    ask.add_argument("--half", choices=("tuning", "held-out"), default="held-out")
    ask.add_argument("--fit", action="store_true", help="fit the networks to the tuning half and write them")
    ask.add_argument("--clips", type=Path, help="a folder of real films with sound")
    asked = ask.parse_args()
    if asked.fit:
        kept(
            fitted([(film.truth, film.seen) for film in films("tuning", asked.each)]),
            Path(belief.__file__).with_suffix(".npz"),
        )
        return
    print(
        f"Moments in {asked.half} films, on {machine.name()}; sure means a confidence of {PLACED} or more.\n"
    )
    shown = list(films(asked.half, asked.each))
    by_act(shown)
    print("\nHow often moments of a confidence are true:\n")
    reliability([t for film in shown for t in told(film.moments, film.truth.strikes, film.truth.faint)])
    if asked.clips:
        real(asked.clips)


if __name__ == "__main__":
    main()
