"""The movement in the picture as music is told of it."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from tests.builtin.planner.films import film, span
from tests.stages.scoring.scenes import rows
from v2a.model import Observations
from v2a.stages.programme import Programme
from v2a.stages.scoring.motion import Motion


def moving(folder, values, seconds, **given):
    return Observations(film(seconds), features={"motion": rows(folder, values, **given)})


def test_it_is_told_twice_a_second_from_nought_to_one(tmp_path):
    speed = np.repeat([0.001, 0.02, 0.01], 100)
    found = Motion.of(moving(tmp_path, speed, 12)).over(span(0, 12))
    assert len(found) == 24
    assert found[0] == 0 and found[10] == 1
    assert found[20] == pytest.approx(9 / 19, abs=0.01)


def test_what_strays_at_cuts_counts_for_nothing(tmp_path):
    speed = np.tile(np.linspace(0.001, 0.02, 50), 6)
    struck = speed.copy()
    struck[::60] = 5.0
    plain, strays = (Motion.of(moving(tmp_path, s, 12)).over(span(0, 12)) for s in (speed, struck))
    assert np.abs(np.subtract(plain, strays)).max() < 0.1


def test_next_to_no_movement_is_not_made_large(tmp_path):
    noise = np.random.default_rng(1).uniform(0, 2e-4, 250)
    assert max(Motion.of(moving(tmp_path, noise, 10)).over(span(0, 10))) < 0.1


def test_rows_at_the_times_of_frames_are_read_like_those_at_a_rate(tmp_path):
    speed = np.repeat([0.001, 0.02], 100)
    times = np.arange(200) / 25
    even = Motion.of(moving(tmp_path, speed, 8)).over(span(1, 7))
    assert Motion.of(moving(tmp_path, speed, 8, times=times)).over(span(1, 7)) == even


def test_nobody_looked_or_the_stretch_is_elsewhere(tmp_path):
    assert Motion.of(Observations(film(10))).over(span(0, 10)) == ()
    assert Motion.of(moving(tmp_path, np.ones(250), 10)).over(span(20, 30)) == ()


@pytest.mark.parametrize("length", [0.04, 0.5, 0.51, 3])
def test_every_half_second_that_is_begun_has_a_value(tmp_path, length):
    found = Motion.of(moving(tmp_path, np.ones(250), 10)).over(span(1, 1 + length))
    assert len(found) == -(-F(str(length)) * 2 // 1)


def test_reels_are_told_as_one_on_the_clock_of_each(tmp_path):
    speed = np.repeat([0.001, 0.02, 0.005, 0.01], 250)
    whole = Motion.of(moving(tmp_path, speed, 40)).over(span(15, 35))
    parts = [moving(tmp_path, np.r_[np.zeros(50), speed[n : n + 500]], 22) for n in (0, 500)]
    parts = [replace(part, leader=(span(0, 2),)) for part in parts]
    reels = Programme(tuple(parts))
    assert reels.motion(0).over(span(17, 37)) == whole
    assert reels.motion(1).over(span(-3, 17)) == whole
