"""Features from elsewhere: read as they are, and refused in one line that says what is wrong."""

import numpy as np
import pytest

from v2a.errors import FileDamaged, FileMissing
from v2a_encoders import exchange


def arrays(**other):
    rng = np.random.default_rng(1)
    made = {
        "video_features": rng.normal(size=(36, 1024)).astype(np.float32),
        "text_features": rng.normal(size=(17, 1024)).astype(np.float32),
        "sync_features": rng.normal(size=(216, 768)).astype(np.float32),
        "global_video_features": rng.normal(size=1024).astype(np.float32),
    }
    return {name: array for name, array in {**made, **other}.items() if array is not None}


def saved(folder, **other):
    np.savez(folder / "film.npz", **arrays(**other))
    return folder / "film.npz"


def test_features_are_read(tmp_path):
    read = exchange.read(saved(tmp_path, duration=np.float64(9), caption_cot=np.array("rain")))
    wanted = arrays()
    assert np.array_equal(read.video, wanted["video_features"])
    assert np.array_equal(read.text, wanted["text_features"])
    assert np.array_equal(read.sync, wanted["sync_features"])
    assert np.array_equal(read.whole["global_video_features"], wanted["global_video_features"])
    assert list(read.whole) == ["global_video_features"]
    assert read.seconds == 9


def test_half_precision_and_vectors_of_one_row_are_read(tmp_path):
    halves = {"text_features": np.ones((2, 1024), np.float16), "global_text_features": np.ones((1, 1024))}
    read = exchange.read(saved(tmp_path, **halves))
    assert read.text.dtype == np.float32
    assert read.whole["global_text_features"].shape == (1024,)
    assert read.seconds is None


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"sync_features": None, "text_features": None}, "lacks text_features, sync_features"),
        ({"video_features": np.zeros((36, 768))}, "video_features of 36 × 768 float64 numbers, not of rows"),
        ({"video_features": np.zeros((0, 1024))}, "video_features of 0 × 1024"),
        ({"text_features": np.zeros((1, 3, 1024))}, "text_features of 1 × 3 × 1024"),
        ({"text_features": np.full((3, 1024), "a")}, "text_features of 3 × 1024 <U1"),
        ({"sync_features": np.zeros((20, 768))}, "20 rows of sync_features"),
        ({"sync_features": np.full((8, 768), np.nan)}, "sync_features that are not numbers"),
        ({"video_features": np.full((8, 1024), 1e300)}, "video_features that are not numbers"),
        ({"global_video_features": np.zeros(7)}, "global_video_features of 7"),
        ({"video_features": np.array([{}], object)}, "cannot be read"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(tmp_path, other, says):
    with pytest.raises(FileDamaged, match=says) as told:
        exchange.read(saved(tmp_path, **other))
    assert "\n" not in str(told.value)
    assert "film.npz" in str(told.value)


def test_a_file_cut_short_or_of_another_kind_is_told(tmp_path):
    path = saved(tmp_path)
    whole = path.read_bytes()
    for bytes_ in (whole[:5000], b"no features at all", whole[:2000] + bytes(1000) + whole[3000:]):
        path.write_bytes(bytes_)
        with pytest.raises(FileDamaged, match="cannot be read"):
            exchange.read(path)
    with pytest.raises(FileMissing):
        exchange.read(tmp_path / "none.npz")
