"""What is seen in a take by itself, and what its marks come to."""

from __future__ import annotations

import numpy as np
import pytest

from v2a.model import Audio, Mark, SoundFile
from v2a.stages.generating.criteria import CRITERIA, score, scored
from v2a.stages.generating.judging import Looked, looked, ruined

RATE = 48_000


def file(tmp_path, sound):
    return SoundFile.write(tmp_path / "take.npy", Audio(np.asarray(sound, np.float32), RATE))


def noise(seconds=5.0, level=0.1):
    return level * np.random.default_rng(1).standard_normal((2, round(seconds * RATE)))


def test_nothing_is_found_in_a_sound_take(tmp_path):
    found = looked(file(tmp_path, noise()))
    assert (found.clipped, found.silent(decays=False), found.clicks) == (0.0, 0.0, 0)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_no_number_is_told(tmp_path, wrong):
    sound = noise()
    assert ruined(file(tmp_path, sound)) == ""
    sound[1, -1] = wrong
    assert "not numbers" in ruined(file(tmp_path, sound))


def test_what_is_clipped_through_and_through_is_told(tmp_path):
    assert ruined(file(tmp_path, np.clip(noise(level=1.0), -1, 1))).endswith("is clipped")
    assert ruined(file(tmp_path, np.clip(noise(level=0.3), -1, 1))) == ""
    assert ruined(file(tmp_path, 50 * noise())) == ""


def test_clipping_is_found_and_a_loud_peak_is_none(tmp_path):
    assert looked(file(tmp_path, np.clip(noise(level=1.0), -1, 1))).clipped > 0.005
    tone = np.tile(np.sin(2 * np.pi * 3000 * np.arange(RATE) / RATE), (2, 1))
    assert looked(file(tmp_path, tone)).clipped == 0.0
    assert looked(file(tmp_path, np.clip(1.5 * tone, -1, 1))).clipped > 0.1


def test_silence_is_found_by_its_share(tmp_path):
    half = noise()
    half[:, : half.shape[1] // 2] = 0
    for decays in (True, False):
        assert looked(file(tmp_path, half)).silent(decays=decays) == pytest.approx(
            0.0 if decays else 0.5, abs=0.01
        )
        assert looked(file(tmp_path, half[:, ::-1])).silent(decays=decays) == pytest.approx(0.5, abs=0.01)
        assert looked(file(tmp_path, 0 * half)).silent(decays=decays) == 1.0


def test_what_dies_away_may_be_silent_then(tmp_path):
    strike = noise() * np.exp(-np.arange(5 * RATE) / RATE * 12)
    found = looked(file(tmp_path, strike))
    assert found.silent(decays=True) == 0.0
    assert found.silent(decays=False) > 0.8


def test_clicks_are_counted(tmp_path):
    tone = np.tile(0.3 * np.sin(2 * np.pi * 220 * np.arange(5 * RATE) / RATE), (2, 1))
    tone = np.concatenate([tone[:, : 2 * RATE], tone[:, 2 * RATE + 77 :]], axis=1)
    tone[:, 4 * RATE] += 0.2
    found = looked(file(tmp_path, tone))
    assert found.clicks == 2


@pytest.mark.parametrize(
    ("seconds", "clicks", "mark"),
    [(0.5, 0, 1), (0.5, 1, 1 / 2), (10, 1, 1 / 2), (0.5, 4, 1 / 5), (8, 4, 1 / 5), (180, 4, 9 / 11), (180, 72, 1 / 5)],
)  # fmt: skip
def test_clicks_weigh_as_many_as_come_in_ten_seconds(seconds, clicks, mark):
    assert Looked(0.0, np.zeros(0, np.float32), clicks, seconds).smooth == pytest.approx(mark)


def test_more_clicks_always_weigh_more_in_takes_of_one_length():
    hour = [Looked(0.0, np.zeros(0, np.float32), clicks, 3600.0).smooth for clicks in range(5)]
    scores = [score((Mark("clicks", round(mark, 4)),)) for mark in hour]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 5


def test_a_take_tells_its_length(tmp_path):
    assert looked(file(tmp_path, noise(2.5))).seconds == 2.5


def test_an_empty_take_is_looked_at(tmp_path):
    found = looked(file(tmp_path, np.zeros((2, 0))))
    assert (found.clicks, found.smooth) == (0, 1.0)


def test_each_criterion_costs_what_it_says():
    assert score(()) == 1.0
    for name, criterion in CRITERIA.items():
        assert score((Mark(name, 0.0),)) == pytest.approx(1 - criterion.cost)
        assert score((Mark(name, 0.5),)) == pytest.approx(1 - criterion.cost / 2)
        assert criterion.why
    assert score((Mark("clicks", 0.0), Mark("music", 0.0))) == pytest.approx(0.5 * 0.4)


def test_marks_of_other_names_cost_nothing():
    assert score((Mark("headroom", -12.0), Mark("silence", 1.0))) == 1.0


def test_marks_beyond_their_range_count_as_its_ends():
    assert score((Mark("onsets", -3.0), Mark("text", 7.0))) == pytest.approx(0.4)


def test_a_score_is_told_with_what_was_lost_by():
    assert scored(None, {}) == ""
    assert scored(1.0, {"clicks": 1.0, "headroom": -3.0}) == "1.00"
    assert scored(0.62, {"clicks": 0.5, "music": 0.8, "silence": 1.0}) == "0.62 (clicks 0.50, music 0.80)"
