"""Zones and modulators: what is said where, and what counts."""

import math

import pytest

from tests.plugins.v2a_composer.fontfile import Preset, Zoned, small_font
from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont.font import Font
from v2a_composer.soundfont.modulators import DEFAULTS, Modulator, added, merged

KEYS = g.KEYS


def keys(low, high):
    return (KEYS, high << 8 | low)


def zones(tmp_path, inner, outer=None):
    preset = Preset(0, inner, outer=outer or [Zoned()])
    return Font(small_font(tmp_path / "a.sf2", presets=[preset])).zones(0, 0)


def test_a_zone_says_more_than_the_global_one_and_that_more_than_the_default(tmp_path):
    common = Zoned(None, [(g.ATTACK, -1200), (g.PAN, 100)])
    (zone,) = zones(tmp_path, [common, Zoned(0, [(g.PAN, -200)])])
    assert (zone.amounts[g.ATTACK], zone.amounts[g.PAN], zone.amounts[g.CUTOFF]) == (-1200, -200, 13500)


def test_a_preset_adds_to_what_its_instrument_says(tmp_path):
    outer = [Zoned(None, [(g.FINE, 7), (g.PAN, 50)]), Zoned(0, [(g.PAN, 30), (g.ROOT, 5), (g.LOOPS, 1)])]
    (zone,) = zones(tmp_path, [Zoned(0, [(g.FINE, -3), (g.PAN, 10), (g.ROOT, 60)])], outer)
    assert (zone.amounts[g.FINE], zone.amounts[g.PAN]) == (4, 40)
    assert (zone.amounts[g.ROOT], zone.amounts[g.LOOPS]) == (60, 0)


def test_only_keys_in_both_ranges_sound(tmp_path):
    outer = [Zoned(0, [keys(50, 70)])]
    first, second = zones(
        tmp_path, [Zoned(0, [keys(0, 59)]), Zoned(0, [keys(60, 127)]), Zoned(0, [keys(90, 99)])], outer
    )
    assert (first.keys.low, first.keys.high, second.keys.low, second.keys.high) == (50, 59, 60, 70)


def test_amounts_stay_within_their_limits(tmp_path):
    (zone,) = zones(tmp_path, [Zoned(0, [(g.PAN, 4000), (g.CUTOFF, 200)])])
    said = zone.said(60, 100)
    assert (said[g.PAN], said[g.CUTOFF]) == (500, 1500)


@pytest.mark.parametrize(("velocity", "decibels"), [(127, 0.0), (63, -12.04), (31, -24.08)])
def test_velocity_falls_as_its_square(tmp_path, velocity, decibels):
    (zone,) = zones(tmp_path, [Zoned(0)])
    assert 20 * math.log10(zone.gain(60, velocity)) == pytest.approx(decibels, abs=0.05)


def test_a_font_may_say_otherwise_of_velocity(tmp_path):
    (zone,) = zones(
        tmp_path, [Zoned(0, modulators=[(0x0502, g.ATTENUATION, 0, 0, 0), (0x0102, g.CUTOFF, 0, 0x0D02, 0)])]
    )
    assert zone.gain(60, 20) == 1.0
    assert zone.said(60, 20)[g.CUTOFF] == 13500


def test_amounts_of_a_preset_add_to_those_of_the_same_modulator(tmp_path):
    (zone,) = zones(
        tmp_path,
        [Zoned(0)],
        [Zoned(0, modulators=[(0x0502, g.ATTENUATION, -480, 0, 0), (3, g.FINE, 64, 0, 0)])],
    )
    assert 20 * math.log10(zone.gain(60, 63)) == pytest.approx(-6.02, abs=0.05)
    assert zone.said(64, 100)[g.FINE] == 32


def test_curves_and_directions():
    def value(source, velocity):
        return Modulator(source, g.FINE, 100).value(60, velocity)

    assert value(0x0002, 64) == 50 and value(0x0102, 64) == pytest.approx(49.2, abs=0.1)
    assert value(0x0202, 0) == -100 and value(0x0202, 96) == 50
    assert value(0x0C02, 63) == 0 and value(0x0C02, 64) == 100
    assert 0 < value(0x0402, 64) < 50 < value(0x0802, 64) < 100
    assert value(0x0802, 64) == pytest.approx(100 - value(0x0402, 64))


def test_a_controller_rests():
    assert Modulator(0x0081, g.VIB_LFO_TO_PITCH, 50).value(60, 100) == 0
    assert Modulator(2, g.FINE, 50, scale=0x0081).value(60, 100) == 0
    assert Modulator(0, g.FINE, -50, transform=2).value(60, 100) == 50


def test_later_modulators_take_the_place_of_the_same_ones():
    louder = Modulator(0x0502, g.ATTENUATION, 400)
    assert merged(DEFAULTS, [louder])[0] == louder
    assert added([louder], [Modulator(0x0502, g.ATTENUATION, -400)]) == ()
