import numpy as np
import pytest

from v2a.media.channels import gains, names

HALF_POWER = np.sqrt(0.5)


def test_the_same_number_of_channels_is_left_alone():
    assert np.array_equal(gains(names(6), 6), np.eye(6))


def test_mono_stands_on_both_sides_and_folds_back_to_itself():
    up = gains(names(1), 2)
    assert up.tolist() == [[1], [1]]
    assert (gains(names(2), 1) @ up).tolist() == [[1]]


@pytest.mark.parametrize("speakers", [names(6), ("FL", "FR", "FC", "LFE", "SL", "SR")])
def test_surround_folds_after_the_itu_without_its_lfe(speakers):
    left, right = gains(speakers, 2)
    assert left == pytest.approx([1, 0, HALF_POWER, 0, HALF_POWER, 0])
    assert right == pytest.approx([0, 1, HALF_POWER, 0, 0, HALF_POWER])


def test_seven_one_folds_all_four_surrounds():
    left, _ = gains(names(8), 2)
    assert left == pytest.approx([1, 0, HALF_POWER, 0, HALF_POWER, 0, HALF_POWER, 0])


def test_unnamed_channels_are_taken_as_pairs():
    assert gains(names(12), 2).sum(axis=1).tolist() == [6, 6]
    assert gains(names(12), 2)[0].tolist() == [1, 0] * 6


@pytest.mark.parametrize("source", range(1, 13))
@pytest.mark.parametrize("wanted", range(1, 9))
def test_any_number_turns_into_any_other(source, wanted):
    matrix = gains(names(source), wanted)
    assert matrix.shape == (wanted, source)
    assert matrix.dtype == np.float32
    lost = [name for name, column in zip(names(source), matrix.T) if not column.any()]
    assert all(name == "LFE" for name in lost)


def test_stereo_in_surround_is_at_the_front_and_mono_in_the_middle():
    assert np.flatnonzero(gains(names(2), 6).any(axis=1)).tolist() == [0, 1]
    assert np.flatnonzero(gains(names(1), 6).any(axis=1)).tolist() == [2]
