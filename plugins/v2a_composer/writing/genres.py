"""What a genre means: who plays which role, from which energy on, in which metre and with which figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import v2a


@dataclass(frozen=True)
class Role:
    """A chair that takes a role from an energy on; it plays so many octaves away, and at this share of the force."""

    chair: str
    enters: float = 0.0
    octave: int = 0
    force: float = 1.0


@dataclass(frozen=True)
class Genre:
    """An ensemble and its ways.

    `leads` take the melody in turn. `choir` are up to four chairs from the top down, `swell` chairs that double the
    choir's lines when it grows, `counter` answers the lead. `figures` names the accompaniments, `groove` the pattern of
    the drums, `bassline` the way of the bass, `colour` how often chords get a seventh or ninth, and `song` how much of
    the time there is a melody at all.
    """

    name: str
    leads: tuple[str, ...]
    choir: tuple[Role, ...] = ()
    swell: tuple[Role, ...] = ()
    figure: tuple[Role, ...] = ()
    pulse: tuple[Role, ...] = ()
    bass: tuple[Role, ...] = ()
    counter: tuple[Role, ...] = ()
    drums: tuple[Role, ...] = ()
    figures: tuple[str, ...] = ("broken", "rolling", "wide")
    groove: str = "none"
    bassline: str = "held"
    meter: v2a.Meter = v2a.Meter()
    pace: float = 1.0
    colour: float = 0.15
    song: float = 0.8

    @property
    def lone(self) -> bool:
        """Whether there is nobody to accompany anybody."""
        return not (self.choir or self.figure or self.bass)


_STRINGS = (Role("violins1"), Role("violins2"), Role("violas"), Role("cellos"))
_QUARTET = (Role("violin1"), Role("violin2"), Role("viola"), Role("cello"))

GENRES: Mapping[str, Genre] = {
    g.name: g
    for g in (
        Genre(
            "orchestral", ("violins1", "oboe", "flute", "horns", "cellos", "clarinet"), _STRINGS,
            swell=(Role("horns", 0.62, force=0.9), Role("trombones", 0.8, force=0.9), Role("trumpets", 0.86, 0, 0.85)),
            figure=(Role("harp", 0.25), Role("clarinet", 0.45, force=0.7), Role("pizzicato", 0.35)),
            pulse=(Role("spiccato", 0.5),), bass=(Role("basses", 0.3),),
            counter=(Role("horns", 0.5), Role("bassoon", 0.45), Role("cellos", 0.5)),
            drums=(Role("timpani", 0.6), Role("orchestral", 0.68)), groove="orchestral",
        ),
        Genre(
            "chamber", ("violin1", "clarinet", "piano", "cello", "flute"), _QUARTET,
            figure=(Role("piano", 0.1), Role("harp", 0.55)), bass=(Role("basses", 0.55, force=0.8),),
            counter=(Role("cello", 0.45), Role("clarinet", 0.5)), pulse=(Role("pizzicato", 0.62),),
        ),
        Genre(
            "quartet", ("violin1", "viola", "violin2"), _QUARTET, pulse=(Role("viola", 0.6), Role("violin2", 0.75)),
            counter=(Role("cello", 0.5),), figures=("broken", "rolling"),
        ),
        Genre(
            "piano", ("piano",), figure=(Role("piano"),), bass=(Role("piano", 0.2),), counter=(Role("piano", 0.6),),
            figures=("wide", "rolling", "broken", "alberti", "chords"), bassline="held",
        ),
        Genre(
            "guitar", ("guitar",), figure=(Role("guitar"),), bass=(Role("guitar", 0.1),),
            figures=("picked", "rolling", "strummed"), bassline="held",
        ),
        Genre(
            "ambient", ("piano", "halo", "crystal", "flute"),
            (Role("glass"), Role("pad"), Role("pad"), Role("pad")),
            swell=(Role("oohs", 0.5, force=0.8),), figure=(Role("crystal", 0.3, force=0.75), Role("epiano", 0.2)),
            bass=(Role("pad", 0.2, force=0.9),), figures=("drops", "wide", "broken"), colour=0.5, song=0.5, pace=0.92,
        ),
        Genre(
            "electronic", ("lead", "pluck", "epiano"), (Role("glass", 0.2), Role("pad"), Role("pad"), Role("pad")),
            figure=(Role("pluck", 0.25),), pulse=(Role("pluck", 0.6, force=0.8),), bass=(Role("synthbass", 0.25),),
            counter=(Role("crystal", 0.6),), drums=(Role("machine", 0.4),), figures=("rolling", "ostinato", "gated"),
            groove="machine", bassline="driven", colour=0.3, song=0.55, pace=1.08,
        ),
        Genre(
            "minimal", ("piano", "clarinet", "violin1"), _QUARTET,
            figure=(Role("piano"), Role("marimba", 0.4)), pulse=(Role("marimba", 0.55),), bass=(Role("cello", 0.35),),
            figures=("ostinato", "rolling", "broken"), colour=0.35, song=0.4,
        ),
        Genre(
            "folk", ("fiddle", "steelguitar", "whistle", "accordion"),
            (Role("accordion", 0.5, force=0.7), Role("violas", 0.6), Role("cellos", 0.55)),
            figure=(Role("steelguitar"), Role("banjo", 0.65, force=0.7)), bass=(Role("acousticbass", 0.3),),
            counter=(Role("accordion", 0.55),), drums=(Role("hand", 0.5),), figures=("picked", "strummed", "rolling"),
            groove="hand", bassline="alternating",
        ),
        Genre(
            "jazz", ("sax", "vibraphone", "piano", "cleanguitar"), figure=(Role("piano"),),
            bass=(Role("acousticbass", 0.1),), drums=(Role("brushes", 0.3),), counter=(Role("cleanguitar", 0.6),),
            figures=("comped",), groove="swing", bassline="walking", colour=0.95, pace=1.12,
        ),
        Genre(
            "rock", ("drive", "cleanguitar", "organ"), (Role("organ", 0.45), Role("organ", 0.5), Role("organ", 0.5)),
            figure=(Role("cleanguitar"), Role("drive", 0.5)), bass=(Role("electricbass", 0.1),),
            drums=(Role("kit", 0.3),), figures=("power", "picked"), groove="rock", bassline="driven", pace=1.12, colour=0.05,
        ),
        Genre(
            "trailer", ("horns", "violins1", "trumpets", "choir"), _STRINGS,
            swell=(Role("choir", 0.6), Role("horns", 0.5), Role("trombones", 0.62), Role("trumpets", 0.82, 0, 0.9)),
            figure=(Role("harp", 0.3, force=0.7),), pulse=(Role("spiccato", 0.3),),
            bass=(Role("basses", 0.1), Role("tuba", 0.7, force=0.8)),
            counter=(Role("cellos", 0.45), Role("trumpets", 0.85)),
            drums=(Role("taiko", 0.4), Role("timpani", 0.6), Role("orchestral", 0.62)),
            figures=("ostinato", "broken"), groove="trailer",
        ),
        Genre(
            "hybrid", ("cellos", "horns", "lead", "violins1"),
            (Role("tremolo", 0.25), Role("violins2"), Role("violas"), Role("cellos")),
            swell=(Role("pad", 0.1, force=0.8), Role("horns", 0.65), Role("trombones", 0.75)),
            figure=(Role("piano", 0.2, force=0.75),), pulse=(Role("spiccato", 0.35), Role("pluck", 0.5, force=0.8)),
            bass=(Role("synthbass", 0.3, force=0.8), Role("basses", 0.1)),
            drums=(Role("taiko", 0.5), Role("timpani", 0.72)), figures=("ostinato", "drops"), groove="trailer", song=0.5,
        ),
        Genre(
            "light", ("clarinet", "flute", "marimba", "glockenspiel", "bassoon"),
            (Role("violins2", 0.5), Role("violas", 0.5), Role("cellos", 0.55)),
            figure=(Role("pizzicato"), Role("guitar", 0.5, force=0.8)), bass=(Role("bassoon", 0.2), Role("acousticbass", 0.45)),
            counter=(Role("bassoon", 0.5), Role("flute", 0.55)), drums=(Role("hand", 0.5, force=0.8),),
            figures=("offbeat", "alberti", "broken"), groove="hand", bassline="alternating",
        ),
        Genre(
            "lullaby", ("musicbox", "celesta", "flute"), (Role("oohs", 0.5), Role("violas", 0.35), Role("cellos", 0.4)),
            figure=(Role("harp"), Role("guitar", 0.5)), bass=(Role("cellos", 0.45),), figures=("waltz", "broken", "rolling"),
            meter=v2a.Meter(3, 4), pace=0.95, bassline="held",
        ),
        Genre(
            "waltz", ("violins1", "clarinet", "accordion"), (Role("violins2", 0.3), Role("violas", 0.3), Role("cellos", 0.35)),
            figure=(Role("pizzicato"), Role("harp", 0.5)), bass=(Role("basses", 0.1),), counter=(Role("cellos", 0.5),),
            figures=("waltz",), meter=v2a.Meter(3, 4), pace=1.25, bassline="alternating",
        ),
    )
}  # fmt: skip
