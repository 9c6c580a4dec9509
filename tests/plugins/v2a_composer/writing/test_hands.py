"""Nobody plays more notes at once than there are hands and breath for."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import planned
from v2a_composer.writing.hands import playable
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.scoring import compose
from v2a_composer.writing.sheet import Line
from v2a_composer.writing.staging import Part

CHAIR_OF = {chair.name: chair for chair in CHAIRS.values()}
MARKS = tuple(v2a.Hit(Fraction(t), 10.0, "mark") for t in (9, 23, 37))
SLURRED = 0.06


def most_at_once(notes):
    edges = [(n.time, 1) for n in notes if n.length > SLURRED]
    edges += [(n.time + n.length - SLURRED, -1) for n in notes if n.length > SLURRED]
    count = most = 0
    for _, way in sorted(edges):
        count += way
        most = max(most, count)
    return most


@pytest.mark.parametrize(
    "prompt",
    [
        "solo flute",
        "solo clarinet, sad",
        "solo violin",
        "playful string quartet",
        "playful trailer",
        "jazz for tenor sax",
    ],
)
def test_no_chair_has_more_notes_at_once_than_players_nor_strikes_a_key_twice_at_once(prompt):
    score = compose(replace(planned(prompt, 48, 1), hits=MARKS))
    limited = 0
    for voice in score.voices:
        players = CHAIR_OF[voice.name].players
        if players:
            limited += 1
            assert most_at_once(voice.notes) <= players, voice.name
        keys = defaultdict(list)
        for note in voice.notes:
            keys[note.pitch].append(note.time)
        assert all(b - a > 0.03 for times in keys.values() for a, b in pairwise(times))
    assert limited


@pytest.mark.parametrize("prompt", ["solo flute", "solo violin"])
def test_one_player_still_sounds_every_mark(prompt):
    score = compose(replace(planned(prompt, 48, 1), hits=MARKS))
    for mark in MARKS:
        near = [n for v in score.voices for n in v.notes if 0 <= n.time - float(mark.time) <= 0.085]
        assert near and max(n.velocity for n in near) > 60


def line(chair, role, *notes):
    return Line(Part(CHAIRS[chair], role, ()), [v2a.Note(*note) for note in notes])


def test_who_holds_a_chord_leaves_it_for_a_pulse_and_is_back_with_the_next():
    held = line("viola", "choir", (0.0, 4.0, 60, 60), (4.0, 4.0, 62, 60))
    pulse = line("viola", "pulse", (2.0, 0.2, 60, 70), (2.5, 0.2, 60, 70))
    choir, short = (each.notes for each in playable([held, pulse]))
    assert [n.time for n in short] == [2.0, 2.5]
    assert [(n.time, round(n.length, 2)) for n in choir] == [(0.0, 2.03), (4.0, 4.0)]


def test_a_hit_that_meets_a_tune_is_the_tunes_note_and_one_within_a_note_goes_on_to_its_end():
    tune = line("flute", "melody", (1.0, 2.0, 76, 60), (3.0, 2.0, 77, 60))
    hit = line("flute", "sting", (1.005, 0.5, 72, 110), (4.0, 0.5, 72, 110))
    tunes, hits = (each.notes for each in playable([tune, hit]))
    assert [(n.time, n.pitch, n.velocity) for n in hits] == [(1.005, 76, 110), (4.0, 72, 110)]
    assert [round(n.time + n.length, 3) for n in hits] == [3.0, 5.0]
    assert [(n.time, round(n.length, 2)) for n in tunes] == [(3.0, 1.03)]


def test_brass_has_as_many_notes_as_players():
    chord = line("trumpets", "swell", *((0.0, 2.0, pitch, 60) for pitch in (60, 64, 67, 72)))
    assert [n.pitch for n in playable([chord])[0].notes] == [72, 67, 64]
    piano = line("piano", "figure", *((0.0, 2.0, pitch, 60) for pitch in (60, 64, 67, 72)))
    assert playable([piano]) == [piano]
