from fractions import Fraction

from v2a.dsp.hitpoints import breaths
from v2a.model import Hit, Span


def test_music_breathes_where_scenes_begin_and_after_silence():
    hits = [
        Hit(Fraction(2), 1.0, "cut"),
        Hit(Fraction(20), 10.0),
        Hit(Fraction(22), 10.0),
        Hit(Fraction(40), 1.0, "cut"),
    ]
    sections = [Span(Fraction(0), Fraction(12)), Span(Fraction(12), Fraction(50))]
    assert breaths(hits, sections) == (12, 20)
    assert breaths([], []) == ()
