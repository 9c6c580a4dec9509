"""What an observer concludes is looked at before it is put to the rest: every number of it, and where it lies."""

from __future__ import annotations

import math
from fractions import Fraction as F

import numpy as np
import pytest

from tests.builtin.planner.films import film
from v2a.errors import PluginContract
from v2a.interfaces import Bench
from v2a.model import Atmosphere, Findings, Moment, Music, Observations, Onset, Scene, Shot, Span, Speech
from v2a.stages.concluding import conclude

FIRST = Span(F(0), F(1))
SEEN = Observations(film(10))
NOT_FINITE = {
    "time": Findings(moments=(Moment(math.nan, "impact", 1.0, 1.0),)),
    "strength": Findings(moments=(Moment(F(1), "impact", math.inf, 1.0),)),
    "confidence": Findings(moments=(Moment(F(1), "impact", 1.0, np.float32(math.nan)),)),
    "x": Findings(moments=(Moment(F(1), "impact", 1.0, 1.0, x=math.nan),)),
    "y": Findings(moments=(Moment(F(1), "impact", 1.0, 1.0, y=-math.inf),)),
    "confidence of a shot": Findings(shots=(Shot(FIRST, confidence=math.nan),)),
    "transition": Findings(shots=(Shot(FIRST, transition=math.nan),)),
    "confidence of a scene": Findings(scenes=(Scene(FIRST, (0,), confidence=math.nan),)),
    "confidence of speech": Findings(speech=(Speech(FIRST, math.nan),)),
    "tempo": Findings(music=(Music(FIRST, 1.0, math.nan),)),
    "beats": Findings(music=(Music(FIRST, 1.0, 120.0, (F(0), math.nan)),)),
    "level": Findings(atmosphere=(Atmosphere(FIRST, -math.inf),)),
    "strength of an onset": Findings(onsets=(Onset(F(1), math.nan),)),
}
OUTSIDE = {
    "late": Findings(moments=(Moment(F(11), "impact", 1.0, 1.0),)),
    "early": Findings(onsets=(Onset(F(-1), 1.0),)),
    "too long": Findings(silence=(Span(F(9), F(11)),)),
    "speech": Findings(speech=(Speech(Span(F(12), F(13))),)),
}


class Concluding:
    """An observer that concludes this."""

    class card:
        name = "odd"

    def __init__(self, found):
        self._found = found

    def conclude(self, bench, so_far):
        return self._found


@pytest.mark.parametrize("name", NOT_FINITE)
def test_no_number_that_is_not_finite_gets_in(name):
    with pytest.raises(PluginContract, match=f"observer odd: gave a {name.split()[0]} that is not finite"):
        conclude(Bench(), Concluding(NOT_FINITE[name]), SEEN)


@pytest.mark.parametrize("name", OUTSIDE)
def test_nothing_outside_the_film_gets_in(name):
    with pytest.raises(PluginContract, match="observer odd: found something outside the film among its"):
        conclude(Bench(), Concluding(OUTSIDE[name]), SEEN)


def test_what_fits_gets_in():
    found = Findings(
        shots=(Shot(FIRST),), music=(Music(FIRST, 0.5, None, (F(1, 2),)),), moments=(Moment(F(10), "cut", 1, 1),)
    )  # fmt: skip
    seen = conclude(Bench(), Concluding(found), SEEN)
    assert (seen.shots, seen.music, seen.moments) == (found.shots, found.music, found.moments)
