"""The clock of a film: the exact times of its frames."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.builtin.observers.driving import video

NTSC = Fraction(30_000, 1001)


@pytest.mark.parametrize("number", [0, 1, 17, 299])
def test_a_frame_has_its_exact_time(number):
    film = video(Fraction(300) / NTSC, NTSC)
    assert film.frame_time(float(number / NTSC)) == number / NTSC


def test_times_beside_the_frames_are_kept_where_they_are():
    film = video(Fraction(10), Fraction(25), variable=True)
    assert film.frame_time(1.0317) == Fraction(10317, 10000)
    assert replace(film, variable=False).frame_time(1.06) == Fraction(106, 100)


def test_no_frame_lies_outside_the_film():
    film = video(Fraction(10), Fraction(25))
    assert film.frame_time(-0.5) == 0
    assert film.frame_time(10.04) == 10
