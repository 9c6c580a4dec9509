"""All sounds, as data: which phrases name them and which module makes them. A new sound is a line here and a function."""

from __future__ import annotations

from v2a_foley.wants import Quality
from v2a_foley.words import Known

FOLEY: tuple[Known, ...] = (
    Known(
        "footsteps",
        "steps",
        ("footsteps", "footstep", "steps", "walking", "running", "walk", "run", "footfalls"),
        "train",
        1.8,
    ),
    Known(
        "impact",
        "strike",
        (
            "impact",
            "hit",
            "thud",
            "bang",
            "knock over",
            "bump",
            "thump",
            "collision",
            "crash",
            "punch",
            "drop",
            "tap",
        ),
    ),
    Known(
        "bell", "strike", ("bell", "church bell", "chime", "gong", "ding"), start=Quality(material="metal")
    ),
    Known(
        "knock",
        "strike",
        ("knock", "door knock", "knocking on door", "knocking"),
        "train",
        4.0,
        start=Quality(material="wood"),
    ),
    Known("hammer", "strike", ("hammer", "hammering", "hammer nail"), "train", 1.7),
)

ATMOS: tuple[Known, ...] = (
    Known("rain", "rain", ("rain", "rainfall", "drizzle", "downpour", "rainstorm")),
    Known("wind", "wind", ("wind", "breeze", "gale", "windy", "howling wind")),
)
