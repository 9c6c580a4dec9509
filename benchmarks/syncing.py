"""What becomes of sound that lies beside its picture: how late it still is after `v2a sync` measured and moved it.

    python benchmarks/syncing.py [--count 100] [--clips FOLDER]

The pictures are the rendered held-out films of `moments.py` (its observations are used), put end to end; the sound is
foley struck at their true times, clean or in a noise, brought late or early by .1 to .3 s and made to drift by up to 1 %.
Besides: sound that is in sync already, sound of another film, and pictures in which one thing happens. The error of a
strike is where it is heard after what was done less where it is seen; that of a film is the mean of its strikes'.
With `--clips` the sound of real films is shifted besides, and laid under the pictures of the others.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np
from heard import strikes
from heard.listening import listen
from moments import FOLDER, Film, films, observed
from moving.acts import BESIDES
from moving.shifting import TURNS, strangers, trials
from moving.stage import SECONDS

from v2a.builtin.observers import Sound
from v2a.dsp.alignment import Alignment, align
from v2a.dsp.lags import Reach
from v2a.host import Host
from v2a.model import Moment, Onset
from v2a.stages.moving import heard_marks, seen_marks

DENSITY = 1.5
SINGLE, CLEAR, LONGEST = 1.5, 0.15, 0.35
REACHES = (0.6, 2.0, 5.0)


@dataclass(frozen=True)
class Clip:
    """A picture: what v2a sees in it, when something truly happens, its seconds, and a frame of it in seconds."""

    moments: tuple[Moment, ...]
    strikes: tuple[float, ...]
    seconds: float
    frame: float


@dataclass(frozen=True)
class Misplaced:
    """By how much the sound of a clip is late at its middle, and how fast it runs away."""

    lag: float
    drift: float

    def heard_at(self, time: float, middle: float) -> float:
        """When what happens at a time is heard."""
        return time + self.lag + self.drift * (time - middle)


@dataclass(frozen=True)
class Result:
    """A clip's mean error in seconds before and after, whether anything was moved, and the clip's frame."""

    before: float
    after: float
    moved: bool
    furthest: float
    frame: float


def clips(shown: Sequence[Film], seconds: float, count: int, seed: int) -> Iterator[Clip]:
    """Films end to end, of one frame rate, until they have lasted long enough."""
    rng = np.random.default_rng([seed, 4])
    acting = [f for f in shown if len(f.truth.strikes) >= DENSITY * SECONDS * 2 / 3]
    for _ in range(count):
        rate = acting[int(rng.integers(len(acting)))].truth.reel.rate
        same = [f for f in acting if f.truth.reel.rate == rate]
        parts = [same[int(n)] for n in rng.integers(0, len(same), int(np.ceil(seconds / SECONDS)))]
        yield _joined(parts, seconds)


def _joined(parts: Sequence[Film], seconds: float) -> Clip:
    moments: list[Moment] = []
    times: list[float] = []
    for number, part in enumerate(parts):
        start = Fraction(number) * Fraction(SECONDS)
        told = (m for m in part.seen.moments if m.kind not in ("cut", "flash"))
        moments += [replace(m, time=m.time + start) for m in told if m.time + start < seconds]
        times += [t + float(start) for t in part.truth.strikes if t + float(start) < seconds]
    return Clip(tuple(moments), tuple(times), seconds, 1 / float(parts[0].truth.reel.rate))


def singles(shown: Sequence[Film], count: int, seed: int) -> Iterator[Clip]:
    """Stretches around one strike that lies well apart from the others: what is seen then, on a clock of their own."""
    around = [(film, n) for film in shown for n in range(len(film.truth.strikes))]
    order = np.random.default_rng([seed, 5]).permutation(len(around))
    for film, n in (around[int(at)] for at in order):
        times = (0.0, *film.truth.strikes, SECONDS)
        time = times[n + 1]
        begin, end = max(times[n] + CLEAR, time - SINGLE), min(times[n + 2] - CLEAR, time + SINGLE)
        if min(time - begin, end - time) < LONGEST:
            continue
        told = (replace(m, time=m.time - Fraction(begin)) for m in film.seen.moments)
        seen = tuple(m for m in told if 0 <= m.time < end - begin and m.kind not in ("cut", "flash"))
        yield Clip(seen, (time - begin,), end - begin, 1 / float(film.truth.reel.rate))
        count -= 1
        if count <= 0:
            return


def heard(clip: Clip, misplaced: Misplaced, seed: int, strangers: Sequence[float] = ()) -> Sequence[Onset]:
    """The onsets of a clip's sound, misplaced; or of another clip's."""
    middle = clip.seconds / 2
    times = strangers or [misplaced.heard_at(t, middle) for t in clip.strikes]
    made = strikes.struck_at(times, clip.seconds + 1.0, seed)
    made = strikes.noisy(made, seed) if seed % 2 else made
    return listen(Sound(), made.sound).observations.onsets


def result(clip: Clip, misplaced: Misplaced, found: Alignment) -> Result:
    """How late the strikes of a clip were, and are once what was found is undone."""
    middle = clip.seconds / 2
    late = [misplaced.heard_at(t, middle) for t in clip.strikes]
    after = [found.seen_at(t) if found.moves else t for t in late]
    moved = [abs(a - b) for a, b in zip(after, late, strict=True)]
    true = np.array(clip.strikes)
    before, now = np.abs(np.array(late) - true), np.abs(np.array(after) - true)
    return Result(float(before.mean()), float(now.mean()), found.moves, max(moved, default=0.0), clip.frame)


def tried(
    given: Iterator[Clip], draws: np.random.Generator, lag: tuple[float, float], drift: float
) -> list[Result]:
    """Clips whose sound is late or early by something between two lags, with a drift up to a share."""
    results = []
    for seed, clip in enumerate(given):
        side = draws.choice((-1, 1))
        misplaced = Misplaced(float(side * draws.uniform(*lag)), float(draws.uniform(-drift, drift)))
        found = told(clip, heard(clip, misplaced, seed))
        results.append(result(clip, misplaced, found))
    return results


def told(clip: Clip, onsets: Sequence[Onset], reach: float = Reach().lag) -> Alignment:
    """What is told of onsets against a clip's moments."""
    return align(seen_marks(clip.moments), heard_marks(tuple(onsets)), Reach(lag=reach, frame=clip.frame))


