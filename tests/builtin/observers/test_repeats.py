"""What a film repeats is told from what stops, and its movement is shared."""

import subprocess
from fractions import Fraction

import numpy as np
import pytest

from tests.builtin.observers.driving import seen, video
from tests.builtin.observers.rendered import HEIGHT, WIDTH, film
from v2a.builtin.observers import Motion, Picture
from v2a.builtin.observers.repeats import Repeats, at_a_beat, repeated, repeats, spread
from v2a.media import programs

LEAST = 1e-4


def test_a_frame_in_six_that_repeats_is_told_and_what_rests_is_not():
    moved = np.full(60, 0.02, np.float32)
    moved[5::6] = 0
    assert np.flatnonzero(repeated(moved, LEAST)).tolist() == list(range(5, 59, 6))
    moved = np.full(60, 0.02, np.float32)
    moved[20:30] = moved[40] = 0
    moved[39] = moved[41] = 2 * LEAST
    assert not repeated(moved, LEAST).any()
    assert not repeated(np.zeros(60, np.float32), LEAST).any() and not repeated(moved[:1], LEAST).any()


def test_pairs_of_repeated_frames_are_told():
    moved = np.where(np.arange(60) % 3 == 0, 0.03, 0).astype(np.float32)
    assert repeated(moved, LEAST).sum() == 38


def test_movement_is_shared_with_the_frames_that_repeat():
    rows = np.array([3, 3, 0, 4, 3, 0, 0, 6, 3], np.float32)[:, None]
    alone = repeated(rows[:, 0], 0.01)
    never = np.zeros(9, bool)
    shared = spread(rows, Repeats(alone, never))
    assert shared[:, 0].tolist() == [3, 3, 2, 2, 3, 2, 2, 2, 3]
    assert spread(rows, Repeats(never, never)) is rows
    area = spread(np.hstack([rows, rows]), Repeats(alone, never), slice(1, 2))
    assert area.tolist() == [[m, a] for m, a in zip([3, 3, 2, 2, 3, 2, 2, 2, 3], [3, 3, 4, 4, 3, 6, 6, 6, 3])]


def anew(shot, shown, count=240):
    """Which frames show something new where a film of one rate is shown at another."""
    return np.diff(np.floor(np.arange(count) * shot / shown + 0.5), prepend=-1) > 0


RATES = [(24, 30), (25, 30), (24, 60), (25, 60), (12, 24), (8, 24), (25, 50), (15, 60), (50, 60)]


@pytest.mark.parametrize(("shot", "shown"), RATES)
def test_a_beat_of_repeats_is_told_through_noise_and_movement_goes_on_evenly(shot, shown):
    rng, new = np.random.default_rng(1), anew(shot, shown)
    speed = 2e-3 * (1.2 + np.sin(np.arange(240) / 60))
    moved = np.where(new, speed, rng.uniform(0, 2e-5, 240)).astype(np.float32)
    found = repeats(moved, LEAST)
    assert (found.steady == ~new)[1:].mean() > 0.99 and not found.any[new][1:-4].any()
    even = spread(moved[:, None], found)[:, 0]
    assert even.sum() == pytest.approx(moved[~found.any].sum(), rel=1e-4)
    assert np.abs(even / (speed * shot / shown) - 1)[20:-20].max() < 0.15


def test_what_has_no_beat_is_left_alone():
    rng = np.random.default_rng(2)
    for moved in (rng.exponential(1e-3, 3000), rng.exponential(1e-5, 3000), np.abs(np.sin(np.arange(300)))):
        assert not at_a_beat(moved.astype(np.float32)).any()
    for count in range(1, 8):
        assert not at_a_beat(np.ones(count, np.float32)).any()


def conformed(frames, rate, shown):
    """The frames of a film that ffmpeg brings to another rate and compresses."""
    size = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}"]
    start = [programs.ffmpeg(), "-v", "error"]
    written = subprocess.run(
        [*start, *size, "-r", str(rate), "-i", "-", "-r", str(shown), "-c:v", "libx264", "-crf", "23",
         "-pix_fmt", "yuv420p", "-f", "matroska", "-"],
        input=np.stack(frames).tobytes(), capture_output=True, check=True,
    ).stdout  # fmt: skip
    raw = subprocess.run([*start, "-i", "-", *size, "-"], input=written, capture_output=True, check=True)
    return list(np.frombuffer(raw.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH, 3))


@pytest.mark.parametrize("shown", [30, 60])
def test_a_film_brought_to_another_rate_has_no_more_moments(tmp_path, shown):
    def sways(t):
        return 0.5 + 0.1 * np.sin(5 * t), 0.5 + 0.05 * np.sin(6.9 * t + 1)

    frames = conformed(film(sways, 4, 25, radius=0.04, noise=1), 25, shown)
    show = video(Fraction(len(frames), shown), Fraction(shown), channels=0)
    found = seen(Motion(), frames, show, tmp_path, seen(Picture(), frames, show, tmp_path))
    assert [m for m in found.moments if m.confidence >= 0.5] == []
