"""How often the best of several candidates is kept: one whole take among takes with known faults.

    python benchmarks/ranking.py [--sets 40] [--seed 1000]

Each set is a cue of 8 s that the generate stage asks candidates for: in one half strokes on moments of the picture, in
the other a background. One candidate is as it was made; each of the others has one fault, as strong as is drawn: it is
late (60 to 250 ms), broken (1 to 4 places at which samples are lost or stray), clipped (3 to 15 dB too loud), breaks off (the
last 25 to 60 %), has a voice in it, or music (6 dB under the sound to 6 over it). Voices need espeak-ng or flite. What the
words of a cue ask for is judged by CLAP only, whose weights cannot be had here: that criterion is not measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np
from heard import voices
from numpy.typing import NDArray

import v2a
import v2a_composer
import v2a_foley
from v2a.builtin.executors import LocalExecutor
from v2a.engine.store import FolderStore
from v2a.host import Host
from v2a.interfaces import StageBench, as_maker
from v2a.model import Moment, Take
from v2a.stages import generate
from v2a.stages.arrange import chosen
from v2a.stages.generate import GenerateInputs, GenerateOptions
from v2a.testing import film

RATE, SECONDS = 48_000, 8
LENGTH = RATE * SECONDS
STROKES = (
    "wood knock",
    "metal hit",
    "door slam",
    "glass clink",
    "punch",
    "stone drop",
    "book drop",
    "hammer",
)
PLACES = ("rain", "wind in trees", "stream", "city", "waves", "forest", "room tone", "crickets")
SOUNDS: dict[int, NDArray[np.float32]] = {}
Wave = NDArray[np.float64]


class Candidates(v2a.Generator):
    """Hands out the candidates of the set that is on, by seed."""

    card = v2a.GeneratorCard("candidates", "1", ("fx", "bg"), v2a.Licence("GPL-3.0-or-later"), channels=1)

    def open(self, bench: v2a.Bench) -> Callable[[v2a.Request], v2a.Audio]:
        """Open the set."""
        return lambda request: v2a.Audio(SOUNDS[request.seed][None], RATE)


@v2a.hookimpl
def v2a_generators() -> list[v2a.Generator]:
    """The candidates of this benchmark."""
    return [Candidates()]


@dataclass(frozen=True, eq=False)
class Cast:
    """A set: the cue, the picture's moments, and the candidates by what is wrong with them."""

    cue: v2a.Cue
    moments: tuple[Moment, ...]
    candidates: dict[str, Wave]


def made(kind: str, prompt: str, seconds: float, seed: int) -> Wave:
    """What v2a's own generators make of a prompt, in mono."""
    generators = [g for m in (v2a_foley, v2a_composer) for g in m.v2a_generators() if kind in g.card.kinds]
    span = v2a.Span(Fraction(0), Fraction(seconds).limit_denominator(1000))
    make = as_maker(generators[0].open(v2a.Bench()))
    (one,) = make([v2a.Request("ranking", kind, prompt, span, span.end, seed, RATE, 2)])
    return np.asarray(one.sound.samples.mean(axis=0), np.float64)


def cast(seed: int) -> Cast:
    """The candidates of a seed."""
    rng = np.random.default_rng(seed)
    strokes = seed % 2 == 0
    prompt = str(rng.choice(STROKES if strokes else PLACES))
    span = v2a.Span(Fraction(0), Fraction(SECONDS))
    kind = "fx" if strokes else "bg"
    times = np.sort(rng.uniform(0.5, SECONDS - 1, 6)) + np.arange(6) * 0.05
    whole = stroked(prompt, times, seed) if strokes else made("bg", prompt, SECONDS, seed)[:LENGTH]
    whole = whole * 0.5 / max(np.abs(whole).max(), 1e-9)
    candidates = {"whole": whole, "broken": broken(whole, rng), "clipped": clipped(whole, rng)}
    candidates["breaks off"] = np.where(np.arange(LENGTH) < LENGTH * rng.uniform(0.4, 0.75), whole, 0.0)
    candidates["with music"] = over(whole, made("mx", "warm piano", SECONDS, seed), rng)
    if strokes:
        candidates["late"] = stroked(prompt, times + rng.uniform(0.06, 0.25), seed) * 0.5
    if voices.available():
        candidates["with a voice"] = over(whole, voices.said(rng, SECONDS - 1.0), rng)
    moments = tuple(
        Moment(Fraction(round(t * 1000), 1000), "impact", 0.8, 0.9) for t in (times if strokes else ())
    )
    return Cast(v2a.Cue("set", kind, span, prompt), moments, candidates)


