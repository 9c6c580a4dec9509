"""The form: sections from scenes, energies from motion, phrases of four."""

from dataclasses import replace
from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import planned
from v2a_composer.writing.bars import counted
from v2a_composer.writing.form import formed

EVEN = v2a.TempoMap.even(96)


def form(plan):
    return formed(plan, counted(plan))


@pytest.mark.parametrize("seconds", [4, 11, 30, 61, 240, 3600])
@pytest.mark.parametrize("seed", range(4))
def test_sections_and_phrases_cover_every_bar_once(seconds, seed):
    plan = planned("hopeful", seconds, seed)
    sections = form(plan)
    bars = [n for s in sections for n in range(s.first, s.end)]
    assert bars == list(range(len(counted(plan).bars)))
    assert bars == [n for s in sections for p in s.phrases for n in range(p.first, p.first + p.bars)]
    assert [p.cadence for s in sections for p in s.phrases].count("final") == 1
    assert sections[-1].phrases[-1].cadence == "final"


def test_sections_begin_where_scenes_do():
    scenes = tuple(float(EVEN.time(b)) for b in (16, 40, 72, 104))
    plan = replace(planned(seconds=100), tempo=EVEN, sections=scenes)
    starts = {counted(plan).bars[s.first].start for s in form(plan)}
    assert {16.0, 40.0, 72.0, 104.0} <= starts


def test_a_scene_off_the_bars_takes_the_nearest():
    plan = replace(planned(seconds=60), tempo=EVEN, sections=(float(EVEN.time(32)) + 0.4,))
    assert 32.0 in {counted(plan).bars[s.first].start for s in form(plan)}


def test_five_hundred_scenes_a_minute_do_not_make_a_section_each():
    plan = replace(planned(seconds=60), tempo=EVEN, sections=tuple(n * 0.12 for n in range(1, 500)))
    assert all(s.bars >= 2 for s in form(plan))


def test_a_long_cue_goes_through_many_forms_and_keys():
    sections = form(planned("epic", 600, 3))
    assert {"statement", "contrast", "development", "climax", "return"} <= {s.function for s in sections}
    assert len({s.theme for s in sections}) == 3
    assert len({s.key for s in sections}) >= 4
    assert sections[-1].key == sections[0].key


def test_the_climax_is_where_most_moves():
    for peak in (30, 60, 75):
        motion = tuple(0.9 if abs(n / 2 - peak) < 8 else 0.2 for n in range(220))
        plan = replace(planned("epic", 110), tempo=EVEN, motion=motion)
        grid = counted(plan)
        loudest = max(formed(plan, grid), key=lambda s: s.energy)
        assert loudest.function == "climax"
        start, end = (
            grid.seconds(grid.bars[loudest.first].start),
            grid.seconds(grid.bars[loudest.end - 1].end),
        )
        assert start - 8 <= peak <= end + 8


def test_a_key_that_is_asked_for_is_home():
    sections = form(planned("sad piano in d minor", 60))
    assert sections[0].key.tonic == 2
    assert sections[0].key.mode == "minor"
    assert sections[-1].key == sections[0].key


def test_meters_with_other_units_have_a_form_too():
    tempo = v2a.TempoMap.even(60, Fraction(1, 2), v2a.Meter(6, 8))
    assert len(form(replace(planned(seconds=60), tempo=tempo))) >= 2


def test_music_grows_or_fades_where_that_is_asked():
    def energies(prompt):
        return [s.energy for s in form(planned(prompt, 150, 3))]

    growing, fading = energies("hopeful, building"), energies("hopeful, fading")
    third = len(growing) // 3
    assert sum(growing[-third:]) > 1.5 * sum(growing[:third])
    assert sum(fading[-third:]) < sum(fading[:third])


def test_an_hour_has_one_highest_point():
    sections = form(planned("epic", 1800, 2))
    top = max(s.energy for s in sections)
    assert sum(s.energy == top for s in sections) == 1
    assert sum(s.function == "climax" for s in sections) > 5