def unrelated(given: Sequence[Clip], reach: float) -> float:
    """The share of clips that are left alone when they are given another one's sound."""
    alone = 0
    for seed, (clip, other) in enumerate(zip(given, (*given[1:], given[0]), strict=True)):
        onsets = heard(clip, Misplaced(0.0, 0.0), seed, other.strikes)
        alone += not told(clip, onsets, reach).moves
    return alone / len(given)


def row(name: str, results: Sequence[Result]) -> tuple[object, ...]:
    """One kind of clip: errors before and after, and what moving did."""
    after = 1000 * np.array([r.after for r in results])
    before = 1000 * np.array([r.before for r in results])
    moved = [r for r in results if r.moved]
    sure = 1000 * np.array([r.after for r in moved])
    worse = sum(r.after > r.before + r.frame for r in moved)
    return (
        name, len(results), f"{np.median(before):.0f}", f"{np.median(after):.1f}", f"{np.percentile(after, 95):.0f}",
        f"{len(moved) / len(results):.0%}", f"{np.median(sure):.1f}" if moved else "–",
        f"{np.percentile(sure, 95):.0f}" if moved else "–", worse,
    )  # fmt: skip


def real(folder: Path) -> None:
    """Print what becomes of real films whose sound is shifted, and of sound under the picture of another film."""
    host = Host.discover()
    names = ("picture", "motion", "sound", "speech")
    paths = sorted(folder.glob("*.mp4"))
    seen = {p: observed(p, FOLDER / "real" / f"{p.stem}.v2a", host, names) for p in paths}
    print("\nThe sound of real films shifted; it counts as in sync as it was recorded.\n")
    rows = []
    for path in (p for p in paths if seen[p].onsets):
        for one in trials(path.stem, path, seen[path]):
            found = one.found
            what = f"{1000 * one.shift:+.0f} ms" if not one.drift else f"{100 * one.drift:+.0f} %"
            done = "abstained" if found.abstained else "moved" if found.moves else "in sync"
            figure = "–" if found.abstained else f"{1000 * found.lag:+.0f} ± {1000 * found.uncertainty:.0f}"
            left = "–" if found.abstained else f"{1000 * one.left:.0f}"
            rows.append((one.name, what, done, figure, left, "yes" if one.worse else ""))
    machine.table(("film", "shifted", "what was done", "told, ms", "off after, ms", "worse by a frame"), rows)
    print(
        f"\nThe sound of each, turned round by {TURNS} parts of its length, under the pictures of the others:"
    )
    for reach in REACHES:
        tried, moved = strangers(list(seen.values()), reach)
        print(f"looked for up to {reach:g} s: {moved} of {tried} moved ({moved / tried:.1%}).")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--count", type=int, default=100, help="clips of each kind")
    ask.add_argument("--each", type=int, default=1, help="films of each act, camera and rate")
    ask.add_argument("--clips", type=Path, help="a folder of real films with sound")
    ask.add_argument("--half", choices=("tuning", "held-out"), default="held-out")
    asked = ask.parse_args()
    print(f"Sound beside its picture, {asked.half} films, on {machine.name()}\n")
    shown = [f for f in films(asked.half, asked.each) if f.truth.strikes and f.truth.reel.act not in BESIDES]
    draws = np.random.default_rng(6)
    rows = []
    for seconds in (10.0, 30.0):
        given = clips(shown, seconds, asked.count, int(seconds))
        rows.append(row(f"{seconds:g} s, late or early, drifting", tried(given, draws, (0.1, 0.3), 0.01)))
    rows.append(
        row("one moment, late or early", tried(singles(shown, asked.count, 1), draws, (0.1, 0.3), 0.0))
    )
    still = tried(clips(shown, 10.0, asked.count, 7), draws, (0.0, 0.0), 0.0)
    rows.append(row("10 s, in sync", still))
    titles = (
        "sound",
        "clips",
        "before, ms",
        "after, ms",
        "95 %",
        "moved",
        "of moved",
        "95 %",
        "worse by a frame",
    )
    machine.table(titles, rows)
    share = sum(r.furthest <= 0.005 for r in still) / len(still)
    print(f"\nIn sync: {share:.1%} moved by at most 5 ms.")
    others = list(clips(shown, 10.0, asked.count, 8))
    for reach in REACHES:
        print(
            f"Sound of another clip, looked for up to {reach:g} s: {unrelated(others, reach):.1%} left alone."
        )
    if asked.clips is not None:
        real(asked.clips)


if __name__ == "__main__":
    main()
