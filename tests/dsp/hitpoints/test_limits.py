"""What a tempo may be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from v2a.dsp.hitpoints import Limits
from v2a.model import Meter, TempoMap


@pytest.mark.parametrize(
    ("bpm", "meter", "allowed"),
    [(96, "4/4", True), (98.8, "4/4", True), (99.5, "4/4", False), (92, "4/4", False), (96, "3/4", False)],
)
def test_a_map_is_allowed_by_its_meter_and_its_tempo_within_the_drift(bpm, meter, allowed):
    limits = Limits(96, 96, Meter.parse("4/4"), drift=0.03)
    assert limits.allows(TempoMap.even(bpm, meter=Meter.parse(meter))) is allowed


def test_a_single_held_beat_does_not_make_a_map_slow():
    points = [
        (Fraction(0), Fraction(0)),
        (Fraction(8), Fraction(5)),
        (Fraction(9), Fraction(8)),
        (Fraction(17), Fraction(13)),
    ]
    assert Limits(96, 96).allows(TempoMap.through(points))
