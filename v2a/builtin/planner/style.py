"""The style a film is spotted in: what presets set and a user may change."""

from __future__ import annotations

from dataclasses import dataclass

from v2a.interfaces.options import option

MOODS = ("neutral", "tense", "warm", "sad", "hopeful", "playful", "epic")


@dataclass(frozen=True)
class Style:
    """How much of each kind of sound, and in which mood, where the brief does not say."""

    music: bool = option(True, "music where the brief asks for none")
    mood: str = option("neutral", "the mood of music where the brief names none", choices=MOODS)
    music_share: float = option(
        0.5, "how much of a film longer than 90 seconds has music", low=0.0, high=1.0, unit="share"
    )
    foley: float = option(
        1.0, "how many of the moments seen get foley: below 1 the weakest are suggested", low=0.0, high=1.0
    )
    effects: float = option(
        1.0, "how many of the moments seen get effects: below 1 the weakest are suggested", low=0.0, high=1.0
    )
    background_layers: int = option(
        1, "how many layers of background a place gets; 0 for none", low=0, high=3
    )
    cut_accents: bool = option(False, "a whoosh into every cut")
    crossfade: int = option(
        2, "how long the backgrounds of two places cross at a cut", low=0, high=100, unit="frames"
    )
    prelap: int = option(
        0, "how long before the cut the next place is heard (a J cut)", low=0, high=48, unit="frames"
    )
    postlap: int = option(
        0, "how long after the cut the last place is still heard (an L cut)", low=0, high=48, unit="frames"
    )
