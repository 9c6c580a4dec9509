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
    """Loose ground: its grains, their hiss, the foot's weight on them, the dull thud below; and the level of all."""

    grains: Grains
    hiss: Hiss
    press: Press
    thud: Part
    level: float = 1.0


GROUNDS: dict[str, tuple[Hard | None, Loose | None]] = {
    "concrete": (
        Hard(213, 0.0049, 529, 0.0503, 0.00496, Part(0.16, 0.145, 121), Part(0.0133, 0.0356, 1470)),
        Loose(
            Grains(162, 1150, 5900, 0.002, 1.37, 0.3, 0.0),
            Hiss(0.0957, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.275, 0.822),
            Part(0.0, 0.035, 200),
            0.0483,
        ),
    ),
    "wood": (
        Hard(159, 0.00805, 547, 0.0214, 0.00807, Part(0.341, 0.211, 72.5), Part(0.0164, 0.0257, 3460)),
        Loose(
            Grains(256, 2110, 6900, 0.002, 1.37, 0.3, 0.0),
            Hiss(0.162, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.114, 0.767),
            Part(0.0, 0.035, 200),
            0.0417,
        ),
    ),
    "metal": (
        Hard(186, 0.00366, 522, 0.0293, 0.00653, Part(0.0889, 0.138, 132), Part(0.0163, 0.0251, 1820)),
        Loose(
            Grains(292, 990, 6250, 0.002, 1.69, 0.3, 0.0),
            Hiss(0.065, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.312, 0.814),
            Part(0.0, 0.035, 200),
            0.0811,
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
            Grains(2100, 428, 2120, 0.0028, 2.2, 0.333, 0.00698),
            Hiss(0.229, 113, 2220, 0.114, 0.0274),
            Press(0.0315, 0.42, 0.376, 0.81),
            Part(0.37, 0.0307, 175),
        ),
    ),
    "grass": (
        None,
        Loose(
            Grains(2810, 639, 5340, 0.00271, 1.6, 0.399, 0.00337),
            Hiss(0.424, 1040, 5530, 0.364, 0.0146),
            Press(0.0335, 0.488, 0.0838, 0.664),
            Part(0.403, 0.0368, 106),
        ),
    ),
    "leaves": (
        None,
        Loose(
            Grains(888, 1040, 7100, 0.00194, 1.89, 0.0627, 0.00988),
            Hiss(0.391, 826, 4150, 0.339, 0.015),
            Press(0.0296, 0.465, 0.754, 0.643),
            Part(0.294, 0.03, 123),
        ),
    ),
    "puddle": (
        Hard(240, 0.00341, 3160, 0.269, 0.0154, Part(0.151, 0.113, 161), Part(0.0831, 0.0176, 1330), 0.4),
        Loose(
            Grains(1090, 1100, 3440, 0.002, 1.27, 0.3, 0.0),
            Hiss(0.373, 500, 4000, 0.4, 0.015),
            Press(0.01, 0.16, 0.297, 1.01),
            Part(0.0, 0.035, 200),
            0.0326,
        ),
    ),
}
LIKE = {"tin": "metal", "glass": "concrete"}
PLATE = Body(241, 40, 11.1, 0.193, 0.5, 0.4, plate=True)
PLATE_LEVEL = 0.158
