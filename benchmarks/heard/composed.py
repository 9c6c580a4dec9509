"""Pieces by the composer that ships with v2a, played from a soundfont by sections with human timing, at a given tempo."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

import v2a
import v2a_composer
from heard.songs import Song
from v2a.interfaces import as_maker
from v2a.model import Meter, TempoMap, Timing
from v2a.testing import request

_BRIEFS = ("warm piano", "epic trailer drums", "playful pizzicato", "tense pulse", "hopeful strings", "neutral electronic",
           "sad piano waltz", "driving rock")  # fmt: skip
_PIANO = ("slow sad solo piano", "warm solo piano, slow", "calm piano and cello", "melancholic solo piano ballad",
          "hopeful piano, no drums", "lullaby for piano")  # fmt: skip
_ANY = ("slow sad solo piano", "warm piano", "hopeful strings", "lullaby for piano", "calm piano and cello", "folk guitar",
        "epic trailer drums", "playful pizzicato")  # fmt: skip


def piece(seed: int, seconds: float = 40.0) -> Song:
    """A piece of any kind, at 70 to 140 beats a minute."""
    rng = np.random.default_rng([seed, 41])
    return _played(_BRIEFS[seed % len(_BRIEFS)], float(rng.uniform(70, 140)), seed, seconds)


def slow_piano(seed: int, seconds: float = 40.0) -> Song:
    """A piece for piano without drums, at 50 to 84 beats a minute."""
    rng = np.random.default_rng([seed, 43])
    return _played(_PIANO[seed % len(_PIANO)], float(rng.uniform(50, 84)), seed, seconds)


def in_meter(seed: int, meter: Meter, seconds: float = 40.0) -> Song:
    """A piece of any kind in a meter: at 40 to 80 dotted quarters a minute where these are counted, else at 60 to 140 quarters."""
    rng = np.random.default_rng([seed, 47])
    low, high = (40, 80) if meter.pulse > 1 else (60, 140)
    return _played(_ANY[seed % len(_ANY)], float(rng.uniform(low, high)), seed, seconds, meter)


def _played(prompt: str, bpm: float, seed: int, seconds: float, meter: Meter | None = None) -> Song:
    """What the composer makes of a brief; its beats end three seconds before it does, where its last chord rings."""
    meter = meter or Meter(3 if "waltz" in prompt else 4, 4)
    tempo = TempoMap.even(bpm, meter=meter)
    wanted = request(seconds, kind="mx", prompt=prompt, seed=seed)
    wanted = replace(wanted, timing=Timing(tempo))
    (composer,) = v2a_composer.v2a_generators()
    made = next(iter(as_maker(composer.open(v2a.Bench()))([wanted])))
    inside = v2a.Span(Fraction(0), Fraction(seconds) - 3)
    beats, firsts = (
        np.array([float(t) for t in each]) for each in (tempo.beats(inside), tempo.downbeats(inside))
    )
    return Song(
        made.sound.samples.mean(axis=0),
        tempo.marks[0].bpm,
        beats,
        firsts,
        meter.counted,
        (),
        prompt,
        rings=False,
    )
