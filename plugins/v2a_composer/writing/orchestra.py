"""The players: program, range and character of every instrument that the composer writes for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Touch = Literal["held", "struck", "drums"]


@dataclass(frozen=True)
class Chair:
    """Who plays: the name on the track, the section, the General MIDI program and the range that is written for.

    `touch` says how a note lives: `held` as long as it is written, or `struck` and dying away. `spread` is how far apart
    in seconds the notes of a chord are. `force` balances it against the others, `bright` says how bright it sounds, from 0 to 1.
    `players` is how many notes it has at once; nought is as many as are written.
    """

    key: str
    name: str
    section: str
    program: int
    low: int
    high: int
    touch: Touch = "held"
    spread: float = 0.0
    force: float = 1.0
    bright: float = 0.5
    sings: float = 0.0
    players: int = 0

    @property
    def middle(self) -> float:
        """Where it sings best: where that is said, else a little above the middle of its range."""
        return self.sings or self.low + 0.55 * (self.high - self.low)

    def folded(self, pitch: int) -> int:
        """The pitch within the range, octaves away where it must be."""
        while pitch < self.low:
            pitch += 12
        while pitch > self.high:
            pitch -= 12
        return pitch

    @property
    def drums(self) -> bool:
        """Whether its pitches are instruments of the drum map."""
        return self.touch == "drums"


CHAIRS: Mapping[str, Chair] = {
    c.key: c
    for c in (
        Chair("violins1", "Violins I", "strings", 48, 55, 93),
        Chair("violins2", "Violins II", "strings", 48, 55, 86, force=0.92),
        Chair("violas", "Violas", "strings", 48, 48, 79, force=0.92, bright=0.4),
        Chair("cellos", "Cellos", "strings", 48, 36, 69, force=0.95, bright=0.3),
        Chair("basses", "Double basses", "strings", 43, 28, 55, force=0.95, bright=0.2),
        Chair("violin1", "Violin I", "strings", 40, 55, 93, bright=0.6, players=1),
        Chair("violin2", "Violin II", "strings", 40, 55, 86, force=0.9, bright=0.6, players=1),
        Chair("viola", "Viola", "strings", 41, 48, 79, force=0.92, bright=0.4, players=1),
        Chair("cello", "Cello", "strings", 42, 36, 74, bright=0.3, players=1),
        Chair("fiddle", "Fiddle", "strings", 110, 55, 90, bright=0.6, players=1),
        Chair("tremolo", "Tremolo strings", "strings", 44, 43, 88, force=0.85),
        Chair("spiccato", "Short strings", "strings", 48, 36, 79, bright=0.45),
        Chair("pizzicato", "Pizzicato strings", "strings", 45, 36, 84, "struck", force=1.15, sings=69),
        Chair("flute", "Flute", "winds", 73, 60, 94, bright=0.6, players=1),
        Chair("piccolo", "Piccolo", "winds", 72, 74, 102, bright=0.8, players=1),
        Chair("recorder", "Recorder", "winds", 74, 60, 86, bright=0.65, players=1),
        Chair("panflute", "Pan flute", "winds", 75, 60, 91, bright=0.6, players=1),
        Chair("oboe", "Oboe", "winds", 68, 58, 86, force=0.92, bright=0.7, players=1),
        Chair("englishhorn", "English horn", "winds", 69, 52, 81, force=0.92, bright=0.5, players=1),
        Chair("clarinet", "Clarinet", "winds", 71, 50, 86, bright=0.5, players=1),
        Chair("bassoon", "Bassoon", "winds", 70, 34, 69, bright=0.35, players=1),
        Chair("whistle", "Whistle", "winds", 78, 67, 93, force=0.75, bright=0.7, players=1),
        Chair("sax", "Tenor saxophone", "winds", 66, 44, 76, bright=0.6, players=1),
        Chair("altosax", "Alto saxophone", "winds", 65, 49, 81, bright=0.65, players=1),
        Chair("harmonica", "Harmonica", "winds", 22, 60, 89, force=0.85, bright=0.7, players=2),
        Chair("bagpipe", "Bagpipe", "winds", 109, 58, 81, force=0.75, bright=0.8, players=1),
        Chair("horns", "Horns", "brass", 60, 41, 77, bright=0.35, players=4),
        Chair("trumpets", "Trumpets", "brass", 56, 55, 82, force=0.9, bright=0.85, players=3),
        Chair("trombones", "Trombones", "brass", 57, 40, 70, force=0.95, bright=0.5, players=3),
        Chair("tuba", "Tuba", "brass", 58, 29, 55, bright=0.2, players=1),
        Chair("choir", "Choir", "voices", 52, 45, 79, force=0.85),
        Chair("oohs", "Voices", "voices", 53, 48, 79, force=0.85, bright=0.4),
        Chair("piano", "Piano", "keys", 0, 24, 103, "struck", force=1.12, spread=0.007, sings=74),
        Chair("epiano", "Electric piano", "keys", 4, 28, 96, "struck", force=1.1, spread=0.006, sings=71),
        Chair(
            "harpsichord",
            "Harpsichord",
            "keys",
            6,
            29,
            89,
            "struck",
            force=1.1,
            spread=0.008,
            bright=0.8,
            sings=72,
        ),
        Chair("hammond", "Drawbar organ", "keys", 16, 36, 91, force=0.75, sings=70),
        Chair("organ", "Organ", "keys", 19, 36, 91, force=0.7, sings=70),
        Chair("accordion", "Accordion", "keys", 21, 53, 89, force=0.8, bright=0.65),
        Chair("celesta", "Celesta", "mallets", 8, 60, 103, "struck", force=1.1, bright=0.85),
        Chair("glockenspiel", "Glockenspiel", "mallets", 9, 72, 105, "struck", force=0.9, bright=1.0),
        Chair("musicbox", "Music box", "mallets", 10, 60, 98, "struck", force=1.1, bright=0.8),
        Chair("vibraphone", "Vibraphone", "mallets", 11, 53, 89, "struck", force=1.1, bright=0.55),
        Chair("marimba", "Marimba", "mallets", 12, 45, 91, "struck", force=1.12, bright=0.5, sings=71),
        Chair("xylophone", "Xylophone", "mallets", 13, 65, 105, "struck", force=1.05, bright=0.9),
        Chair("steeldrums", "Steel drums", "mallets", 114, 52, 86, "struck", force=1.05, bright=0.7),
        Chair("tubularbells", "Tubular bells", "mallets", 14, 60, 77, "struck", force=0.9, bright=0.7),
        Chair("kalimba", "Kalimba", "mallets", 108, 55, 91, "struck", force=1.15, bright=0.6),
        Chair("harp", "Harp", "plucked", 46, 28, 98, "struck", force=1.15, spread=0.035, sings=72),
        Chair("guitar", "Nylon guitar", "plucked", 24, 40, 83, "struck", force=1.12, spread=0.018, sings=67),
        Chair(
            "steelguitar",
            "Steel guitar",
            "plucked",
            25,
            40,
            83,
            "struck",
            force=1.08,
            spread=0.016,
            bright=0.65,
            sings=67,
        ),
        Chair("ukulele", "Ukulele", "plucked", 24, 55, 84, "struck", force=1.12, spread=0.014, bright=0.65),
        Chair("banjo", "Banjo", "plucked", 105, 48, 84, "struck", force=0.95, spread=0.012, bright=0.8),
        Chair("sitar", "Sitar", "plucked", 104, 48, 79, "struck", force=1.0, bright=0.75),
        Chair("koto", "Koto", "plucked", 107, 48, 86, "struck", force=1.08, bright=0.7),
        Chair("dulcimer", "Dulcimer", "plucked", 15, 55, 86, "struck", force=1.05, bright=0.7),
        Chair(
            "cleanguitar",
            "Electric guitar",
            "plucked",
            27,
            40,
            86,
            "struck",
            force=1.05,
            spread=0.012,
            bright=0.6,
            sings=66,
        ),
        Chair("drive", "Overdriven guitar", "plucked", 29, 40, 84, spread=0.006, force=0.7, bright=0.8),
        Chair("acousticbass", "Acoustic bass", "bass", 32, 28, 55, "struck", force=1.12, bright=0.2),
        Chair("electricbass", "Electric bass", "bass", 33, 28, 55, "struck", bright=0.25),
        Chair("synthbass", "Synth bass", "bass", 38, 28, 55, force=0.85, bright=0.3),
        Chair("pad", "Warm pad", "synths", 89, 36, 84, force=0.85, bright=0.3),
        Chair("glass", "Glass pad", "synths", 88, 48, 91, force=0.7, bright=0.6),
        Chair("halo", "Halo pad", "synths", 94, 43, 86, force=0.75, bright=0.5),
        Chair("lead", "Synth lead", "synths", 81, 48, 91, force=0.6, bright=0.85),
        Chair("pluck", "Synth pluck", "synths", 80, 43, 91, force=0.55, bright=0.75),
        Chair("crystal", "Crystal", "synths", 98, 60, 96, "struck", force=1.0, bright=0.85),
        Chair("timpani", "Timpani", "percussion", 47, 38, 57, "struck", force=1.1, bright=0.2),
        Chair("taiko", "Taiko", "percussion", 116, 36, 60, "struck", bright=0.2),
        Chair("kit", "Drum kit", "percussion", 0, 35, 81, "drums"),
        Chair("orchestral", "Orchestral percussion", "percussion", 48, 35, 81, "drums", force=0.9),
        Chair("hand", "Hand percussion", "percussion", 0, 35, 82, "drums", force=0.95),
        Chair("machine", "Drum machine", "percussion", 25, 35, 81, "drums", force=0.85),
        Chair("brushes", "Brushes", "percussion", 40, 35, 81, "drums", force=0.95),
    )
}
