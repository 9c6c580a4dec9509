"""What one walks on, as data: how hard it is, how loose, how it gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Hard:
    """Hard ground: its lowest mode in hertz and their seconds, the sole's upper edge in hertz, the heel's click, the
    sole's friction, the floor beneath: how hollow it sounds and its pitch in hertz; and the level of all.
    """

    pitch: float
    ring: float
    edge: float
    click: float
    scuff: float
    hollow: float
    floor: float
    level: float = 1.0


@dataclass(frozen=True)
class Loose:
    """Loose ground: collisions a second under full weight, their band in hertz, how long in seconds and how uneven; the
    ring of stones, the hiss of dust, the seconds it gives way, force between heel and toe, at the toe, the thud below.
    """

    grains: float
    bottom: float
    top: float
    long: float
    rare: float
    stones: float
    hiss: float
    give: float
    between: float
    push: float
    thud: float
    level: float = 1.0


GROUNDS: dict[str, tuple[Hard | None, Loose | None]] = {
    "concrete": (Hard(320, 0.006, 1300, 0.14, 0.0045, 0.05, 137), None),
    "wood": (Hard(271, 0.008, 760, 0.16, 0.006, 0.25, 79), None),
    "metal": (Hard(420, 0.006, 1900, 0.3, 0.005, 0.1, 110), None),
    "gravel": (None, Loose(1270, 1700, 4500, 0.0029, 2.0, 0.27, 0.06, 0.01, 0.06, 0.47, 0.5)),
    "sand": (None, Loose(1000, 500, 2600, 0.003, 2.3, 0.0, 0.35, 0.02, 0.3, 0.65, 0.4)),
    "snow": (None, Loose(900, 350, 1900, 0.004, 2.4, 0.0, 0.3, 0.02, 0.4, 0.7, 0.3)),
    "grass": (None, Loose(900, 400, 3000, 0.003, 2.2, 0.0, 0.3, 0.02, 0.1, 0.6, 0.5)),
    "leaves": (None, Loose(700, 600, 4500, 0.0018, 2.4, 0.05, 0.15, 0.015, 0.4, 0.7, 0.4)),
    "puddle": (Hard(394, 0.004, 1470, 0.1, 0.004, 0.05, 137, 0.4), None),
}
LIKE = {"tin": "metal", "glass": "concrete"}
