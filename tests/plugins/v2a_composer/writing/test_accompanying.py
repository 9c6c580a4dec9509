"""Figures, pulses and drums."""

from bisect import bisect_right
from dataclasses import replace
from fractions import Fraction

import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import Written, planned
from v2a_composer.writing.accompanying import accompanied, beneath
from v2a_composer.writing.drumming import GROOVES, drummed
from v2a_composer.writing.figures import FIGURES
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.tones import Tone

METERS = ["4/4", "3/4", "6/8", "5/4", "7/8"]


def cue_in(meter, **changes):
    plan = planned("hopeful", 40, 3)
    parsed = v2a.Meter.parse(meter)
    tempo = v2a.TempoMap.even((100 if parsed.unit == 4 else 200) / parsed.pulse, Fraction(2, 3), parsed)
    return Written(replace(plan, tempo=tempo, genre=replace(plan.genre, **changes)))


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_figure_goes_in_every_metre(name, meter):
    cue = cue_in(meter, figures=(name,))
    chair = CHAIRS["piano"]
    for section in cue.sections:
        tones = accompanied(cue.plan, cue.grid, cue.ground, section, chair)
        start, end = cue.grid.bars[section.first].start, cue.grid.bars[section.end - 1].end
        assert tones
        assert all(max(start, cue.grid.head) - 1e-6 <= t.beat < end and t.beats > 0 for t in tones)
        for tone in tones:
            footing = cue.ground.at(tone.beat)
            assert (tone.pitch - footing.tonic) % 12 in {p % 12 for p in footing.scale} or footing.hanging


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("name", sorted(GROOVES))
def test_every_groove_goes_in_every_metre(name, meter):
    cue = cue_in(meter, groove=name)
    for section in cue.sections:
        tones = drummed(cue.plan, cue.grid, replace(section, energy=0.9))
        firsts = {round(cue.grid.bars[n].start, 6) for n in range(section.first, section.end)}
        struck = {round(t.beat, 6) for t in tones}
        assert len(firsts & struck) >= len(firsts) - 1
        assert all(35 <= t.pitch <= 82 and 0 < t.force <= 1.2 for t in tones)


def test_figures_change_from_phrase_to_phrase():
    cue = cue_in("4/4", figures=("broken",))
    shapes = set()
    for section in cue.sections:
        tones = accompanied(cue.plan, cue.grid, cue.ground, section, CHAIRS["harp"])
        for phrase in section.phrases:
            first = cue.grid.bars[phrase.first]
            footing = cue.ground.at(first.start)
            line = [t.pitch for t in tones if first.start <= t.beat < first.end]
            shapes.add(tuple(footing.setting.index(p) if p in footing.setting else -1 for p in line))
    assert len(shapes) > 1


def test_a_figure_keeps_beneath_the_melody():
    melody = [Tone(0, 4, 67, 1), Tone(4, 4, 72, 1)]
    figure = [Tone(float(n), 1, 60 + 2 * (n % 8), 1) for n in range(8)]
    for tone in beneath(figure, melody, CHAIRS["piano"]):
        sung = melody[bisect_right([0, 4], tone.beat) - 1].pitch
        assert tone.pitch <= sung - 2
    assert beneath(figure, melody, CHAIRS["celesta"]) == figure
    assert beneath(figure, [], CHAIRS["piano"]) == figure
