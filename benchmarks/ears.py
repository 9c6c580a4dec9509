"""What a trained listener hears in each procedural sound: the share of seeds with a wanted tag among the first three.

python benchmarks/ears.py --ears FOLDER [--seeds 1000:1020] [--kind bg fo fx] [--only WORD ...] [--keep FOLDER]
python benchmarks/ears.py --ears FOLDER --recordings FILE ...

FOLDER (or $V2A_EARS) holds `yamnet.tflite`, Google's YAMNet (AudioSet's 521 tags, Apache 2.0, takes .975 s of 16 kHz
mono), and its `yamnet_class_map.csv`; it wants `pip install ai-edge-litert soxr`. v2a itself reads neither. A sound is
rendered as a cue of the seconds given in `ears.toml`, at the level at which it is delivered; its tags are the mean
over windows of .975 s that overlap by half. What is not a background is heard twice: alone in digital silence, and in
place, as a mix gives it: in the room that `ears.toml` names, a metre from the microphone, over the noise floor of a quiet
recording (white, -60 dBFS), as every recording that YAMNet learnt from has both. Tags that name the place and not the sound
("Inside, small room", "Silence" …) are passed over there. Sounds are tuned on other seeds and reported on seeds 1000 to 1019. `--recordings` tells what is heard in
recordings, likewise: a class of which it knows no recording either is `unheard` in `ears.toml`, and counts for nothing.
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
from v2a.dsp.rooms import ROOMS, answered, tail, wetness

RATE, HEARD, WINDOW, HOP = 48_000, 16_000, 15_600, 7_800
FIRST = 3
ASKED = 0.9
FLOOR = 10 ** (-60 / 20)
METRES = 1.0
PLACES = ("Inside, ", "Outside, ", "Silence", "Reverberation", "Echo")


@dataclass(frozen=True)
class Sound:
    """A sound to listen to: its kind, prompt, length, wanted tags; `place` is the room it is heard in; `once` for a single
    stroke of a train; `unheard` says how recordings of it are heard, where YAMNet does not know them either.
    """

    kind: str
    prompt: str
    seconds: float
    wanted: tuple[str, ...]
    once: bool = False
    name: str = ""
    unheard: str = ""
    place: str = ""


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
    at = min(Fraction(1, 2), end / 3) if sound.kind != "bg" else None
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


@dataclass(frozen=True)
class Heard:
    """The shares of seeds with a wanted tag among the first three: alone, in place; and the tags heard most."""

    alone: float
    placed: float | None
    most: str


def heard(sound: Sound, seeds: range, ears: Ears, keep: Path | None) -> Heard:
    """What is heard in so many seeds of a sound."""
    unknown = set(sound.wanted) - set(ears.tags)
    if unknown:
        sys.exit(f"{sound.prompt}: no such tag: {', '.join(sorted(unknown))}")
    hits, over, first = 0, 0, Counter()
    single = sound.kind != "bg"
    for seed in seeds:
        wave = render(sound, seed)
        if wave is None:
            return Heard(0.0, 0.0 if single else None, "not made")
        if keep:
            write(keep / f"{sound.name or sound.prompt} {seed}.wav".replace("/", " "), wave)
        best = _best(ears, wave)
        hits += not best.isdisjoint(sound.wanted)
        if single:
            best = _best(ears, placed(wave, sound.place, seed), passed=PLACES)
            over += not best.isdisjoint(sound.wanted)
        first.update(sorted(best))
    total = len(seeds)
    most = "; ".join(f"{tag} {count / total:.0%}" for tag, count in first.most_common(3))
    return Heard(hits / total, over / total if single else None, most)


def placed(wave: np.ndarray, place: str, seed: int) -> np.ndarray:
    """The sound with its room, and the floor of a quiet recording."""
    space = next((room for room in ROOMS if room.name == place), None)
    if space is not None:
        reach = tail(space, RATE).shape[1] - 1
        sent = np.pad(wave.mean(axis=0), (reach, 0)).astype(np.float32)
        wave = wave + wetness(space, METRES) * answered(sent, space, RATE)
    return wave + FLOOR * np.random.default_rng(seed).standard_normal(wave.shape)


def _best(ears: Ears, wave: np.ndarray, passed: tuple[str, ...] = ()) -> set[str]:
    tags = [ears.tags[n] for n in np.argsort(-ears.hear(wave))]
    return set([tag for tag in tags if not tag.startswith(passed)][:FIRST])


def recorded(path: Path, ears: Ears) -> tuple[str, str, str]:
    """The first tags of a recording amid .3 s of silence, alone and over a floor."""
    import soundfile

    sound, rate = soundfile.read(path, always_2d=True)
    wave = np.pad(soxr.resample(sound, rate, RATE).T, ((0, 0), (3 * RATE // 10, 3 * RATE // 10)))
    floor = FLOOR * np.random.default_rng(0).standard_normal(wave.shape)
    return path.stem, *(
        "; ".join(ears.tags[n] for n in np.argsort(-ears.hear(part))[:FIRST]) for part in (wave, wave + floor)
    )


def write(path: Path, wave: np.ndarray) -> None:
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, wave.T, RATE)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--ears", type=Path, default=os.environ.get("V2A_EARS"), help="the folder with YAMNet")
    ask.add_argument("--seeds", default="1000:1020", help="from:to, the end not included")
    ask.add_argument("--only", nargs="*", default=(), help="words of the prompts to listen to")
    ask.add_argument("--kind", nargs="*", default=("bg", "fo", "fx"), help="bg, fo, fx")
    ask.add_argument("--keep", type=Path, help="write every sound as WAV into this folder")
    ask.add_argument("--recordings", type=Path, nargs="*", default=(), help="tell what is heard in these")
    given = ask.parse_args()
    if not given.ears:
        ask.error("--ears FOLDER is needed: v2a brings no listener of its own (see --help)")
    seeds = range(*map(int, given.seeds.split(":")))
    ears = Ears(Path(given.ears))
    if given.recordings:
        machine.table(
            ("recording", "alone", "over a floor"), (recorded(path, ears) for path in given.recordings)
        )
        return
    print(f"Sounds as tagged by YAMNet, seeds {given.seeds}, on {machine.name()}\n")
    listed = [
        s
        for s in sounds(Path(__file__).with_suffix(".toml"))
        if s.kind in given.kind
        and (not given.only or any(word in (s.name or s.prompt) for word in given.only))
    ]
    good: Counter[str] = Counter()
    rows = (row(sound, seeds, ears, given.keep, good) for sound in listed)
    machine.table(("kind", "sound", "alone", "in place", "heard most"), rows)
    known = sum(bool(sound.wanted) and not sound.unheard for sound in listed)
    print(
        f"\nOf {known} classes {good['alone']} reach {ASKED:.0%} alone, {good['either']} alone or in place."
    )


def row(
    sound: Sound, seeds: range, ears: Ears, keep: Path | None, good: Counter[str]
) -> tuple[str, str, str, str, str]:
    """A row of the table; counts what reaches the share that is asked for."""
    name = sound.name or sound.prompt
    if not sound.wanted:
        return sound.kind, name, "no tag of its own", "", ""
    found = heard(sound, seeds, ears, keep)
    if not sound.unheard:
        good["alone"] += found.alone >= ASKED
        good["either"] += max(found.alone, found.placed or 0.0) >= ASKED
    there = "" if found.placed is None else f"{found.placed:.0%}"
    return sound.kind, name, f"{found.alone:.0%}", there, "; ".join(filter(None, (found.most, sound.unheard)))


if __name__ == "__main__":
    main()
