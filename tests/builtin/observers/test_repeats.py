"""What a film repeats is told from what stops, and its movement is shared."""

import numpy as np

from v2a.builtin.observers.repeats import repeated, spread

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
    shared = spread(rows, repeated(rows[:, 0], 0.01))
    assert shared[:, 0].tolist() == [3, 3, 2, 2, 3, 2, 2, 2, 3]
    assert spread(rows, np.zeros(9, bool)) is rows
