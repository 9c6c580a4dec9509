"""How many breaks of a sound `v2a.dsp.clicks` finds, and how often it marks a sound that is whole.

    python benchmarks/clicks.py [--half held-out] [--seconds 20] [--breaks 6] [--clips FOLDER]

Music is the composer's, effects and backgrounds are those of v2a's foley, half of the prompts and seeds for tuning and half
held out; with --clips the real sound of films. Whole sounds are told by the marks a minute. Then each is broken in places
where it sounds (over -50 dB in 20 ms): `cut` (20 to 300 ms are gone), `loop` (20 to 300 ms come twice), `dropped` (4 to 64
samples are gone), `lost` (2 to 64 samples are nothing), `stray` (1 to 3 samples are off by 2 to 6 times the level around
them) and `step` (the wave is moved by .3 to 1.5 times that level and comes back within 20 ms). Found is what is marked
within 2 ms. Many a cut meets its other side by chance: so beside each share stands that of the breaks that are heard, the
click of which (`endless.py`) is over 6.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np
from endless import click
from numpy.typing import NDArray

import v2a
import v2a_composer
import v2a_foley
from v2a.dsp.clicks import clicks
from v2a.interfaces import as_maker
from v2a.media.probe import probe
from v2a.media.production import production

RATE, APART, NEAR, HEARD = 48_000, 24_000, 0.002, 6.0
KINDS = ("cut", "loop", "dropped", "lost", "stray", "step")
PROMPTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "tuning": {
        "music": ("epic trailer", "sad piano", "tense strings", "jazz trio", "action chase", "folk guitar"),
        "struck": ("hammer on metal", "typewriter", "door slam", "gunshot", "glass clink", "ball bounce"),
        "steps": ("footsteps on gravel", "footsteps on wood", "footsteps on snow"),
        "other": ("rain", "fire", "city", "wind in trees"),
    },
    "held-out": {
        "music": (
            "heroic brass",
            "warm piano",
            "dark drone",
            "funk groove",
            "marching drums",
            "harp lullaby",
        ),
        "struck": (
            "clock ticking",
            "keyboard typing",
            "metal gate",
            "knock on wood",
            "stone drop",
            "anvil hit",
        ),
        "steps": ("footsteps on concrete", "footsteps on leaves", "footsteps on metal"),
        "other": ("stream", "crickets", "crowd murmur", "waves"),
    },
}
SEEDS = {"tuning": 0, "held-out": 1000}
CLIPS = {"tuning": 0, "held-out": 1}
Wave = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Broken:
    """A sound that is broken, and where, in samples."""

    sound: Wave
    places: tuple[int, ...]


def made(family: str, prompt: str, seconds: int, seed: int) -> Wave:
    """What v2a's own generators make of a prompt, in mono."""
    kind = {"music": "mx", "steps": "fo", "struck": "fx"}.get(family, "bg")
    (generator,) = (v2a_composer if kind == "mx" else v2a_foley).v2a_generators()[:1]
    if kind not in generator.card.kinds:
        (generator,) = (g for g in v2a_foley.v2a_generators() if kind in g.card.kinds)
    if family != "struck":
        return played(generator, kind, prompt, seconds, seed)
    strokes = [played(generator, kind, prompt, 2, seed + n) for n in range(seconds // 2)]
    return np.concatenate(strokes)


def played(generator: v2a.Generator, kind: str, prompt: str, seconds: int, seed: int) -> Wave:
    """So many seconds of a prompt."""
    span = v2a.Span(Fraction(0), Fraction(seconds))
    request = v2a.Request("clicks", kind, prompt, span, span.end, seed, RATE, 2)
    (one,) = as_maker(generator.open(v2a.Bench()))([request])
    return np.asarray(one.sound.samples.mean(axis=0), np.float64)


def sounds(half: str, seconds: int, clips: Path | None) -> Iterator[tuple[str, str, Wave]]:
    """Every sound of a half with its family and name."""
    for family, prompts in PROMPTS[half].items():
        for number, prompt in enumerate(prompts):
            yield family, prompt, made(family, prompt, seconds, SEEDS[half] + 10 * number)
    for film in sorted(clips.glob("*.m*"))[CLIPS[half] :: 2] if clips else ():
        sound = real(film)
        if sound is not None:
            yield "real", film.stem, sound


def real(film: Path) -> Wave | None:
    """The sound of a film; none where it has none."""
    video = probe(film)
    if not video.sound:
        return None
    with production(video, RATE) as sound:
        return np.concatenate([block.mean(axis=0) for block in sound]).astype(np.float64)


def broken(sound: Wave, kind: str, breaks: int, seed: int) -> Broken:
    """A sound that is broken in some places, far from each other, at which it sounds."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    parts, places, at = [], [], 0
    for place in _sounding(sound, breaks, rng):
        length = _length(kind, rng)
        here = sound[place - 480 : place + 480]
        level, sign = float(np.sqrt((here**2).mean())), float(rng.choice((-1.0, 1.0)))
        parts.append(sound[at:place])
        places.append(sum(map(len, parts)))
        at = place
        if kind in ("cut", "dropped"):
            at += length
        elif kind == "loop":
            at -= length
        elif kind == "lost":
            parts.append(np.zeros(length))
            at += length
        elif kind == "stray":
            parts.append(sound[place : place + length] + sign * level * rng.uniform(2, 6))
            at += length
        else:
            back = np.cos(np.arange(960) / 960 * np.pi) / 2 + 0.5
            parts.append(sound[place : place + 960] + sign * level * rng.uniform(0.3, 1.5) * back)
            at += 960
    parts.append(sound[at:])
    return Broken(np.concatenate(parts), tuple(places))


def _length(kind: str, rng: np.random.Generator) -> int:
    if kind in ("cut", "loop"):
        return int(rng.uniform(0.02, 0.3) * RATE)
    low = {"dropped": 4, "lost": 2}.get(kind, 1)
    return int(rng.integers(low, 4 if kind == "stray" else 65))


def _sounding(sound: Wave, breaks: int, rng: np.random.Generator) -> list[int]:
    """Places at which a sound is loud enough, half a second from each other and from its ends."""
    frames = sound[: len(sound) // 960 * 960].reshape(-1, 960)
    loud = np.flatnonzero(np.sqrt((frames**2).mean(axis=1)) > 10 ** (-50 / 20)) * 960
    loud = rng.permutation(loud[(loud > APART) & (loud < len(sound) - 2 * APART)])
    chosen: list[int] = []
    for place in loud + rng.integers(0, 960, len(loud)):
        if len(chosen) < breaks and all(abs(place - other) > APART for other in chosen):
            chosen.append(int(place))
    return sorted(chosen)


def marks(sound: Wave) -> NDArray[np.float64]:
    """The clicks that are marked in a sound, which comes in blocks of a second."""
    wave = sound.astype(np.float32)[np.newaxis]
    return clicks((wave[:, n : n + RATE] for n in range(0, len(sound), RATE)), RATE)


def found(of: Broken) -> NDArray[np.bool_]:
    """Which breaks are marked, by their places."""
    times = np.append(marks(of.sound), np.inf)
    return np.array([np.abs(times - place / RATE).min() < NEAR for place in of.places], bool)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--half", choices=tuple(SEEDS), default="held-out")
    ask.add_argument("--seconds", type=int, default=20)
    ask.add_argument("--breaks", type=int, default=6)
    ask.add_argument("--clips", type=Path)
    given = ask.parse_args()
    print(f"The {given.half} half, on {machine.name()}\n")
    minutes: dict[str, list[float]] = {}
    counts: dict[str, list[int]] = {}
    told: dict[tuple[str, str], list[NDArray[np.bool_]]] = {}
    for number, (family, name, sound) in enumerate(sounds(given.half, given.seconds, given.clips)):
        counts.setdefault(family, []).append(len(marks(sound)))
        minutes.setdefault(family, []).append(len(sound) / RATE / 60)
        print(f"{family}, {name}: {counts[family][-1]} marks", flush=True)
        for kind in KINDS:
            of = broken(sound, kind, given.breaks, number)
            heard = np.array([click(of.sound, [place]) > HEARD for place in of.places], bool)
            told.setdefault((family, kind), []).append(np.stack([found(of), heard]))
    print()
    rows = [
        (
            family,
            f"{sum(counts[family]) / sum(minutes[family]):.1f}",
            *(shares(told[family, k]) for k in KINDS),
        )
        for family in counts
    ]
    machine.table(("sound", "marks a minute", *KINDS), rows)


def shares(told: list[NDArray[np.bool_]]) -> str:
    """The share of breaks that is found, of all and of those that are heard."""
    hit, heard = np.concatenate(told, axis=1)
    return f"{hit.mean():.0%} / {hit[heard].mean():.0%}" if heard.any() else f"{hit.mean():.0%}"


if __name__ == "__main__":
    main()
