"""The loudness rules of deliveries, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from v2a.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Spec:
    """A delivery's loudness (LUFS) with its tolerance (LU), its true-peak ceiling (dBTP), and what is measured.

    `without_dialogue` is the loudness of the programme where a spec measures dialogue and less than `least_dialogue` of
    it, 0 to 1, is speech. Of two short limits one is judged: the short-term one, or what lasts under three seconds by its
    momentary one.
    """

    name: str
    about: str
    loudness: float | None
    ceiling: float | None
    tolerance: float = 1.0
    measured: Literal["programme", "dialogue"] = "programme"
    momentary_max: float | None = None
    short_term_max: float | None = None
    without_dialogue: float = -24.0
    least_dialogue: float = 0.15


SPECS: tuple[Spec, ...] = (
    Spec("none", "No target: production sound passes at unity", None, None),
    Spec("ebu-r128", "EBU R 128, broadcast", -23.0, -1.0, 0.5),
    Spec("ebu-r128-s1", "EBU R 128 s1, short-form broadcast", -23.0, -1.0, 0.5, "programme", -15.0, -18.0),
    Spec("atsc-a85", "ATSC A/85, broadcast in North America", -24.0, -2.0, 2.0),
    Spec(
        "netflix",
        "Dialogue-anchored -27, an estimate: the gate is a speech detector, not Dolby's",
        -27.0,
        -2.0,
        2.0,
        "dialogue",
    ),
    Spec("youtube", "YouTube, unofficial", -14.0, -1.0),
    Spec("spotify", "Spotify", -14.0, -1.0),
    Spec("apple", "Apple, Sound Check", -16.0, -1.0),
    Spec("podcast", "Podcasts", -16.0, -1.0),
)


def spec(name: str) -> Spec:
    """The spec of that name."""
    found = next((s for s in SPECS if s.name == name), None)
    if found is None:
        raise UnknownName(
            f"no loudness spec is called {name!r}", remedy=f"There are: {', '.join(s.name for s in SPECS)}."
        )
    return found
