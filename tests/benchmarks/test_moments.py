"""The films of the moments benchmark are what they say, and what is told of them is counted right."""

import importlib
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.builtin.observers import belief

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def moving(monkeypatch):
    """The benchmark's own modules, by name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield lambda name: importlib.import_module(f"moving.{name}")
    for name in [name for name in sys.modules if name.partition(".")[0] == "moving"]:
        del sys.modules[name]


STRIKING = ["ball", "hammer", "door", "steps", "pendulum", "blow", "recoil"]
SILENT = ["quiet", "rain", "empty", "visit", "trembling"]


@pytest.mark.parametrize("act", STRIKING + SILENT)
def test_acts_never_jump_and_are_alike_for_one_seed(moving, act):
    camera, acts = moving("camera"), moving("acts")

    def drawn():
        rng = np.random.default_rng(7)
        taken = camera.Camera.drawn("held-out", True, rng)
        return acts.ACTS[act](taken.stage("held-out", rng))

    one, other = drawn(), drawn()
    assert one.strikes == other.strikes and list(one.strikes) == sorted(one.strikes)
    assert bool(one.strikes) == (act in STRIKING)
    for body, twin in zip(one.bodies, other.bodies, strict=True):
        assert (body.pixels == twin.pixels).all()
        for strike in one.strikes:
            before, after = body.pose(strike - 1e-6), body.pose(strike + 1e-6)
            np.testing.assert_allclose(before[:2] / before[2, 2], after[:2] / after[2, 2], atol=1e-4)


def test_a_film_is_rendered_once_with_its_truth(moving, tmp_path):
    rendering = moving("rendering")
    reel = rendering.Reel("tuning", "pendulum", False, Fraction(24), 0)
    truth = rendering.rendered(reel, tmp_path)
    made = truth.path.stat().st_mtime_ns
    assert truth.strikes and rendering.rendered(reel, tmp_path) == truth
    assert truth.path.stat().st_mtime_ns == made


def test_moments_answer_one_strike_each_and_none_counts_where_it_is_faint(moving):
    matching = moving("matching")
    given = [(1.01, 0.9), (1.03, 0.8), (2.5, 0.9), (3.0, 0.9), (4.0, 0.3)]
    counted = matching.tally(given, [1.0, 2.0], [(2.4, 2.6)], 0.5)
    assert (counted.found, counted.false, counted.missed) == (1, 2, 1)
    assert counted.bias == pytest.approx(10)


def test_networks_learn_what_they_are_shown_and_are_read_as_they_were_written(moving, tmp_path, monkeypatch):
    fitting = moving("fitting")
    rng = np.random.default_rng(1)
    rows = rng.normal(0, 1, (600, 5)).astype(np.float32)
    weights = np.ones(600, np.float32)
    struck = (rows[:, 0] * rows[:, 1] > 0).astype(np.float32)
    late = np.abs(rows[:, 2])
    likely = fitting._network([fitting.Examples(rows, struck, weights)], fitting._unlikely)
    when = fitting._network([fitting.Examples(rows, late, weights)], fitting._off)
    assert ((likely.said(rows) > 0) == struck).mean() > 0.85
    assert np.abs(when.said(rows) - late).mean() < 0.1
    fitting.kept(belief.Belief(likely, when, 1.5, 0.5, -1.0), tmp_path / "belief.npz")
    monkeypatch.setattr(belief.resources, "files", lambda package: tmp_path)
    belief.fitted.cache_clear()
    try:
        read = belief.fitted()
    finally:
        belief.fitted.cache_clear()
    assert (read.slope, read.beat, read.shift) == (1.5, 0.5, -1.0)
    np.testing.assert_allclose(read.likely.said(rows), likely.said(rows), atol=1e-4)
