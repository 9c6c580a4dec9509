"""Tiny recordings under names made of words that are not equally common, and prompts made of the same words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from v2a.media.wave import WaveFormat, header
from v2a_retrieval.words import relatives

RATE = 22_050
_PLACES = [
    "city",
    "forest",
    "house",
    "street",
    "office",
    "garage",
    "kitchen",
    "harbour",
    "factory",
    "school",
    "church",
    "field",
    "cave",
    "desert",
    "farm",
]
_THINGS = [
    "door",
    "gate",
    "window",
    "drawer",
    "chair",
    "table",
    "bottle",
    "glass",
    "cup",
    "plate",
    "hammer",
    "saw",
    "drill",
    "axe",
    "knife",
    "sword",
    "chain",
    "rope",
    "bell",
    "clock",
    "phone",
    "keyboard",
    "switch",
    "button",
    "engine",
    "motor",
    "car",
    "truck",
    "train",
    "boat",
    "plane",
    "helicopter",
    "bicycle",
    "horse",
    "dog",
    "cat",
    "bird",
    "crow",
    "owl",
    "frog",
    "cricket",
    "bee",
    "crowd",
    "child",
    "footstep",
    "boot",
    "cloth",
    "leather",
    "paper",
    "book",
    "page",
    "coin",
    "key",
    "lock",
    "latch",
    "hinge",
    "pipe",
    "barrel",
    "bucket",
    "stone",
    "gravel",
    "sand",
    "snow",
    "ice",
    "mud",
    "grass",
    "leaf",
    "branch",
    "tree",
    "water",
    "stream",
    "river",
    "wave",
    "rain",
    "thunder",
    "wind",
    "fire",
    "torch",
    "spark",
    "explosion",
    "gun",
    "arrow",
    "bow",
    "whip",
    "whoosh",
    "magic",
    "laser",
    "robot",
    "computer",
    "beep",
    "alarm",
    "siren",
    "horn",
    "whistle",
    "drum",
    "string",
    "piano",
    "guitar",
    "voice",
    "breath",
    "cough",
    "laugh",
    "scream",
    "heart",
    "bone",
    "meat",
    "egg",
    "pan",
    "stove",
    "fridge",
    "fan",
    "pump",
    "valve",
    "steam",
    "gear",
    "elevator",
    "escalator",
    "tram",
]
_ACTS = [
    "open",
    "close",
    "slam",
    "hit",
    "drop",
    "break",
    "scrape",
    "drag",
    "roll",
    "slide",
    "squeak",
    "creak",
    "rattle",
    "shake",
    "tap",
    "knock",
    "tear",
    "crush",
    "splash",
    "drip",
    "pour",
    "bubble",
    "burn",
    "crackle",
    "hum",
    "buzz",
    "click",
    "snap",
    "swing",
    "throw",
    "catch",
    "jump",
    "land",
    "run",
    "walk",
    "climb",
    "fall",
    "start",
    "stop",
    "idle",
    "pass",
    "turn",
]
_HOWS = [
    "heavy",
    "light",
    "soft",
    "hard",
    "slow",
    "fast",
    "wet",
    "dry",
    "metal",
    "wooden",
    "plastic",
    "distant",
    "close",
    "big",
    "small",
    "old",
    "rusty",
    "hollow",
]
_MAKERS = ("ABC", "NOX", "MIRA", "TALL", "ROOK")


def render(folder: Path, count: int) -> None:
    """Tiny recordings, no two alike, a thousand to a folder, under names made of words that are not equally common."""
    rng = np.random.default_rng(7)
    layout = WaveFormat(RATE, 1, 2)
    bases = [_base(rng) for _ in range(64)]
    words = [_picked(rng, pool, count) for pool in (_PLACES, _THINGS, _ACTS, _HOWS)]
    for number, (place, thing, act, how) in enumerate(zip(*words)):
        if number % 1000 == 0:
            inside = folder / f"{place} {number // 1000:03}"
            inside.mkdir(parents=True)
        wave = bases[number % 64] * rng.uniform(0.2, 0.9) + rng.normal(0, 0.002, len(bases[number % 64]))
        data = (wave * 32_000).astype("<i2").tobytes()
        name = f"{how.title()} {thing.title()} {act.title()} {place.title()}_{_MAKERS[number % 5]}_{number:06}.wav"
        (inside / name).write_bytes(header(layout, len(data)) + data)


def _base(rng: np.random.Generator) -> np.ndarray:
    length = int(rng.uniform(0.1, 0.35) * RATE)
    time_of = np.arange(length) / RATE
    tone = np.sin(2 * np.pi * rng.uniform(100, 4000) * time_of)
    return (0.5 * tone + 0.5 * rng.uniform(-1, 1, length)) * np.exp(-time_of * rng.uniform(5, 40))


def _picked(rng: np.random.Generator, pool: list[str], count: int) -> list[str]:
    weights = 1 / (np.arange(len(pool)) + 3.0)
    return [pool[n] for n in rng.choice(len(pool), count, p=weights / weights.sum())]


def queries(count: int) -> Iterator[str]:
    """What people ask for: one to three words, common ones more often, some of them in words the library lacks."""
    rng = np.random.default_rng(11)
    for _ in range(count):
        parts = [_picked(rng, pool, 1)[0] for pool in (_HOWS, _THINGS, _ACTS)]
        kept = [w for w, keep in zip(parts, rng.random(3) < (0.5, 1.0, 0.6)) if keep]
        swap = [relatives(w)[0] if relatives(w) and rng.random() < 0.2 else w for w in kept]
        yield " ".join(swap)
