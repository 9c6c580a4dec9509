"""Notes that are struck and then softer: one note each, and an expression that falls behind the stroke."""

from dataclasses import replace
from fractions import Fraction

import mido
import pytest

from v2a.media import midi
from v2a.model import Eased, Note, Score, TempoMap, Voice

EVEN = TempoMap.even(60)
TICKS = 960


def track(tmp_path, *notes):
    voice = Voice("Horns", "brass", 60, notes)
    midi.write_score(tmp_path / "x.mid", Score(EVEN, (voice,)), Fraction(20), click_bars=0)
    return mido.MidiFile(tmp_path / "x.mid").tracks[1]


def told(track):
    """The notes as pitch, start and end in seconds, and the expression as time and value."""
    now, begun, notes, course = 0, {}, [], []
    for message in track:
        now += message.time
        if message.type == "note_on":
            begun[message.note] = now
        elif message.type == "note_off":
            notes.append((message.note, begun.pop(message.note) / TICKS, round(now / TICKS, 3)))
        elif message.type == "control_change" and message.control == 11:
            course.append((round(now / TICKS, 3), message.value))
    return sorted(notes, key=lambda n: (n[1], n[0])), course


def hit(time, length=1.2, pitch=60):
    return Note(time, length, pitch, 100, Eased(0.11, 60))


def test_a_hit_is_one_note_whose_expression_falls_and_is_back_with_the_next(tmp_path):
    notes, course = told(track(tmp_path, hit(2.0), Note(4.0, 1.0, 62, 70)))
    assert notes == [(60, 2.0, 3.2), (62, 4.0, 5.0)]
    assert course[0] == (0, 127) and course[-1] == (4.0, 127)
    times, values = zip(*course[1:-1])
    assert times[0] > 2.05 and times[-1] == 2.11
    assert list(values) == sorted(values, reverse=True)
    assert values[-1] == round(127 * 0.6)


def test_a_chord_that_is_struck_falls_together(tmp_path):
    chord = [hit(2.0, pitch=pitch) for pitch in (60, 64, 67)]
    notes, course = told(track(tmp_path, *chord))
    assert notes == [(p, 2.0, 3.2) for p in (60, 64, 67)]
    assert course[-1] == (2.11, 76)


@pytest.mark.parametrize("other", [Note(1.0, 3.0, 67, 60), Note(2.11, 3.0, 67, 60)])
def test_where_another_note_of_the_channel_sounds_on_a_hit_is_its_stroke_and_nothing_falls(tmp_path, other):
    notes, course = told(track(tmp_path, *sorted((hit(2.0), other), key=lambda n: n.time)))
    assert (60, 2.0, 2.11) in notes
    assert course == []


def test_a_hit_ends_where_another_note_begins_a_while_behind_it(tmp_path):
    notes, course = told(track(tmp_path, hit(2.0), Note(3.0, 3.0, 67, 60)))
    assert notes == [(60, 2.0, 3.0), (67, 3.0, 6.0)]
    assert course[-1] == (3.0, 127)


def test_without_eased_notes_a_track_has_no_expression(tmp_path):
    plain = replace(hit(2.0), eased=None)
    assert told(track(tmp_path, plain)) == ([(60, 2.0, 3.2)], [])
