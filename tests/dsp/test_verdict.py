"""Loudness rules: what passes, what fails, and what would mend it."""

import pytest

from v2a.dsp.specs import spec
from v2a.dsp.verdict import verdict
from v2a.model import Loudness


def reading(integrated=-23.0, short=-20.0, momentary=-18.0, peak=-3.0):
    return Loudness(integrated, 5.0, momentary, short, peak)


def failing(name, measured, spoken=None):
    return {c.measure: c.change for c in verdict(spec(name), measured, spoken) if not c.holds}


def test_what_keeps_the_rules_passes():
    assert failing("ebu-r128", reading()) == {}
    assert [c.measure for c in verdict(spec("ebu-r128"), reading())] == ["integrated", "true peak"]


def test_no_rules():
    assert verdict(spec("none"), reading()) == ()


@pytest.mark.parametrize(("level", "holds"), [(-23.5, True), (-23.6, False), (-22.5, True), (-22.4, False)])
def test_a_tolerance_ends_where_it_says(level, holds):
    assert (failing("ebu-r128", reading(level)) == {}) is holds


def test_what_to_change():
    assert failing("ebu-r128", reading(-20.0)) == {"integrated": "lower it by 3.0 dB"}
    assert failing("ebu-r128", reading(-26.0, peak=-9.0)) == {"integrated": "raise it by 3.0 dB"}
    loud = failing("youtube", reading(-20.0, peak=-2.0))
    assert loud == {"integrated": "raise it by 6.0 dB and limit: peaks then go 5.0 dB over -1 dBTP"}
    assert failing("ebu-r128", reading(peak=0.4)) == {"true peak": "limit to -1 dBTP, or lower it by 1.4 dB"}
    assert failing("ebu-r128-s1", reading(short=-16.5)) == {
        "highest short-term": "lower the loudest passage by 1.5 dB"
    }


def test_dialogue_is_measured_where_there_is_some():
    assert failing("netflix", reading(-20.0), spoken=-27.5) == {}
    assert set(failing("netflix", reading(-24.5), spoken=-20.0)) == {"dialogue"}
    assert failing("netflix", reading(-24.5)) == {}


def test_silence_passes_no_level():
    silent = Loudness(None, None, None, None, None)
    assert failing("ebu-r128", silent) == {"integrated": "there is nothing to hear"}