def stroked(prompt: str, times: NDArray[np.float64], seed: int) -> Wave:
    """A stroke on each time, over a little air."""
    sound = np.random.default_rng(seed).standard_normal(LENGTH) * 0.0007
    for number, time in enumerate(times):
        stroke = made("fx", prompt, 1.0, seed * 10 + number)
        start = round(time * RATE) - int(np.argmax(np.abs(stroke) > 0.25 * np.abs(stroke).max()))
        stroke = stroke[max(0, -start) :]
        part = sound[max(0, start) : max(0, start) + len(stroke)]
        part += stroke[: len(part)]
    return sound


def broken(whole: Wave, rng: np.random.Generator) -> Wave:
    """Samples that are lost, or one that strays, in 1 to 4 places."""
    sound, level = whole.copy(), float(np.sqrt((whole**2).mean()))
    for place in rng.integers(RATE // 2, LENGTH - RATE, int(rng.integers(1, 5))):
        near = sound[place - 200 : place + 200]
        height = max(6 * float(np.sqrt((near**2).mean())), 2 * level)
        sound[place : place + int(rng.integers(1, 4))] += float(rng.choice((-1, 1))) * height
    return sound


def clipped(whole: Wave, rng: np.random.Generator) -> Wave:
    """3 to 15 dB over full scale."""
    return np.clip(whole / np.abs(whole).max() * 10 ** (rng.uniform(3, 15) / 20), -1, 1)


def over(whole: Wave, other: Wave, rng: np.random.Generator) -> Wave:
    """Another sound over the whole one, at a level between 6 dB under and over its own."""
    other = np.pad(other[:LENGTH].astype(np.float64), (0, max(0, LENGTH - len(other))))
    gain = np.sqrt((whole**2).mean() / (other**2).mean()) * 10 ** (rng.uniform(-6, 6) / 20)
    return whole + gain * other


def takes(of: Cast, folder: Path, order: list[str]) -> dict[str, Take]:
    """The takes of a set as the stage makes and marks them, by what is wrong with them."""
    store = FolderStore(folder)
    video = film(60)
    spotting = v2a.SpottingList(video.identity, 1, cues=(of.cue,))
    SOUNDS.clear()
    for number, name in enumerate(order):
        SOUNDS[spotting.seed_of(of.cue, number)] = of.candidates[name].astype(np.float32)
    host = Host([("ranking", sys.modules[__name__], "")])
    bench = StageBench(scratch=store.scratch_folder, stage="generate", store=store, runner=None)
    runner = LocalExecutor().open(bench, 60.0)
    bench = StageBench(scratch=store.scratch_folder, stage="generate", store=store, runner=runner)
    seen = v2a.Observations(video, moments=of.moments)
    options = GenerateOptions(executor="local", candidates=len(order))
    found = generate.run(GenerateInputs(spotting, seen, host), options, bench).takes
    runner.close()
    store.close()
    return {order[take.candidate]: take for take in found}


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--sets", type=int, default=40)
    ask.add_argument("--seed", type=int, default=1000)
    given = ask.parse_args()
    kept, first, scores = [], [], {"whole": []}
    beaten: dict[str, list[bool]] = {}
    for seed in range(given.seed, given.seed + given.sets):
        of = cast(seed)
        order = [str(name) for name in np.random.default_rng(seed + 1).permutation(list(of.candidates))]
        with tempfile.TemporaryDirectory() as folder:
            found = takes(of, Path(folder), order)
            best = chosen(of.cue, tuple(found.values()))
        kept.append(best is not None and order[best.candidate] == "whole")
        first.append(order[0] == "whole")
        for name, take in found.items():
            scores.setdefault(name, []).append(take.score or 0.0)
            if name != "whole":
                beaten.setdefault(name, []).append((take.score or 0.0) < (found["whole"].score or 0.0))
    print(f"{given.sets} sets of {len(scores) - 1} to {len(scores)} candidates, on {machine.name()}\n")
    print(
        f"The whole take is kept in {np.mean(kept):.0%}; the first candidate is it in {np.mean(first):.0%}.\n"
    )
    rows = [
        (
            name,
            len(scores[name]),
            f"{np.mean(beaten[name]):.0%}" if name in beaten else "",
            f"{np.median(scores[name]):.2f}",
        )
        for name in sorted(scores, key=lambda name: (name != "whole", name))
    ]
    machine.table(("candidate", "takes", "ranked under the whole one", "score, median"), rows)


if __name__ == "__main__":
    main()
