"""Where a recording has nothing but the tone of its place."""

import numpy as np
import pytest

from v2a.dsp.pauses import Pauses, pauses


def levels(*runs):
    rng = np.random.default_rng(3)
    return np.concatenate([level + rng.normal(0, 0.7, count) for count, level in runs]).astype(np.float16)


def free(course):
    return np.ones(len(course), bool)


def even(course):
    return np.zeros(len(course), np.float16)


def test_what_is_brighter_than_the_tone_is_no_pause():
    course = levels((200, -60))
    bright = even(course)
    bright[80:90] = 7
    assert list(pauses(course, bright, free(course)).runs) == [(0, 80), (90, 200)]


def test_the_low_level_that_lasts_is_a_pause():
    course = levels((200, -20), (100, -60), (200, -25), (60, -60), (100, -30))
    found = pauses(course, even(course), free(course))
    assert found.level == pytest.approx(-60, abs=0.5)
    assert [(round(a, -1), round(b, -1)) for a, b in found.runs] == [(200, 300), (500, 560)]


def test_what_is_not_free_or_too_short_is_none():
    course = levels((200, -20), (100, -60), (200, -25), (10, -60), (200, -30))
    allowed = free(course)
    allowed[200:260] = False
    assert [(a, round(b, -1)) for a, b in pauses(course, even(course), allowed).runs] == [(260, 300)]
    assert not pauses(course, even(course), np.zeros(len(course), bool)).runs


def test_digital_silence_is_no_pause():
    course = levels((300, -120), (100, -60), (100, -20))
    found = pauses(course, even(course), free(course))
    assert found.level == pytest.approx(-60, abs=0.5)
    assert not pauses(levels((300, -120)), np.zeros(300, np.float16), np.ones(300, bool)).runs


def test_the_nearest_are_kept_until_there_is_enough():
    found = Pauses(((0, 200), (300, 500), (900, 1100)), -60)
    near = found.nearest((520, 600), 1.5)
    assert near.seconds == pytest.approx(1.5, abs=0.05)
    assert near.runs[0] == (300, 500) and near.runs[1][0] == 900
    assert found.nearest((520, 600), 99).runs == list(found.runs)
