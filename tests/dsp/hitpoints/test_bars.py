import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from v2a.dsp.hitpoints import Limits
from v2a.dsp.hitpoints.bars import Search
from v2a.dsp.hitpoints.breaths import Breathing
from v2a.dsp.hitpoints.lattice import Lattice
from v2a.dsp.hitpoints.laying import Picture, laid, mapped
from v2a.dsp.hitpoints.shapes import Shapes, place
from v2a.model import Hit, Meter

LIMITS = Limits(meter=Meter(2), drift=0.2, step=0.15, frame=Fraction(1, 10))
STEP = Fraction(1, 20)
# Prices are for choosing among runs that land as much: a few hundredths a bar.
PRICES = 0.3


def every_run(lengths, furthest, begin, end):
    """All bars from a step until the end is reached, as their lines."""
    runs, done = [[begin, begin + length] for length in lengths], []
    while runs:
        run = runs.pop()
        if run[-1] >= end:
            done.append(run)
            continue
        last = run[-1] - run[-2]
        runs += [[*run, run[-1] + length] for length in lengths if abs(length - last) <= furthest]
    return done


def worth(lattice, lines):
    """What the beats of bars of two are worth."""
    total = 0.0
    for line, after in pairwise(lines):
        whole, part = divmod(after - line, 2)
        total += lattice.beats[0, line + lattice.lead] + lattice.first[0, line + lattice.lead]
        total += lattice.beats[part, line + whole + lattice.lead]
    return float(total)


@pytest.mark.parametrize("seed", range(6))
def test_no_run_of_bars_is_worth_more_than_the_one_found(seed):
    rng = random.Random(seed)
    hits = [Hit(Fraction(rng.randrange(30), 10), rng.choice([1.0, 3.0, 5.0])) for _ in range(7)]
    lattice = Lattice.of(hits, Fraction(3), LIMITS, STEP, 30)
    shapes = Shapes.about(120, float(STEP), LIMITS)
    assert shapes.furthest == 2
    bars = Search(lattice, shapes, Breathing.on(lattice, (), 120, LIMITS)).run()
    lines = [bar.begin for bar in bars] + [bars[-1].end]
    assert all(abs((c - b) - (b - a)) <= 2 for (a, b), (_, c) in pairwise(pairwise(lines)))
    found = worth(lattice, lines)
    starts = range(1 - shapes.longest, 1)
    runs = [run for begin in starts for run in every_run(range(17, 26), 2, begin, 60)]
    assert len(runs) > 1000
    assert found >= max(worth(lattice, run) for run in runs) - PRICES


def test_beats_of_a_bar_that_leans_keep_its_lines_and_their_share():
    gaps = np.diff([place(400, 0.01, beat, 4) for beat in range(5)])
    assert gaps.sum() == 4 * 400
    assert np.allclose(gaps[:-1] / gaps[1:], 1.01, atol=0.003)
    assert place(400, -0.01, 2, 4) < 800 < place(400, 0.01, 2, 4)
    assert [place(333, 0.0, beat, 3) for beat in range(4)] == [0, 333, 666, 999]


def test_a_long_cue_is_laid_as_one():
    rng = random.Random(4)
    hits = tuple(Hit(Fraction(rng.randrange(24 * 600), 24), 1.0, "cut") for _ in range(90))
    limits = Limits(meter=Meter(4))
    bars = laid(Picture(hits, Fraction(600), limits), 120, Fraction(1, 100), (0.0,))
    assert all(bar.end == following.begin for bar, following in pairwise(bars))
    assert bars[0].begin <= 0 < bars[0].end
    assert bars[-1].begin < 60_000 <= bars[-1].end
    assert max(abs(a.length - b.length) for a, b in pairwise(bars)) <= 0.015 * 194
    tempo = mapped(bars, Fraction(1, 100), limits)
    lines = [tempo.time(4 * n) for n in range(len(bars))]
    first = sum(bar.begin < 0 for bar in bars)
    assert lines[: len(bars) - first] == [Fraction(bar.begin, 100) for bar in bars[first:]]
