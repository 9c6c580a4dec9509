"""What the benchmark of shifted real films counts."""

import importlib
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.dsp.alignment import Alignment
from v2a.model import Moment, Observations, Onset
from v2a.testing import film

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
TIMES = (0.5, 1.1, 2.4, 3.0, 4.7, 5.2, 6.9, 8.3, 9.1)


@pytest.fixture
def shifting(monkeypatch):
    """The benchmark's own module."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield importlib.import_module("moving.shifting")
    for name in [name for name in sys.modules if name.partition(".")[0] in ("moving", "heard")]:
        del sys.modules[name]


def told(lag, drift=0.0, abstained=False):
    return Alignment(lag, drift, 0.0, 0.9, abstained, pairs=((0.0, 0.0), (5.0, 5.0)))


def test_what_is_left_is_the_worse_end(shifting):
    assert shifting.Trial("f", 0.2, 0.0, 0.04, told(0.19)).left == pytest.approx(0.01)
    assert shifting.Trial("f", 0.0, 0.01, 0.04, told(0.0, 0.01)).left == pytest.approx(0.0)
    early = shifting.Trial("f", 0.0, -0.01, 0.04, told(-0.044))
    assert early.left == pytest.approx(0.044)
    assert early.worse
    assert not shifting.Trial("f", 0.2, 0.0, 0.04, told(0.0, abstained=True)).worse


def test_sound_is_shifted_and_sped_up(shifting):
    own = np.zeros((1, 48_000), np.float32)
    own[0, 24_000] = 1
    for shift, drift, at in ((0.1, 0.0, 28_800), (-0.1, 0.0, 19_200), (0.0, 0.01, 24_240)):
        assert int(np.abs(shifting._shifted(own, shift, drift)).argmax()) == at


def test_strangers_are_counted(shifting):
    moments = tuple(Moment(Fraction(str(t)), "impact", 0.9, 0.95) for t in TIMES)
    own = observations(moments, TIMES)
    other = observations(moments, [10 - t for t in TIMES])
    silent = observations(moments, ())
    tried, moved = shifting.strangers([own, other, silent], 0.6)
    assert tried == 4 * shifting.TURNS
    assert moved < 0.2 * tried
    assert shifting.told(own, tuple(replace(o, time=o.time + Fraction(1, 5)) for o in own.onsets)).moves


def observations(moments, times):
    onsets = tuple(Onset(Fraction(str(round(t, 3))), 0.8) for t in sorted(times))
    return Observations(film(10), moments=moments, onsets=onsets)
