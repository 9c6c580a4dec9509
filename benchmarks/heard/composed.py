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


def piece(seed: int, seconds: float = 40.0) -> Song:
    """A piece; its beats end three seconds before it does, where its last chord rings."""
    rng = np.random.default_rng([seed, 41])
    prompt = _BRIEFS[seed % len(_BRIEFS)]
    meter = 3 if "waltz" in prompt else 4
    tempo = TempoMap.even(float(rng.uniform(70, 140)), meter=Meter(meter, 4))
    wanted = request(seconds, kind="mx", prompt=prompt, seed=seed)
    wanted = replace(wanted, timing=Timing(tempo))
    (composer,) = v2a_composer.v2a_generators()
    made = next(iter(as_maker(composer.open(v2a.Bench()))([wanted])))
    inside = v2a.Span(Fraction(0), Fraction(seconds) - 3)
    beats, firsts = (
        np.array([float(t) for t in each]) for each in (tempo.beats(inside), tempo.downbeats(inside))
    )
    return Song(
        made.sound.samples.mean(axis=0), tempo.marks[0].bpm, beats, firsts, meter, (), prompt, rings=False
    )
