"""Dissolves and wipes between moving pictures, and what is none."""

from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import seen, video
from tests.builtin.observers.rendered import HEIGHT, WIDTH, grain, texture, window
from tests.builtin.observers.test_picture import RATE, blend, shot, starts
from v2a.builtin.observers import Picture

Y, X = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
X, Y = X / (WIDTH - 1), Y / (HEIGHT - 1)
SWEEPS = {
    "right": X,
    "left": 1 - X,
    "down": Y,
    "corner": (X + Y) / 2,
    "iris": np.hypot(X - 0.5, Y - 0.5) / np.hypot(0.5, 0.5),
    "doors": 2 * np.abs(X - 0.5),
    "clock": np.mod(np.arctan2(X - 0.5, 0.5 - Y), 2 * np.pi) / (2 * np.pi),
}


def wiped(one, other, count, order, soft=0.02):
    """The last frames of one shot wiped away by the first of another."""
    mixed = []
    for n, (a, b) in enumerate(zip(one[-count:], other[:count], strict=True)):
        cover = np.clip(((n + 1) / (count + 1) * (1 + soft) - order) / soft, 0, 1)[..., None]
        mixed.append((a * (1 - cover) + b * cover).astype(np.uint8))
    return one[:-count] + mixed + other[count:]


def observed(frames, folder):
    return seen(Picture(), frames, video(Fraction(len(frames), RATE), Fraction(RATE)), folder)


@pytest.mark.parametrize("sweep", SWEEPS)
def test_wipes_are_found_with_their_ends(tmp_path, sweep):
    found = observed(wiped(shot(41, 60), shot(42, 70), 20, SWEEPS[sweep]), tmp_path)
    assert [s.transition_in for s in found.shots] == ["start", "wipe"]
    assert starts(found)[0] == pytest.approx(50, abs=3)
    assert float(found.shots[1].transition) * RATE == pytest.approx(20, abs=6)


@pytest.mark.parametrize(("count", "soft"), [(10, 0.02), (30, 0.02), (20, 0.15)])
def test_quick_slow_and_soft_wipes(tmp_path, count, soft):
    found = observed(wiped(shot(43, 70), shot(44, 70), count, SWEEPS["right"], soft), tmp_path)
    assert [s.transition_in for s in found.shots] == ["start", "wipe"]
    assert starts(found)[0] == pytest.approx(70 - count / 2, abs=3)


@pytest.mark.parametrize("count", [8, 16, 30])
def test_dissolves_between_moving_pictures_have_their_ends(tmp_path, count):
    found = observed(blend(shot(45, 80), shot(46, 80), count), tmp_path)
    assert [s.transition_in for s in found.shots] == ["start", "dissolve"]
    length = float(found.shots[1].transition) * RATE
    middle = starts(found)[0]
    assert middle - length / 2 == pytest.approx(80 - count, abs=3)
    assert middle + length / 2 == pytest.approx(80, abs=3)


@pytest.mark.parametrize("pace", [3, 9, 30])
def test_a_pan_is_no_wipe(tmp_path, pace):
    rng = np.random.default_rng(2)
    wide = texture(47, 10 * WIDTH, 2 * HEIGHT)
    frames = [grain(window(wide, min(pace * n, 9 * WIDTH - 1), HEIGHT / 2), rng) for n in range(90)]
    assert len(observed(frames, tmp_path).shots) == 1


def test_something_large_that_passes_is_no_wipe(tmp_path):
    frames = shot(48, 90)
    bus = texture(51, 4 * WIDTH // 5, 4 * HEIGHT // 5)
    for n in range(30, 60):
        edge = round((n - 30) / 15 * WIDTH) - bus.shape[1]
        low = min(WIDTH, max(0, edge))
        high = max(low, min(WIDTH, edge + bus.shape[1]))
        frames[n][-len(bus) :, low:high] = bus[:, low - edge : high - edge]
    assert len(observed(frames, tmp_path).shots) == 1


def test_a_whip_pan_is_no_cut(tmp_path):
    rng = np.random.default_rng(3)
    wide = texture(49, 4 * WIDTH, 2 * HEIGHT, rough=6)
    places = np.concatenate([np.zeros(40), np.linspace(0, 2.2 * WIDTH, 8), np.full(40, 2.2 * WIDTH)])
    frames = []
    for before, at in zip(np.concatenate([[0], places[:-1]]), places, strict=True):
        smeared = [window(wide, x, HEIGHT / 2) for x in np.linspace((before + at) / 2, at, 8)]
        frames.append(grain(np.mean(smeared, 0), rng))
    assert len(observed(frames, tmp_path).shots) == 1


def test_shots_of_four_frames_are_all_found(tmp_path):
    frames = [f for n in range(12) for f in shot(60 + n, 4)]
    assert starts(observed(frames, tmp_path)) == list(range(4, 48, 4))


def test_a_jump_within_one_place_is_a_cut(tmp_path):
    frames = shot(50, 120)
    assert starts(observed(frames[:40] + frames[75:], tmp_path)) == [40]
