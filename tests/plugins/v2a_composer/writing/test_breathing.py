"""Who plays alone breathes between phrases, and does not leave a hole where others would have played on."""

from dataclasses import replace
from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import notes, planned
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.scoring import compose

CHAIR_OF = {chair.name: chair for chair in CHAIRS.values()}
ALONE = [
    "solo flute",
    "solo cello, melancholic",
    "solo violin, sad",
    "lone oboe, mysterious",
    "solo horn",
    "solo flute and cello",
]
BREATH = 0.8
MARKS = tuple(v2a.Hit(Fraction(t), 10.0, "mark") for t in (11, 23, 37))


def rests(score):
    found, end = [], 0.0
    for note in notes(score):
        found += [note.time - end] if note.time > end + 0.05 else []
        end = max(end, note.time + note.length)
    return found


@pytest.mark.parametrize("prompt", ALONE)
@pytest.mark.parametrize("hits", [(), MARKS], ids=["free", "marked"])
def test_no_rest_is_longer_than_a_breath(prompt, hits):
    found = [r for seed in range(4) for r in rests(compose(replace(planned(prompt, 60, seed), hits=hits)))]
    assert max(found) < BREATH
    assert sum(r > 0.3 for r in found) > 8


def test_a_lone_player_begins_with_the_cue_though_its_first_bar_is_cut_short():
    plan = planned("solo flute", 40, 2)
    late = replace(plan, tempo=v2a.TempoMap.even(66, Fraction(5, 2)))
    assert min(n.time for n in notes(compose(late))) < BREATH


def test_what_is_held_on_belongs_to_its_chord_and_lies_within_the_range():
    for seed in range(4):
        for voice in compose(planned("solo clarinet, sad", 60, seed)).voices:
            chair = CHAIR_OF[voice.name]
            assert all(chair.low <= n.pitch <= chair.high for n in voice.notes)
            assert max(n.length for n in voice.notes) < 9


def test_speech_still_silences_whoever_plays_alone():
    speech = (v2a.Speech(v2a.Span(Fraction(20), Fraction(32))),)
    score = compose(planned("solo flute", 60, 1, speech=speech))
    assert not [n for n in notes(score) if n.time + n.length > 20 and n.time < 32 and n.pitch > 61]
