"""Whether joins are heard: the clicks and the levels of crossfades between random stretches of sound.

    python benchmarks/splices.py [--joins 10000]

The material is v2a's own: backgrounds, music and foley. A join is that of two windows that overlap by half a second to
two: two stretches of one material, from anywhere. Its click is the highest prediction residual at the beginning, middle
and end of the crossfade against the second around it, as a z-score (`endless.py`); over 6 it would be heard. Beside stand
such places of the same material where nothing was done, a hard cut, and the level through crossfades of noise of known
correlation.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import machine
import numpy as np
from endless import RATE, click
from numpy.typing import NDArray

import v2a
import v2a_composer
import v2a_foley
from v2a.dsp.crossfade import across, correlation, place, weights
from v2a.interfaces import as_maker

HEARD = 6.0
SIDE = RATE
SECONDS = 40
MATERIALS: dict[str, tuple[str, tuple[str, ...]]] = {
    "background": ("bg", ("rain", "wind in trees", "city", "crowd murmur", "stream", "room tone")),
    "tonal": ("mx", ("sad piano", "warm strings", "tense music")),
    "foley": ("fo", ("footsteps on gravel", "footsteps on concrete", "cloth rustle")),
}
Wave = NDArray[np.float32]
Join = Callable[[Wave, Wave], "Joined"]


@dataclass(frozen=True, eq=False)
class Joined:
    """The stretch in which one sound becomes another, and where a click might be in it."""

    sound: Wave
    places: tuple[int, ...]


def material(kind: str, prompts: Sequence[str], seed: int) -> list[Wave]:
    """Some seconds of each prompt."""
    generators = [g for m in (v2a_foley, v2a_composer) for g in m.v2a_generators() if kind in g.card.kinds]
    make = as_maker(generators[0].open(v2a.Bench()))
    span = v2a.Span(Fraction(0), Fraction(SECONDS))
    made = []
    for number, prompt in enumerate(prompts):
        request = v2a.Request("splice", kind, prompt, span, span.end, seed + number, RATE, 2)
        (one,) = make([request])
        made.append(np.asarray(one.sound.samples))
    return made


def crossfaded(tail: Wave, head: Wave) -> Joined:
    """As the engine joins windows: half of the overlap, where it shows least."""
    fade = max(1, min(RATE // 2, tail.shape[1] // 2))
    at = place(tail, head, fade)
    return Joined(across(tail, head, fade), (at, at + fade // 2, at + fade))


def cut(tail: Wave, head: Wave) -> Joined:
    """A hard cut in the middle."""
    middle = tail.shape[1] // 2
    return Joined(np.concatenate([tail[:, :middle], head[:, middle:]], axis=1), (middle,))


def untouched(tail: Wave, head: Wave) -> Joined:
    """Nothing is done: the places are those of a crossfade."""
    return Joined(tail, crossfaded(tail, head).places)


def clicks(sounds: Sequence[Wave], join: Join, joins: int, seed: int) -> NDArray[np.float64]:
    """The z-score of each of so many random joins."""
    rng, found = np.random.default_rng(seed), np.zeros(joins)
    for number in range(joins):
        sound = sounds[int(rng.integers(len(sounds)))]
        overlap = int(rng.uniform(0.5, 2.0) * RATE)
        room = sound.shape[1] - overlap - 2 * SIDE
        first, second = (int(rng.integers(SIDE, SIDE + room)) for _ in range(2))
        joined = join(sound[:, first : first + overlap], sound[:, second : second + overlap])
        after = sound[:, second + overlap : second + overlap + SIDE]
        if join is untouched:
            after = sound[:, first + overlap : first + overlap + SIDE]
        whole = np.concatenate([sound[:, first - SIDE : first], joined.sound, after], axis=1).mean(axis=0)
        found[number] = click(whole, [SIDE + at for at in joined.places])
    return found


def levels() -> list[tuple[object, ...]]:
    """How far the level strays through a crossfade of noises that have so much in common."""
    rows: list[tuple[object, ...]] = []
    rng = np.random.default_rng(3)
    for alike in (0.0, 0.5, 1.0):
        first = rng.standard_normal((1, 20 * RATE))
        second = alike * first + np.sqrt(1 - alike**2) * rng.standard_normal(first.shape)
        gains = weights(first.shape[1], correlation(first, second))
        mixed = (first * gains.out + second * gains.into)[0]
        strays = [20 * np.log10(part.std()) for part in np.split(mixed, 40)]
        rows.append((f"{alike:g}", f"{min(strays):+.2f}", f"{max(strays):+.2f}"))
    return rows


def share(found: NDArray[np.float64]) -> str:
    """The share over the threshold with its 95 % interval (Wilson)."""
    n, p, z = len(found), float((found > HEARD).mean()), 1.96
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{p:.2%} ({max(0.0, centre - half):.2%} to {centre + half:.2%})"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--joins", type=int, default=10_000)
    given = ask.parse_args()
    print(f"{given.joins} joins of each way, on {machine.name()}\n")
    each = max(1, given.joins // len(MATERIALS))
    rows = []
    for name, (kind, prompts) in MATERIALS.items():
        sounds = material(kind, prompts, 11)
        for title, join in (("crossfade", crossfaded), ("untouched", untouched), ("hard cut", cut)):
            found = clicks(sounds, join, each if join is not cut else each // 10 + 1, 12)
            rows.append((name, title, len(found), share(found), f"{np.percentile(found, 95):.1f}"))
    machine.table(("material", "join", "joins", "z over 6", "z, 95 %"), rows)
    print("\nLevel through a crossfade, in dB, by correlation:\n")
    machine.table(("correlation", "lowest", "highest"), levels())


if __name__ == "__main__":
    main()
