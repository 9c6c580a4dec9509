"""Loudness rules: what passes, what fails, and what would mend it."""

import pytest

from v2a.dsp.specs import spec
from v2a.dsp.verdict import anchored, verdict
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
    low = reading(-20.0, peak=-0.5)
    assert failing("youtube", low)["true peak"] == "limit to -1 dBTP"
    hot = reading(-20.0, peak=1.5)
    assert failing("ebu-r128", hot)["true peak"] == "lowering it mends this too"
    assert (
        failing("ebu-r128", reading(-22.0, peak=1.5))["true peak"]
        == "limit to -1 dBTP, or lower it by 2.5 dB"
    )
    assert failing("ebu-r128", reading(peak=0.4)) == {"true peak": "limit to -1 dBTP, or lower it by 1.4 dB"}
    assert failing("ebu-r128-s1", reading(short=-16.5)) == {
        "highest short-term": "lower the loudest passage by 1.5 dB"
    }


def test_what_is_short_is_limited_by_short_term_or_by_momentary_loudness():
    assert failing("ebu-r128-s1", reading(momentary=-10.0)) == {}
    brief = Loudness(-23.0, None, -13.0, None, -3.0)
    assert failing("ebu-r128-s1", brief) == {"highest momentary": "lower the loudest passage by 2.0 dB"}
    assert failing("ebu-r128-s1", Loudness(-23.0, None, -15.0, None, -3.0)) == {}
    assert (
        failing("ebu-r128-s1", reading(-20.0, short=-16.5))["highest short-term"]
        == "lowering it mends this too"
    )
    soft = failing("ebu-r128-s1", reading(-29.0, short=-21.0, peak=-12.0))["integrated"]
    assert soft == "raise it by 6.0 dB and compress: the loudest passage then goes 3.0 LU over -18 LUFS"


@pytest.mark.parametrize(("share", "by_dialogue"), [(0.0, False), (0.149, False), (0.15, True), (1.0, True)])
def test_a_spec_is_anchored_where_there_is_enough_speech(share, by_dialogue):
    assert anchored(spec("netflix"), share) is by_dialogue
    assert not anchored(spec("atsc-a85"), share)


@pytest.mark.parametrize(
    ("name", "loudness", "tolerance", "ceiling", "measured"),
    [
        ("ebu-r128", -23, 0.5, -1, "programme"),
        ("ebu-r128-s1", -23, 0.5, -1, "programme"),
        ("atsc-a85", -24, 2, -2, "programme"),
        ("netflix", -27, 2, -2, "dialogue"),
        ("youtube", -14, 1, -1, "programme"),
        ("spotify", -14, 1, -1, "programme"),
        ("apple", -16, 1, -1, "programme"),
        ("podcast", -16, 1, -1, "programme"),
    ],
)
def test_the_figures_of_every_spec(name, loudness, tolerance, ceiling, measured):
    found = spec(name)
    assert (found.loudness, found.tolerance, found.ceiling, found.measured) == (
        loudness, tolerance, ceiling, measured,
    )  # fmt: skip
    assert (found.short_term_max, found.momentary_max) == (
        (-18, -15) if name == "ebu-r128-s1" else (None, None)
    )
    assert found.without_dialogue == -24


def test_dialogue_is_measured_where_there_is_some():
    assert failing("netflix", reading(-20.0), spoken=-27.5) == {}
    assert set(failing("netflix", reading(-24.5), spoken=-20.0)) == {"dialogue"}
    assert failing("netflix", reading(-24.5)) == {}


def test_silence_passes_no_level():
    silent = Loudness(None, None, None, None, None)
    assert failing("ebu-r128", silent) == {"integrated": "there is nothing to hear"}
    brief = Loudness(None, None, None, None, -3.0)
    assert failing("ebu-r128", brief) == {"integrated": "it is too short or too soft to be measured"}
