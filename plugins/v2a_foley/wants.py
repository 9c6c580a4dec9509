"""What is wanted of a sound: parameters that mean something, from the user, from words and from moments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import v2a

if TYPE_CHECKING:
    import numpy as np

MATERIALS = ("", "wood", "metal", "glass", "stone", "plastic", "body", "ceramic")
SURFACES = (
    "",
    "concrete",
    "wood",
    "gravel",
    "grass",
    "snow",
    "sand",
    "metal",
    "puddle",
    "leaves",
    "tin",
    "glass",
)


@dataclass(frozen=True)
class FoleyParams:
    """How a foley sound is; what is left open follows from the words of the prompt and from the moments."""

    material: str = v2a.option("", "what is struck; empty: from the words", choices=MATERIALS)
    surface: str = v2a.option("", "what is walked on; empty: from the words", choices=SURFACES)
    size: float | None = v2a.option(None, "from 0 (tiny) to 1 (huge)", low=0.0, high=1.0)
    force: float | None = v2a.option(None, "from 0 (gentle) to 1 (violent)", low=0.0, high=1.0)
    wetness: float | None = v2a.option(None, "from 0 (dry) to 1 (soaked)", low=0.0, high=1.0)
    distance: float | None = v2a.option(None, "how far away it is", unit="m", low=0.3, high=5000.0)
    speed: float | None = v2a.option(None, "from 0 (slow) to 1 (fast)", low=0.0, high=1.0)
    room: float | None = v2a.option(
        None, "how much of its own space is heard, 0 (dry) to 1", low=0.0, high=1.0
    )


@dataclass(frozen=True)
class AtmosParams:
    """How a background is; what is left open follows from the words of the prompt."""

    surface: str = v2a.option("", "what rain falls on; empty: from the words", choices=SURFACES)
    size: float | None = v2a.option(
        None, "of the space or source, from 0 (small) to 1 (vast)", low=0.0, high=1.0
    )
    force: float | None = v2a.option(None, "from 0 (barely there) to 1 (storm)", low=0.0, high=1.0)
    distance: float | None = v2a.option(
        None, "how far away it is: weaker, duller, more scattered", unit="m", low=0.3, high=5000.0
    )
    speed: float | None = v2a.option(None, "how busy it is, from 0 to 1", low=0.0, high=1.0)


@dataclass(frozen=True)
class Quality:
    """How a sound is, all settled: size, force, wetness, speed and room from 0 to 1, distance in metres."""

    material: str = ""
    surface: str = ""
    size: float = 0.5
    force: float = 0.5
    wetness: float = 0.0
    distance: float = 1.0
    speed: float = 0.5
    room: float = 0.5


@dataclass(frozen=True)
class Want:
    """One sound to make: its quality, its random numbers, its rate, and the seconds there are around its sync point.

    `curve` is what a lasting sound follows: seconds from the sync point and strengths from 0 to 1.
    """

    quality: Quality
    rng: np.random.Generator
    rate: int
    before: float
    after: float
    curve: tuple[tuple[float, float], ...] = ()


_ADJECTIVES: dict[str, dict[str, float | str]] = {
    "heavy": {"force": 0.8, "size": 0.75},
    "hard": {"force": 0.8},
    "loud": {"force": 0.85},
    "violent": {"force": 0.95},
    "strong": {"force": 0.8},
    "thunderous": {"force": 0.95, "size": 0.9},
    "storm": {"force": 1.0},
    "stormy": {"force": 1.0},
    "gale": {"force": 0.95},
    "rough": {"force": 0.85},
    "soft": {"force": 0.2},
    "gentle": {"force": 0.2},
    "light": {"force": 0.25, "size": 0.3},
    "quiet": {"force": 0.2},
    "calm": {"force": 0.2},
    "faint": {"force": 0.15, "distance": 20.0},
    "breeze": {"force": 0.2},
    "drizzle": {"force": 0.15},
    "downpour": {"force": 0.9},
    "distant": {"distance": 60.0},
    "distance": {"distance": 60.0},
    "far": {"distance": 60.0},
    "faraway": {"distance": 120.0},
    "close": {"distance": 0.6},
    "near": {"distance": 0.8},
    "nearby": {"distance": 3.0},
    "small": {"size": 0.25},
    "little": {"size": 0.25},
    "tiny": {"size": 0.1},
    "big": {"size": 0.8},
    "large": {"size": 0.8},
    "huge": {"size": 0.95},
    "giant": {"size": 1.0},
    "fast": {"speed": 0.85},
    "quick": {"speed": 0.8},
    "rapid": {"speed": 0.9},
    "running": {"speed": 0.85},
    "run": {"speed": 0.85},
    "runs": {"speed": 0.85},
    "busy": {"speed": 0.85},
    "slow": {"speed": 0.15},
    "slowly": {"speed": 0.15},
    "sparse": {"speed": 0.2},
    "wet": {"wetness": 0.8},
    "soaked": {"wetness": 1.0},
    "dry": {"wetness": 0.0},
    "wood": {"material": "wood", "surface": "wood"},
    "wooden": {"material": "wood", "surface": "wood"},
    "floorboards": {"surface": "wood"},
    "metal": {"material": "metal", "surface": "metal"},
    "metallic": {"material": "metal", "surface": "metal"},
    "steel": {"material": "metal", "surface": "metal"},
    "iron": {"material": "metal", "surface": "metal"},
    "tin": {"material": "metal", "surface": "tin"},
    "roof": {"surface": "tin"},
    "glass": {"material": "glass", "surface": "glass"},
    "window": {"material": "glass", "surface": "glass"},
    "ceramic": {"material": "ceramic"},
    "porcelain": {"material": "ceramic"},
    "plate": {"material": "ceramic"},
    "vase": {"material": "ceramic"},
    "stone": {"material": "stone", "surface": "concrete"},
    "rock": {"material": "stone", "surface": "concrete"},
    "brick": {"material": "stone"},
    "plastic": {"material": "plastic"},
    "body": {"material": "body"},
    "flesh": {"material": "body"},
    "concrete": {"material": "stone", "surface": "concrete"},
    "pavement": {"surface": "concrete"},
    "asphalt": {"surface": "concrete"},
    "tile": {"surface": "concrete"},
    "tiles": {"surface": "concrete"},
    "gravel": {"surface": "gravel"},
    "pebbles": {"surface": "gravel"},
    "grass": {"surface": "grass"},
    "snow": {"surface": "snow"},
    "sand": {"surface": "sand"},
    "beach": {"surface": "sand"},
    "puddle": {"surface": "puddle", "wetness": 1.0},
    "puddles": {"surface": "puddle", "wetness": 1.0},
    "mud": {"surface": "puddle", "wetness": 0.8},
    "leaves": {"surface": "leaves"},
    "foliage": {"surface": "leaves"},
}


def adjectives() -> Iterable[str]:
    """The words that say how a sound is."""
    return _ADJECTIVES.keys()


def described(words: Iterable[str], start: Quality) -> Quality:
    """The quality that words describe, from a sound's own starting point."""
    found: dict[str, float | str] = {}
    for word in words:
        found.update(_ADJECTIVES.get(word, {}))
    return replace(start, **found)  # type: ignore[arg-type]


def settled(quality: Quality, params: FoleyParams | AtmosParams) -> Quality:
    """The quality with everything that was set explicitly in its place."""
    given = {name: value for name, value in vars(params).items() if value not in (None, "")}
    return replace(quality, **given)
