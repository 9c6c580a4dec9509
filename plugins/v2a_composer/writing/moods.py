"""What a mood means in music: mode, harmony, pace, density, register and force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Mood:
    """A way of composing.

    `modes` are drawn from, `harmony` names the family of progressions, `slow` and `fast` bound the tempo in quarter
    notes a minute. `stride` is the usual length of a melody note in seconds, `motion` how busy the accompaniment is and
    `force` how loud it is played, both from 0 to 1. `drive` is how much rhythm there is, `lift` moves the register in
    semitones, `sway` is how much syncopation, `pedal` and `suspense` are how often basses stay and voices hang over,
    `bright` draws bright or dark players. `ends` are the last two chords, each a numeral.
    """

    name: str
    modes: tuple[str, ...]
    harmony: str
    slow: float
    fast: float
    stride: float
    motion: float
    force: float
    drive: float
    lift: int = 0
    sway: float = 0.1
    pedal: float = 0.1
    suspense: float = 0.25
    bright: float = 0.5
    genre: str = "orchestral"
    ends: tuple[tuple[str, str], ...] = (("V", "I"),)


_MINOR = (("V7", "i"), ("iv", "i"), ("bVII", "i"))
_MAJOR = (("V7", "I"), ("IV", "I"), ("Vsus4", "Iadd9"))
_OPEN = (("bII", "i5"), ("iv", "i5"), ("bVI", "i5"))

MOODS: Mapping[str, Mood] = {
    m.name: m
    for m in (
        Mood("neutral", ("dorian", "major"), "dorian", 78, 98, 0.62, 0.45, 0.52, 0.35, genre="chamber",
             ends=(("IV", "i"), ("bVII", "i"), ("V", "i"))),
        Mood("warm", ("major",), "functional", 68, 86, 0.68, 0.5, 0.52, 0.25, -1, suspense=0.4, bright=0.4,
             genre="chamber", ends=_MAJOR),
        Mood("sad", ("minor",), "aeolian", 52, 68, 0.98, 0.3, 0.42, 0.08, -3, suspense=0.5, bright=0.3,
             genre="chamber", ends=_MINOR),
        Mood("hopeful", ("major",), "functional", 88, 112, 0.5, 0.65, 0.62, 0.5, 4, bright=0.65, ends=_MAJOR),
        Mood("playful", ("major", "lydian", "mixolydian"), "playful", 108, 136, 0.3, 0.75, 0.55, 0.6, 8, 0.35,
             suspense=0.05, bright=0.8, genre="light", ends=(("V7", "I"), ("IV", "I"))),
        Mood("tense", ("phrygian", "minor"), "phrygian", 76, 98, 1.1, 0.55, 0.58, 0.6, -9, 0.2, 0.6, 0.3,
             bright=0.25, genre="hybrid", ends=_OPEN),
        Mood("epic", ("minor",), "epic", 86, 112, 0.72, 0.8, 0.88, 0.9, -2, 0.15, 0.2, 0.15, bright=0.5,
             genre="trailer", ends=(("bVII", "I"), ("V", "i"), ("bVII", "i"))),
        Mood("calm", ("major", "lydian"), "still", 56, 70, 1.15, 0.3, 0.38, 0.05, 0, 0.05, 0.35, 0.3,
             bright=0.45, genre="ambient", ends=(("IV", "Iadd9"), ("iiadd9", "I"))),
        Mood("mysterious", ("lydian", "minor"), "chromatic", 62, 80, 0.95, 0.4, 0.44, 0.15, 3, 0.15, 0.4, 0.2,
             bright=0.6, ends=(("II", "I"), ("bVI", "I"))),
        Mood("romantic", ("major",), "functional", 62, 78, 0.75, 0.5, 0.58, 0.15, 0, 0.05, 0.1, 0.55,
             bright=0.4, ends=_MAJOR),
        Mood("dark", ("minor", "phrygian"), "phrygian", 58, 76, 1.25, 0.35, 0.55, 0.3, -10, 0.05, 0.6, 0.3,
             bright=0.15, ends=_OPEN),
        Mood("triumphant", ("major",), "heroic", 98, 120, 0.5, 0.75, 0.86, 0.8, 3, 0.1, 0.1, 0.2, bright=0.75,
             ends=(("V7", "I"), ("bVII", "I"))),
        Mood("melancholic", ("minor", "dorian"), "aeolian", 64, 80, 0.72, 0.45, 0.46, 0.15, -1, suspense=0.45,
             bright=0.35, genre="chamber", ends=_MINOR),
        Mood("dreamy", ("lydian", "major"), "still", 62, 78, 0.8, 0.55, 0.42, 0.1, 5, 0.1, 0.25, 0.3,
             bright=0.65, genre="ambient", ends=(("IV", "Imaj7"), ("II", "Iadd9"))),
        Mood("scary", ("phrygian", "minor"), "chromatic", 66, 92, 0.9, 0.5, 0.66, 0.45, -7, 0.3, 0.5, 0.15,
             bright=0.35, genre="hybrid", ends=_OPEN),
        Mood("action", ("minor", "phrygian"), "epic", 118, 144, 0.45, 0.95, 0.86, 1.0, -3, 0.4, 0.3, 0.1,
             bright=0.55, genre="trailer", ends=(("bVII", "i"), ("V", "i5"))),
        Mood("joyful", ("major",), "functional", 112, 136, 0.34, 0.75, 0.66, 0.65, 5, 0.2, suspense=0.1,
             bright=0.75, ends=(("V7", "I"), ("IV", "I"))),
        Mood("nostalgic", ("major", "mixolydian"), "nostalgic", 70, 88, 0.66, 0.45, 0.46, 0.2, 1, 0.1, 0.15, 0.4,
             bright=0.45, genre="chamber", ends=(("iv", "I"), ("V7", "I"))),
    )
}  # fmt: skip
