"""What a trained listener hears in each procedural sound: the share of seeds with a wanted tag among the first three.

python benchmarks/ears.py --ears FOLDER [--seeds 1000:1020] [--only WORD ...] [--keep FOLDER]

FOLDER (or $V2A_EARS) holds `yamnet.tflite`, Google's YAMNet (AudioSet's 521 tags, Apache 2.0, takes .975 s of 16 kHz
mono), and its `yamnet_class_map.csv`; it wants `pip install ai-edge-litert soxr`. v2a itself reads neither. A sound is
rendered as a cue of the seconds given in `ears.toml`, at the level at which it is delivered; its tags are the mean
over windows of .975 s that overlap by half. Sounds are tuned on seeds 0 to 19 and reported on seeds 1000 to 1019.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import machine
import numpy as np
import soxr

import v2a
import v2a_foley

RATE, HEARD, WINDOW, HOP = 48_000, 16_000, 15_600, 7_800
FIRST = 3
ASKED = 0.9


@dataclass(frozen=True)
class Sound:
    """A sound to listen to: its kind, prompt, length, wanted tags; `once` for a single stroke of a train."""

    kind: str
    prompt: str
    seconds: float
    wanted: tuple[str, ...]
    once: bool = False
    name: str = ""


class Ears:
    """YAMNet: hears a sound, tells the mean score of each of its tags."""

    def __init__(self, folder: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self.net = Interpreter(model_path=str(folder / "yamnet.tflite"), num_threads=1)
        self.net.allocate_tensors()
        self.entry = self.net.get_input_details()[0]
        self.exit = self.net.get_output_details()[0]["index"]
        with (folder / "yamnet_class_map.csv").open(newline="", encoding="utf-8") as table:
            self.tags = [row["display_name"] for row in csv.DictReader(table)]

    def hear(self, sound: np.ndarray) -> np.ndarray:
        mono = soxr.resample(sound.mean(axis=0), RATE, HEARD).astype(np.float32)
        mono = np.pad(mono, (0, max(0, WINDOW - len(mono))))
        scores = []
        for start in range(0, len(mono) - WINDOW + 1, HOP):
            window = mono[start : start + WINDOW]
            self.net.set_tensor(self.entry["index"], window.reshape(self.entry["shape"]))
            self.net.invoke()
            scores.append(self.net.get_tensor(self.exit).reshape(-1).copy())
        return np.mean(scores, axis=0)


def render(sound: Sound, seed: int) -> np.ndarray | None:
    """The sound as the generator makes it for a cue: channels × samples; none where it knows no such sound."""
    end = v2a.to_seconds(sound.seconds)
    at = min(Fraction(1, 4), end / 3) if sound.kind != "bg" else None
    moments = (v2a.Moment(at, "contact", 0.5, 1.0),) if sound.once and at is not None else ()
    span = v2a.Span(Fraction(0), end)
    request = v2a.Request(
        "ears", sound.kind, sound.prompt, span, end, seed, RATE, 2, sync=at, moments=moments
    )
    generator = next(g for g in v2a_foley.v2a_generators() if sound.kind in g.card.kinds)
    (made,) = generator.open(v2a.Bench())([request])
    return None if isinstance(made, v2a.Failure) else made.sound.samples


def sounds(path: Path) -> list[Sound]:
    """The sounds and their wanted tags, as the data file lists them."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["sound"]
    return [Sound(**{**row, "wanted": tuple(row.get("wanted", ()))}) for row in rows]


def heard(sound: Sound, seeds: range, ears: Ears, keep: Path | None) -> tuple[float, str]:
    """The share of seeds with a wanted tag among the first three, and the tags heard most."""
    unknown = set(sound.wanted) - set(ears.tags)
    if unknown:
        sys.exit(f"{sound.prompt}: no such tag: {', '.join(sorted(unknown))}")
    hits, first = 0, Counter()
    for seed in seeds:
        wave = render(sound, seed)
        if wave is None:
            return 0.0, "not made"
        if keep:
            write(keep / f"{sound.name or sound.prompt} {seed}.wav".replace("/", " "), wave)
        best = [ears.tags[n] for n in np.argsort(-ears.hear(wave))[:FIRST]]
        hits += any(tag in sound.wanted for tag in best)
        first.update(best)
    total = len(seeds)
    return hits / total, "; ".join(f"{tag} {count / total:.0%}" for tag, count in first.most_common(4))


def write(path: Path, wave: np.ndarray) -> None:
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, wave.T, RATE)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--ears", type=Path, default=os.environ.get("V2A_EARS"), help="the folder with YAMNet")
    ask.add_argument("--seeds", default="1000:1020", help="from:to, the end not included")
    ask.add_argument("--only", nargs="*", default=(), help="words of the prompts to listen to")
    ask.add_argument("--keep", type=Path, help="write every sound as WAV into this folder")
    given = ask.parse_args()
    if not given.ears:
        ask.error("--ears FOLDER is needed: v2a brings no listener of its own (see --help)")
    seeds = range(*map(int, given.seeds.split(":")))
    ears = Ears(Path(given.ears))
    print(f"Sounds as tagged by YAMNet, seeds {given.seeds}, on {machine.name()}\n")
    listed = [
        s
        for s in sounds(Path(__file__).with_suffix(".toml"))
        if not given.only or any(word in (s.name or s.prompt) for word in given.only)
    ]
    rows, good = [], 0
    for sound in listed:
        if not sound.wanted:
            rows.append((sound.kind, sound.name or sound.prompt, "no tag of its own", ""))
            continue
        share, tags = heard(sound, seeds, ears, given.keep)
        good += share >= ASKED
        rows.append((sound.kind, sound.name or sound.prompt, f"{share:.0%}", tags))
    machine.table(
        ("kind", "sound", f"wanted tag in the first {FIRST} (asked {ASKED:.0%})", "heard most"), rows
    )
    known = sum(bool(sound.wanted) for sound in listed)
    print(f"\n{good} of {known} classes reach {ASKED:.0%}; YAMNet has no tag for {len(listed) - known} more.")


if __name__ == "__main__":
    main()
