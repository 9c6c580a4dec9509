"""Loudness follows the form, the motion of the picture and the phrase."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_composer.writing.making import notes, planned
from v2a_composer.writing.scoring import compose

EVEN = v2a.TempoMap.even(96)


def loudness(score, start, end):
    return float(np.mean([n.velocity for n in notes(score) if start <= n.time < end]))


@pytest.mark.parametrize("prompt", ["hopeful orchestral", "epic trailer", "sad piano", "ambient"])
def test_what_moves_more_is_louder_and_busier(prompt):
    still, wild = (0.1,) * 80, (0.9,) * 80
    plan = replace(planned(prompt, 80, 2), tempo=EVEN)
    rising, falling = (compose(replace(plan, motion=m)) for m in (still + wild, wild + still))
    assert loudness(rising, 44, 72) > loudness(falling, 44, 72) + 4
    assert loudness(rising, 4, 36) < loudness(falling, 4, 36) - 4
    count = [sum(44 <= n.time < 72 for n in notes(s)) for s in (rising, falling)]
    assert count[0] >= count[1] * (1.15 if plan.mood.drive > 0.3 else 1.0)


def test_a_flicker_of_motion_is_smoothed():
    plan = replace(planned("hopeful", 60, 2), tempo=EVEN)
    flicker = tuple(float(n % 2) for n in range(120))
    even, nervous = compose(replace(plan, motion=(0.5,) * 120)), compose(replace(plan, motion=flicker))
    assert abs(loudness(even, 10, 50) - loudness(nervous, 10, 50)) < 4


def test_the_climax_is_the_loudest_part():
    for seed in range(3):
        score = compose(planned("epic", 120, seed))
        parts = {a.name: loudness(score, a.time, b.time) for a, b in pairwise(score.marks)}
        assert max(parts, key=parts.get).endswith(("climax", "return"))
        assert max(parts.values()) > min(parts.values()) + 12


def test_nobody_is_early_on_a_cut():
    cuts = tuple(v2a.Hit(EVEN.time(n), 1.0, "cut") for n in range(4, 90, 3))
    plan = replace(planned("hopeful orchestral", 60, 2), tempo=EVEN, hits=cuts)
    times = np.array([n.time for n in notes(compose(plan))])
    for cut in cuts:
        assert not np.any((times > float(cut.time) - 0.012) & (times < float(cut.time) - 1e-6))


def test_a_scene_is_struck_harder():
    scene = v2a.Hit(EVEN.time(48), 2.0, "scene")
    plan = replace(planned("warm strings and piano", 60, 2), tempo=EVEN)
    there, plain = compose(replace(plan, hits=(scene,))), compose(plan)
    at = float(EVEN.time(48))
    assert loudness(there, at - 0.001, at + 0.03) > 1.04 * loudness(plain, at - 0.013, at + 0.03)
