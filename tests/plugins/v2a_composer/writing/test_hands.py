"""Nobody plays more notes at once than there are hands and breath for."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import planned
from v2a_composer.writing import performing
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
        "triumphant",
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


def test_a_hit_that_was_struck_makes_way_for_the_tune_and_lasts_as_long_as_what_it_takes_the_place_of():
    hit = line("flute", "sting", (1.0, 0.1, 72, 110), (1.11, 2.0, 72, 50))
    tune = line("flute", "melody", (1.5, 3.0, 76, 60))
    hits, tunes = (each.notes for each in playable([hit, tune]))
    assert [(n.time, round(n.length, 2)) for n in hits] == [(1.0, 0.1), (1.11, 0.42)]
    assert tunes == tune.notes
    last = line("viola", "choir", (1.0, 4.0, 60, 60))
    hits, held = (
        each.notes
        for each in playable(
            [line("viola", "sting", *((n.time, n.length, n.pitch, n.velocity) for n in hit.notes)), last]
        )
    )
    assert not held
    assert round(hits[-1].time + hits[-1].length, 2) == 5.0
    soon = line("flute", "melody", (1.15, 3.0, 76, 60))
    hits, tunes = (each.notes for each in playable([hit, soon]))
    assert not tunes
    assert round(hits[-1].time + hits[-1].length, 2) == 4.15


@pytest.mark.parametrize(("prompt", "seed"), [("solo violin, sad", 4), ("solo flute, calm", 7)])
def test_a_mark_just_before_the_end_leaves_a_lone_player_the_last_note(prompt, seed):
    hits = tuple(v2a.Hit(Fraction(t), 10.0, "mark") for t in ("8.2", "13.38"))
    score = compose(replace(planned(prompt, 20, seed), hits=hits))
    assert max(n.time + n.length for v in score.voices for n in v.notes) > 18


def test_brass_has_as_many_notes_as_players():
    chord = line("trumpets", "swell", *((0.0, 2.0, pitch, 60) for pitch in (60, 64, 67, 72)))
    assert [n.pitch for n in playable([chord])[0].notes] == [72, 67, 64]
    piano = line("piano", "figure", *((0.0, 2.0, pitch, 60) for pitch in (60, 64, 67, 72)))
    assert playable([piano]) == [piano]


def test_a_chord_that_meets_a_hit_is_joined_by_who_was_busy_with_it():
    swell = line("horns", "swell", (1.0, 2.0, 65, 60))
    pitches = (53, 57, 60, 65)
    strokes = [(1.0, 0.085, pitch, 110) for pitch in pitches]
    hit = line("horns", "sting", *strokes, *((1.11, 1.2, pitch, 66) for pitch in pitches))
    other = line("horns", "swell", (1.0, 2.0, 62, 60))
    chord, middle, hits = (each.notes for each in playable([swell, other, hit]))
    assert [(n.time, round(n.length, 2)) for n in chord + middle] == [(1.11, 1.89)] * 2
    left = {n.pitch for n in hits if n.time > 1.1}
    assert len(left) == 2 and 65 not in left


def test_a_lone_run_into_a_hit_gives_the_tune_back_to_the_hit():
    tune = line("cello", "melody", (1.0, 3.0, 60, 60), (4.5, 1.0, 62, 60))
    run = line("cello", "run", (1.6, 0.2, 57, 50), (1.8, 0.2, 59, 50))
    hit = line("cello", "sting", (2.0, 0.085, 62, 110), (2.11, 1.0, 62, 60))
    *_, hits = (each.notes for each in playable([tune, run, hit]))
    assert round(hits[-1].time + hits[-1].length, 2) == 4.0


@pytest.mark.parametrize("prompt", ["triumphant", "big brass fanfare"])
def test_no_chord_of_the_brass_vanishes_where_it_meets_a_hit(prompt, monkeypatch):
    met = []

    def watched(lines, alone=False):
        found = playable(lines, alone)
        for line, played in zip(lines, found):
            if line.part.role == "swell":
                starts = [n for n in line.notes if any(abs(n.time - float(m.time)) < 0.05 for m in marks)]
                met.extend(
                    any(p.pitch == n.pitch and n.time <= p.time < n.time + 0.2 for p in played.notes)
                    for n in starts
                )
        return found

    monkeypatch.setattr(performing, "playable", watched)
    even = v2a.TempoMap.even(96)
    marks = tuple(v2a.Hit(even.time(b), 10.0, "mark") for b in (20, 32, 52, 64, 76, 92))
    for seed in range(60, 64):
        compose(replace(planned(prompt, 64, seed), tempo=even, hits=marks))
    assert met and all(met)
