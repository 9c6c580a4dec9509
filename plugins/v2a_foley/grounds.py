"""What one walks on, as data: how hard it is, how loose, how it gives."""

from __future__ import annotations

from dataclasses import dataclass

from v2a_foley.strike import Body


@dataclass(frozen=True)
class Part:
    """One part of a sound: its level beside the others, how long it lasts in seconds, its pitch or upper edge in hertz."""

    level: float
    seconds: float
    top: float


@dataclass(frozen=True)
class Hard:
    """Hard ground: its lowest mode in hertz and their seconds, the sole's upper edge in hertz, the heel's click, the
    sole's friction, what the floor beneath answers, the dust of the blow; and the level of all.
    """

    pitch: float
    ring: float
    edge: float
    click: float
    scuff: float
    floor: Part
    dust: Part
    level: float = 1.0


@dataclass(frozen=True)
class Grains:
    """Collisions a second under full weight, their band in hertz, how long in seconds, how uneven, how much softer per
    octave the smaller ones are (as a power of the pitch), and the ring of stones.
    """

    number: float
    bottom: float
    top: float
    long: float
    rare: float
    tilt: float = 0.3
    stones: float = 0.0


@dataclass(frozen=True)
class Hiss:
    """The smallest collisions, too many to be told apart: level, band in hertz, how unsteady, and over how many seconds."""

    level: float
    bottom: float
    top: float
    uneven: float
    steady: float


@dataclass(frozen=True)
class Press:
    """How the foot weighs on it: seconds it gives way, the share of the stance over which the heel's weight fades, the
    force between heel and toe and that at the toe, beside the heel's.
    """

    give: float
    sink: float
    between: float
    push: float


@dataclass(frozen=True)
class Loose:
    """Loose ground: its grains, their hiss, the foot's weight on them, the dull thud below, where it is deep; and the
    level of all, which is that of the grit on hard ground."""

    grains: Grains
    hiss: Hiss
    press: Press
    thud: Part | None
    level: float = 1.0


GROUNDS: dict[str, tuple[Hard | None, Loose | None]] = {
    "concrete": (
        Hard(177, 0.00436, 674, 0.0511, 0.00367, Part(0.0985, 0.122, 144), Part(0.0121, 0.0413, 1580)),
        Loose(
            Grains(172, 1350, 6530, 0.002, 1.3, 0.3, 0.0),
            Hiss(0.105, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.264, 0.845),
            None,
            0.0387,
        ),
    ),
    "wood": (
        Hard(170, 0.0047, 520, 0.0256, 0.00647, Part(0.2, 0.187, 80), Part(0.0144, 0.031, 2030)),
        Loose(
            Grains(215, 1590, 6640, 0.002, 1.15, 0.3, 0.0),
            Hiss(0.162, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.121, 0.859),
            None,
            0.0428,
        ),
    ),
    "metal": (
        Hard(189, 0.00439, 447, 0.0279, 0.00528, Part(0.271, 0.124, 96.6), Part(0.0175, 0.0303, 855)),
        Loose(
            Grains(171, 855, 6110, 0.002, 1.05, 0.3, 0.0),
            Hiss(0.102, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.178, 0.559),
            None,
            0.0736,
        ),
    ),
    "gravel": (
        None,
        Loose(
            Grains(1020, 951, 4960, 0.000941, 2.02, 0.443, 0.113),
            Hiss(0.566, 465, 1550, 0.481, 0.0159),
            Press(0.0325, 0.468, 0.327, 0.655),
            Part(0.156, 0.0217, 136),
        ),
    ),
    "sand": (
        None,
        Loose(
            Grains(1320, 516, 2890, 0.00182, 2.17, 0.187, 0.00332),
            Hiss(0.558, 356, 1520, 0.38, 0.00892),
            Press(0.0342, 0.463, 0.346, 0.743),
            Part(0.176, 0.0465, 150),
        ),
    ),
    "snow": (
        None,
        Loose(
            Grains(1850, 444, 2080, 0.00275, 2.29, 0.339, 0.0115),
            Hiss(0.25, 104, 2510, 0.15, 0.0185),
            Press(0.031, 0.54, 0.328, 0.808),
            Part(0.368, 0.0262, 175),
        ),
    ),
    "grass": (
        None,
        Loose(
            Grains(2940, 651, 5780, 0.00255, 1.67, 0.281, 0.00311),
            Hiss(0.437, 948, 5290, 0.448, 0.0125),
            Press(0.0328, 0.64, 0.0982, 0.79),
            Part(0.365, 0.0372, 121),
        ),
    ),
    "leaves": (
        None,
        Loose(
            Grains(792, 924, 6910, 0.00182, 1.7, 0.0396, 0.0113),
            Hiss(0.506, 809, 4120, 0.426, 0.0124),
            Press(0.0319, 0.481, 0.668, 0.638),
            Part(0.163, 0.027, 128),
        ),
    ),
    "puddle": (
        Hard(240, 0.00341, 3160, 0.269, 0.0154, Part(0.151, 0.113, 161), Part(0.0831, 0.0176, 1330), 0.4),
        Loose(
            Grains(1090, 1100, 3440, 0.002, 1.27, 0.3, 0.0),
            Hiss(0.373, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.297, 1.01),
            None,
            0.0326,
        ),
    ),
}
LIKE = {"tin": "metal", "glass": "concrete"}
PLATE = Body(213, 40, 7.0, 0.2, 0.5, 0.4, plate=True)
PLATE_LEVEL = 0.2
