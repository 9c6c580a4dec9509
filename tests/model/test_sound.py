"""Sound in memory and in files."""

import mmap
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from v2a.model import Audio, FeatureTrack, SoundFile, Span


def test_sound_is_read_only_and_has_channels_first():
    audio = Audio(np.zeros(480), 48_000)
    assert (audio.channels, audio.length, audio.duration) == (1, 480, Fraction(1, 100))
    with pytest.raises(ValueError, match="read-only"):
        audio.samples[0, 0] = 1


def test_the_callers_array_stays_his_own():
    mine = np.zeros((2, 10), np.float32)
    Audio(mine, 48_000)
    mine[0, 0] = 1


def test_a_file_gives_back_the_same_samples(tmp_path):
    audio = Audio(np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32), 44_100)
    file = SoundFile.write(tmp_path / "a.npy", audio)
    assert np.array_equal(file.open().samples, audio.samples)
    assert file.duration == audio.duration


def test_blocks_of_a_file_are_all_of_it(tmp_path):
    audio = Audio(np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32), 44_100)
    blocks = list(SoundFile.write(tmp_path / "a.npy", audio).blocks(300))
    assert [block.shape for block in blocks] == [(2, 300)] * 3 + [(2, 100)]
    assert np.array_equal(np.concatenate(blocks, axis=1), audio.samples)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says what is mapped")
def test_blocks_of_a_long_file_are_not_held(tmp_path):
    length = 4_000_000
    np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.float32, (2, length)).flush()
    before, most = _mapped(), 0
    for _ in SoundFile(str(tmp_path / "a.npy"), 48_000, 2, length).blocks(48_000):
        most = max(most, _mapped())
    assert most - before < 2 * length * 4 // 8


def _mapped() -> int:
    """How many bytes of files this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[2]) * mmap.PAGESIZE


def test_a_file_with_code_in_it_is_refused(tmp_path):
    np.save(tmp_path / "evil.npy", np.array([object()], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="pickle|Python objects"):
        SoundFile(str(tmp_path / "evil.npy"), 48_000, 1, 1).open()


def test_features_are_sliced_by_rate_and_by_times(tmp_path):
    np.save(tmp_path / "f.npy", np.arange(100, dtype=np.float32))
    np.save(tmp_path / "t.npy", np.arange(100) ** 2 / 100)
    steady = FeatureTrack(str(tmp_path / "f.npy"), Fraction(25))
    assert list(steady.within(Span(1, Fraction(28, 25)))) == [25, 26, 27]
    uneven = FeatureTrack(str(tmp_path / "f.npy"), None, str(tmp_path / "t.npy"))
    assert list(uneven.within(Span(1, Fraction(3, 2)))) == [10, 11, 12]
    whole = FeatureTrack(str(tmp_path / "f.npy"), Fraction(25), sliceable=False)
    with pytest.raises(ValueError, match="as a whole"):
        whole.within(Span(0, 1))
