"""A tempo map that follows music which is there already."""

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import span
from tests.stages.scoring.scenes import music
from v2a.model import Hit, Meter, Music
from v2a.stages.scoring.following import followed


def near(tempo, time):
    """How far a time is from a beat, in seconds."""
    return abs(float(tempo.time(round(tempo.beat(F(time)))) - F(time)))


def test_every_beat_of_the_music_is_a_beat_of_the_map():
    piece = music(12, 40, 93.0, first=0.31)
    found = followed((piece,), span(10, 60), Meter(), ())
    assert all(near(found, beat - 10) < 1e-5 for beat in piece.beats)
    assert found.bpm(F(0)) == pytest.approx(93, abs=0.1)
    assert found.bpm(F(49)) == pytest.approx(93, abs=0.1)


def test_beats_that_were_left_out_are_counted():
    piece = music(0, 20, 120.0)
    holed = Music(piece.span, 1.0, 120.0, (*piece.beats[:10], *piece.beats[13:]))
    found = followed((holed,), span(0, 20), Meter(), ())
    assert all(near(found, beat) < 1e-5 for beat in piece.beats)


def test_two_pieces_of_two_tempi_are_both_followed():
    slow, fast = music(0, 20, 60.0), music(25, 45, 120.0)
    found = followed((slow, fast), span(0, 45), Meter(), ())
    assert all(near(found, beat) < 1e-5 for beat in (*slow.beats, *fast.beats))
    assert found.bpm(F(10)) == pytest.approx(60, abs=0.01)
    assert found.bpm(F(35)) == pytest.approx(120, abs=0.01)


def test_the_downbeat_is_where_the_hits_are():
    piece = music(0, 30, 120.0)
    found = followed((piece,), span(0, 30), Meter(3), (Hit(F("4.5"), 10.0), Hit(F(6), 5.0), Hit(F(1), 9.0)))
    assert found.first(round(found.beat(F("4.5"))))


@pytest.mark.parametrize("pieces", [(), (Music(span(0, 30)),), (music(0, 1.2, 120.0),)])
def test_without_plain_beats_there_is_nothing_to_follow(pieces):
    assert followed(pieces, span(0, 30), Meter(), ()) is None


def test_music_elsewhere_is_not_followed():
    assert followed((music(40, 60, 100.0),), span(0, 30), Meter(), ()) is None
