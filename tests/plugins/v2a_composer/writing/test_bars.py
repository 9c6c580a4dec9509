"""Bars: the tempo map's beats, from the cue's first sound to its last chord."""

import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import planned
from v2a_composer.writing.bars import counted, grouped, in_notes
from v2a_composer.writing.scoring import compose

METERS = ["2/4", "3/4", "4/4", "5/4", "6/8", "7/8", "9/8", "12/8", "1/4", "11/8"]


def mapped(tempo, seconds=40, **more):
    return replace(planned(seconds=seconds, **more), tempo=tempo)


@pytest.mark.parametrize("seconds", [6, 8, 10, 12, 15])
@pytest.mark.parametrize("bpm", [56, 60, 75, 96, 120])
@pytest.mark.parametrize("meter", ["3/4", "4/4", "5/4"])
def test_short_music_is_no_last_chord_that_dies_away_for_half_of_it(seconds, bpm, meter):
    grid = counted(mapped(v2a.TempoMap.even(bpm, meter=v2a.Meter.parse(meter)), seconds))
    assert 0.5 * seconds <= grid.final_time <= 0.9 * seconds


@pytest.mark.parametrize("meter", METERS)
def test_groups_fill_the_bar(meter):
    assert sum(grouped(v2a.Meter.parse(meter))) == v2a.Meter.parse(meter).beats


def test_groups_are_as_they_are_felt():
    groups = {m: grouped(v2a.Meter.parse(m)) for m in METERS}
    assert groups["4/4"] == (2, 2)
    assert groups["6/8"] == (3, 3)
    assert groups["5/4"] == (3, 2)
    assert groups["7/8"] == (2, 2, 3)
    assert groups["3/4"] == (3,)


@pytest.mark.parametrize("meter", METERS)
@pytest.mark.parametrize("offset", ["0", "1/3", "-7/5", "3"])
def test_bars_start_on_the_maps_downbeats_and_follow_each_other(meter, offset):
    tempo = v2a.TempoMap.even(97.3, Fraction(offset), v2a.Meter.parse(meter))
    grid = counted(mapped(tempo))
    notes = in_notes(tempo)
    downbeats = {float(notes.beat(t)) for t in tempo.downbeats(v2a.Span(Fraction(-20), Fraction(40)))}
    assert all(any(abs(bar.start - d) < 1e-9 for d in downbeats) for bar in grid.bars)
    assert all(a.end == b.start for a, b in zip(grid.bars, grid.bars[1:]))
    assert grid.bars[-1].end == grid.final
    assert grid.lead == (grid.seconds(grid.bars[0].start) < -1e-6)
    assert grid.seconds(grid.bars[0].start) < 0.13


def test_the_last_chord_is_on_a_downbeat_and_has_room():
    grid = counted(mapped(v2a.TempoMap.even(100), seconds=60))
    assert 1.0 < 60 - grid.final_time < 8
    assert grid.final % 4 == 0


def test_the_last_chord_waits_for_a_hit():
    plan = mapped(v2a.TempoMap.even(100), seconds=60)
    for beat in range(94, 98):
        hit = v2a.Hit(plan.tempo.time(beat) - Fraction(1, 24), 4.0)
        assert counted(replace(plan, hits=(hit,))).final == beat


def test_bars_bend_with_the_tempo():
    points = [(Fraction(b), Fraction(t)) for b, t in ((0, 0), (8, 5), (16, 9), (24, 15))]
    plan = mapped(v2a.TempoMap.through(points), seconds=20)
    grid = counted(plan)
    assert [round(bar.seconds, 3) for bar in grid.bars[:6]] == [2.5, 2.5, 2.0, 2.0, 3.0, 3.0]


@pytest.mark.parametrize("seconds", ["1/50", "1/2", "1", "3/2", "2", "3", "5"])
@pytest.mark.parametrize("bpm", [20, 60, 97.3, 240])
def test_short_cues_have_their_last_chord_within(seconds, bpm):
    grid = counted(mapped(v2a.TempoMap.even(bpm, Fraction(1, 7)), seconds=Fraction(seconds)))
    assert 0 <= grid.final_time < float(Fraction(seconds))
    assert grid.final == pytest.approx(float(grid.tempo.beat(Fraction(grid.final_time))), abs=1e-6)


def test_beats_are_heard_when_the_map_says():
    points = [(Fraction(3 * b, 2), Fraction(b, 2) + Fraction(b * b, 900)) for b in range(-3, 60)]
    tempo = v2a.TempoMap.through(points)
    grid = counted(mapped(tempo, seconds=30))
    beats = np.linspace(-20, 120, 997)
    assert np.abs(grid.times(beats) - tempo.seconds(beats)).max() < 1e-9


def test_a_map_with_a_mark_on_every_beat_costs_no_more():
    tempo = v2a.TempoMap.through([(Fraction(b), Fraction(b, 2) + Fraction(b % 7, 500)) for b in range(4000)])
    plan = mapped(tempo, seconds=1800)
    start = time.process_time()
    compose(plan)
    assert time.process_time() - start < 1800 / 400
