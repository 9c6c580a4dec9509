"""The score of a plan: the notes of every part, as voices with their section and program."""

from __future__ import annotations

from dataclasses import dataclass

import v2a
from v2a_composer import score
from v2a_composer.writing.plans import Plan


@dataclass(frozen=True)
class _Player:
    name: str
    section: str
    program: int = 0
    drum: int = 0


_PLAYERS = {
    "piano": _Player("Piano", "keys", 0),
    "guitar": _Player("Guitar", "plucked", 24),
    "bells": _Player("Glockenspiel", "mallets", 9),
    "strings": _Player("Strings", "strings", 48),
    "pad": _Player("Pad", "synths", 89),
    "pulse": _Player("Pulse", "synths", 81),
    "bass": _Player("Bass", "bass", 32),
    "drum": _Player("Drums", "percussion", drum=36),
    "shaker": _Player("Shaker", "percussion", drum=70),
}


def compose(plan: Plan) -> v2a.Score:
    """The whole cue as a score."""
    notes = score.compose(plan)
    voices = []
    for part in dict.fromkeys(n.part for n in notes):
        player = _PLAYERS[part]
        played = tuple(
            v2a.Note(n.time, n.length, player.drum or n.pitch, max(1, round(n.force * 127)))
            for n in notes
            if n.part == part
        )
        voices.append(v2a.Voice(player.name, player.section, player.program, played, bool(player.drum)))
    return v2a.Score(v2a.TempoMap.even(plan.bpm), tuple(voices))
