"""How near foley comes to a reference, by strength; whether it stays in sync; and what that costs.

python benchmarks/likeness.py [--seeds 100:104] [--only WORD ...]

The references are rendered: a bell, a thud, a spray and a rattle, each with its onset at a known time. How far a sound is
from one is the root mean square of the differences of their levels in thirds of octaves (100 Hz to 16 kHz, 50 dB deep)
every 20 ms over half a second from the onset on, both under their own loudest; for what lasts, of the levels of the
whole. "nearer" is the share of steps of the strength that bring a sound nearer, or leave it within 0.2 dB. "off" is how far
the attack, where the level first comes within 10 dB of its peak, lies from the sync point at most, with a reference and
without. "cost" is CPU time with a reference over that without.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np
from numpy.typing import NDArray

import v2a
from v2a_foley import Foley

Wave = NDArray[np.float64]
RATE, AT, SYNC = 48_000, 9_600, 24_000
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
STRUCK = (
    "wooden impact",
    "metal clang",
    "glass breaking",
    "door slam",
    "gunshot",
    "splash",
    "switch",
    "thunder",
)
LASTING = ("cloth rustle", "car passing by", "engine", "siren")
DEEP, STEADY = 50.0, 0.2


def references() -> dict[str, Wave]:
    """The rendered recordings, mono, each with its onset at the same sample."""
    rng, time_ = np.random.default_rng(11), np.arange(RATE) / RATE
    modes = ((523, 3, 0.3), (1410, 4, 0.2), (2750, 6, 0.15), (4400, 9, 0.1))
    noise = rng.normal(0, 1, RATE + 1)
    beats = sum(np.roll(np.exp(-time_ * 90), int(n * 0.045 * RATE)) * (time_ >= n * 0.045) for n in range(9))
    sounds = {
        "bell": sum(g * np.exp(-time_ * d) * np.sin(2 * np.pi * f * time_) for f, d, g in modes),
        "thud": 0.8 * np.exp(-time_ * 18) * np.sin(2 * np.pi * 70 * time_)
        + 0.1 * np.exp(-time_ * 60) * noise[1:],
        "spray": 0.3 * np.exp(-time_ * 8) * np.diff(noise),
        "rattle": 0.3 * beats * np.sin(2 * np.pi * 1_900 * time_) * (1 + 0.5 * noise[1:]),
    }
    hush = rng.normal(0, 1e-4, AT + RATE)
    return {name: np.concatenate([hush[:AT], hush[AT:] + wave]) for name, wave in sounds.items()}


def levels(wave: Wave, size: int = 2048, hop: int = 960) -> Wave:
    """Levels in dB in thirds of octaves, frame by frame, under the loudest."""
    pieces = np.lib.stride_tricks.sliding_window_view(wave, size)[::hop] * np.hanning(size)
    power = np.abs(np.fft.rfft(pieces, axis=1)) ** 2
    edges = np.unique(np.round(100 * 2 ** (np.arange(23) / 3) / RATE * size).astype(int))
    found = 10 * np.log10(np.add.reduceat(power, edges, axis=1)[:, :-1] + 1e-12)
    return np.maximum(found - found.max(), -DEEP)


def course(wave: Wave, onset: int) -> Wave:
    """The levels of half a second from a moment before an onset on."""
    padded = np.pad(wave, (2_400, RATE))
    return levels(padded[onset : onset + 2_400 + RATE // 2])


def colour(wave: Wave) -> Wave:
    """The levels of the whole."""
    return levels(wave, len(wave), len(wave))


def late(wave: Wave) -> float:
    """How late the attack is against the sync point, in milliseconds."""
    near = np.abs(wave[SYNC - 960 : SYNC + 1_920])
    return (int(np.argmax(near > 0.316 * near.max())) - 960) / RATE * 1000


@dataclass
class Row:
    """What was measured of one sound: distances by strength, for each reference and seed."""

    prompt: str
    far: list[list[float]]
    off: float
    before: float
    cost: float

    @property
    def nearer(self) -> float:
        """The share of steps that bring it nearer."""
        steps = [b <= a + STEADY for far in self.far for a, b in itertools.pairwise(far)]
        return sum(steps) / len(steps)


def measured(prompt: str, seeds: range, folder: Path) -> Row:
    """One sound near every reference at every strength."""
    make, lasts = Foley().open(v2a.Bench()), prompt in LASTING
    row, spent = Row(prompt, [], 0.0, 0.0, 0.0), {False: 0.0, True: 0.0}
    offs: dict[bool, list[float]] = {False: [0.0], True: [0.0]}
    for (name, wave), seed in itertools.product(references().items(), seeds):
        file = v2a.SoundFile.write(folder / f"{name}.npy", v2a.Audio(np.stack([wave, wave]), RATE))
        whole, far = v2a.Span(Fraction(0), Fraction(2)), list[float]()
        for strength in STRENGTHS:
            near = file if strength else None
            request = v2a.Request("one", "fx", prompt, whole, whole.end, seed, RATE, 2, sync=Fraction(SYNC, RATE),
                                  reference=near, strength=strength)  # fmt: skip
            begun = time.process_time()
            (made,) = make([request])
            spent[near is not None] += time.process_time() - begun
            heard = made.sound.samples.mean(axis=0).astype(np.float64)
            if lasts:
                far.append(apart(colour(heard), colour(wave)))
            else:
                far.append(apart(course(heard, SYNC), course(wave, AT)))
                offs[near is not None].append(abs(late(heard)))
        row.far.append(far)
    row.off, row.before = max(offs[True]), max(offs[False])
    row.cost = spent[True] / (len(STRENGTHS) - 1) / max(spent[False], 1e-9)
    return row


def apart(one: Wave, other: Wave) -> float:
    """The root mean square of the differences, in dB."""
    return float(np.sqrt(np.mean((one - other) ** 2)))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--seeds", default="100:104", metavar="FIRST:LAST")
    options.add_argument("--only", nargs="*", default=[], metavar="WORD")
    given = options.parse_args()
    seeds = range(*map(int, given.seeds.split(":")))
    prompts = [p for p in (*STRUCK, *LASTING) if not given.only or any(w in p for w in given.only)]
    print(f"{machine.name()}; seeds {given.seeds}; four references each\n")
    heads = [f"at {strength:g}" for strength in STRENGTHS]
    print(f"| sound | {' | '.join(heads)} | nearer | off, ms | without | cost |\n|---{'|---' * 9}|")
    with tempfile.TemporaryDirectory() as folder:
        measured(prompts[0], range(1), Path(folder))
        for prompt in prompts:
            row = measured(prompt, seeds, Path(folder))
            means = " | ".join(f"{mean:.1f}" for mean in np.mean(row.far, axis=0))
            off = "– | –" if prompt in LASTING else f"{row.off:.1f} | {row.before:.1f}"
            print(f"| {prompt} | {means} | {row.nearer:.2f} | {off} | {row.cost:.1f} |", flush=True)


if __name__ == "__main__":
    main()
