"""CLIP and T5 from tiny random checkpoints in the published layout."""

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_encoders.checkpoints import tiny_clip
from v2a.errors import FileMissing, V2aError
from v2a_encoders import neural
from v2a_encoders.clip import ClipPicture, ClipText
from v2a_encoders.t5 import T5Text

needs_torch = pytest.mark.skipif(not neural.available(), reason="needs v2a[neural]")
quiet = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("encoder", [ClipPicture(), ClipText(), T5Text()], ids=lambda e: e.card.name)
def test_missing_weights_are_one_line_with_a_remedy(encoder, tmp_path):
    with pytest.raises(V2aError, match="v2a|WEIGHTS") as told:
        encoder.open(v2a.Bench(weights=tmp_path))
    if neural.available():
        assert isinstance(told.value, FileMissing)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    tiny_clip(folder / "clip")
    _tiny_t5(folder / "t5")
    return folder


def _tiny_t5(folder):
    torch = neural.torch()
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, T5Config, T5EncoderModel

    words = {"<pad>": 0, "</s>": 1, "<unk>": 2, "rain": 3, "on": 4, "tin": 5}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>", eos_token="</s>"
    )
    fast.save_pretrained(folder)
    torch.manual_seed(1)
    T5EncoderModel(
        T5Config(vocab_size=8, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    ).save_pretrained(folder)


def encoded(encoder, weights, *requests):
    reader = encoder.open(v2a.Bench(weights=weights))
    try:
        return list(reader(requests))
    finally:
        reader.close()


@needs_torch
@quiet
def test_clip_gives_one_unit_row_a_frame(weights, tmp_path):
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (40, 48, 48, 3), np.uint8)
    np.save(tmp_path / "frames.npy", pixels)
    request = v2a.EncodeRequest(frames=str(tmp_path / "frames.npy"))
    (rows,) = encoded(ClipPicture(), weights, request)
    assert rows.shape == (40, 16)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert not np.allclose(rows[0], rows[1])
    (again,) = encoded(ClipPicture(), weights, request)
    assert np.array_equal(rows, again)


@needs_torch
@quiet
def test_clip_reads_text(weights):
    a, b = encoded(ClipText(), weights, v2a.EncodeRequest(text="rain"), v2a.EncodeRequest(text="a dog"))
    assert a.shape == (1, 16)
    assert not np.allclose(a, b)


@needs_torch
@quiet
def test_t5_gives_one_row_a_token(weights):
    (rows,) = encoded(T5Text(), weights, v2a.EncodeRequest(text="rain on tin"))
    assert rows.shape == (3, 16)
    assert rows.dtype == np.float32


@needs_torch
@quiet
def test_clip_without_frames_is_a_failure(weights):
    (answer,) = encoded(ClipPicture(), weights, v2a.EncodeRequest(text="x"))
    assert isinstance(answer, v2a.Failure)
