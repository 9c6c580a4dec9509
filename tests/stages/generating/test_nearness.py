"""How much of a reference a cue is given, and which part of it a window."""

from fractions import Fraction

import numpy as np
import pytest

from v2a.engine.store import FolderStore
from v2a.model import Audio, SoundFile, Span
from v2a.stages.generating.nearness import part, reach
from v2a.testing import request

RATE = 1_000


@pytest.mark.parametrize(
    ("whole", "seconds"), [("0.5", 30), ("30", 30), ("30.1", 31), ("299.5", 300), ("3600", 300)]
)
def test_a_cue_is_given_its_own_length_within_bounds(whole, seconds):
    assert reach(Fraction(whole)) == seconds


@pytest.fixture
def store(tmp_path):
    with FolderStore(tmp_path / "store") as made:
        yield made


def given(store, seconds, start, end, whole=10):
    """What a window of a cue hears of a reference of so many seconds, whose samples count on."""
    path = store.scratch(".npy")
    samples = np.arange(round(seconds * RATE), dtype=np.float32)[np.newaxis]
    length = SoundFile.write(path, Audio(samples, RATE)).length
    kept = store.keep(store.key("reference", seconds), path)
    wanted = request(whole, rate=RATE, channels=1, window=Span(Fraction(start), Fraction(end)))
    found = part(SoundFile(str(kept), RATE, 1, length), wanted, store)
    assert found == part(SoundFile(str(kept), RATE, 1, length), wanted, store)
    return found.open().samples[0]


def test_a_window_hears_what_lies_there(store):
    assert np.array_equal(given(store, 10, 4, 6), np.arange(4_000, 6_000))
    assert np.array_equal(given(store, 30, 8, 10), np.arange(8_000, 10_000))


def test_one_that_ends_before_the_cue_begins_again(store):
    heard = given(store, 3, 2, 4)
    assert np.array_equal(heard, np.concatenate([np.arange(2_000, 3_000), np.arange(1_000)]))


def test_one_no_longer_than_the_window_is_heard_whole(store):
    for start in (0, 5):
        assert np.array_equal(given(store, 0.4, start, start + 2), np.arange(400))


def test_where_the_window_begins_before_the_cue_a_short_reference_still_begins_with_the_cue(store):
    heard = given(store, 2, -3, 5, whole=2)
    assert heard.shape == (8 * RATE,)
    assert heard[3 * RATE : 5 * RATE].tolist() == list(range(2 * RATE))
