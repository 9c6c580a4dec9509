"""CLIP, T5 and T5Gemma from tiny random checkpoints in the published layout."""

import gc
import pickle
import weakref
from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_encoders.checkpoints import tiny_clip, tiny_t5, tiny_t5gemma
from v2a.errors import WeightsDamaged, WeightsMissing, WeightsUnfit, WeightsUnsafe
from v2a_encoders import loaded, neural, v2a_encoders
from v2a_encoders.clip import ClipPicture, ClipText
from v2a_encoders.t5 import T5GemmaText, T5Text

ENCODERS = v2a_encoders()
needs_torch = pytest.mark.skipif(not neural.available(), reason="needs v2a[neural]")
quiet = pytest.mark.filterwarnings("ignore")
PULLED = ("synchformer", "videoprism", "clip", "t5gemma")


@needs_torch
@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda e: e.card.name)
def test_missing_weights_are_one_line_with_a_remedy(encoder, tmp_path):
    name = encoder.folder
    remedy = f"v2a models pull {name}" if name in PULLED else "Put a checkpoint .*V2A_WEIGHTS"
    remedy = f"Accept its terms at https.*, set HF_TOKEN, .*{remedy}" if name == "t5gemma" else remedy
    with pytest.raises(WeightsMissing, match=remedy) as told:
        encoder.open(v2a.Bench(weights=tmp_path))
    assert str(tmp_path / encoder.folder) in str(told.value) and "\n" not in str(told.value)


@pytest.mark.parametrize("encoder", ENCODERS, ids=lambda e: e.card.name)
def test_a_card_follows_the_weights_that_lie_here(encoder, tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path))
    assert encoder.card.weights == ""
    folder = tmp_path / encoder.folder
    folder.mkdir()
    assert encoder.card.weights == ""
    file = folder / "model.safetensors"
    file.write_bytes(b"one checkpoint")
    one = encoder.card.weights
    file.write_bytes(b"and another")
    other = encoder.card.weights
    (folder / "notes.md").write_text("no part of the model")
    assert len(one) == len(other) == 12 and one != other == encoder.card.weights


def test_weights_are_read_again_only_when_they_changed(tmp_path, monkeypatch):
    read = []
    real = loaded.weights.digest
    monkeypatch.setattr(loaded.weights, "digest", lambda paths: read.append(1) or real(paths))
    file = tmp_path / "a.safetensors"
    file.write_bytes(b"abc")
    assert len({loaded.known_by(tmp_path) for _ in range(5)}) == 1
    assert len(read) == 1
    file.write_bytes(b"abcd")
    loaded.known_by(tmp_path)
    assert len(read) == 2


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    tiny_clip(folder / "clip")
    tiny_t5(folder / "t5")
    return folder


@pytest.fixture(scope="module")
def gemma(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gemma")
    return folder, tiny_t5gemma(folder / "t5gemma")


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
def test_clip_asks_for_pictures_of_its_checkpoints_size(weights, tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_WEIGHTS", str(weights))
    assert (ClipPicture().card.picture.width, ClipPicture().card.picture.height) == (32, 32)
    monkeypatch.setenv("V2A_WEIGHTS", str(tmp_path))
    assert ClipPicture().card.picture.width == 224


@needs_torch
@quiet
def test_clip_without_frames_is_a_failure(weights):
    (answer,) = encoded(ClipPicture(), weights, v2a.EncodeRequest(text="x"))
    assert isinstance(answer, v2a.Failure)


@needs_torch
@quiet
def test_t5_gives_one_row_a_token(weights):
    (rows,) = encoded(T5Text(), weights, v2a.EncodeRequest(text="rain on tin"))
    assert rows.shape == (3, 16)
    assert rows.dtype == np.float32


@needs_torch
@quiet
def test_t5gemma_gives_the_encoders_rows_and_cuts_no_text(gemma):
    torch = neural.torch()
    weights, model = gemma
    text = "rain on tin rain on tin rain"
    (rows,) = encoded(T5GemmaText(), weights, v2a.EncodeRequest(text=text))
    ids = torch.tensor([[3, 4, 5, 3, 4, 5, 3]])
    with torch.inference_mode():
        wanted = model.get_encoder()(input_ids=ids).last_hidden_state[0].numpy()
    assert rows.shape == (7, 16) and rows.dtype == np.float32
    assert np.allclose(rows, wanted, atol=1e-6)


@needs_torch
@quiet
def test_of_t5gemma_only_the_encoder_is_held_and_close_lets_go_of_it(gemma, capfd):
    reader = T5GemmaText().open(v2a.Bench(weights=gemma[0]))
    names = list(reader._model.state_dict())
    assert names and all(name.startswith("encoder.") for name in names)
    held = weakref.ref(reader._model)
    reader.close()
    gc.collect()
    assert held() is None
    assert "UNEXPECTED" not in capfd.readouterr().err


@needs_torch
@quiet
def test_a_text_does_not_depend_on_its_company(gemma):
    asked = [v2a.EncodeRequest(text=text) for text in ("rain", "rain on tin", "tin")]
    together = encoded(T5GemmaText(), gemma[0], *asked)
    for request, rows in zip(asked, together):
        assert np.array_equal(encoded(T5GemmaText(), gemma[0], request)[0], rows)


@needs_torch
@quiet
def test_a_text_without_tokens_is_a_failure(gemma):
    (answer,) = encoded(T5GemmaText(), gemma[0], v2a.EncodeRequest(text=""))
    assert isinstance(answer, v2a.Failure) and "no tokens" in answer.what


def changed(folder, change):
    """The checkpoint in a folder with its tensors changed."""
    from safetensors.torch import load_file, save_file

    path = folder / "model.safetensors"
    save_file(change(load_file(path)), path, metadata={"format": "pt"})


@needs_torch
@quiet
def test_weights_that_are_not_numbers_are_a_failure(tmp_path):
    tiny_t5gemma(tmp_path / "t5gemma")
    changed(tmp_path / "t5gemma", lambda tensors: {n: t * float("nan") for n, t in tensors.items()})
    (answer,) = encoded(T5GemmaText(), tmp_path, v2a.EncodeRequest(text="rain"))
    assert isinstance(answer, v2a.Failure) and "NaN" in answer.what and answer.remedy


@needs_torch
@quiet
def test_a_checkpoint_that_lacks_tensors_is_told_by_their_names(tmp_path):
    tiny_t5gemma(tmp_path / "t5gemma")
    lost = "model.encoder.norm.weight"
    changed(tmp_path / "t5gemma", lambda tensors: {n: t for n, t in tensors.items() if n != lost})
    with pytest.raises(WeightsUnfit, match=r"lacks encoder\.norm\.weight"):
        T5GemmaText().open(v2a.Bench(weights=tmp_path))


@needs_torch
@quiet
def test_a_checkpoint_cut_short_is_told(tmp_path):
    tiny_t5(tmp_path / "t5")
    path = tmp_path / "t5" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(WeightsDamaged, match="cut short"):
        T5Text().open(v2a.Bench(weights=tmp_path))


@needs_torch
@quiet
def test_a_checkpoint_of_other_sizes_is_told_by_its_names(tmp_path):
    tiny_t5(tmp_path / "t5")
    path = tmp_path / "t5" / "config.json"
    path.write_text(path.read_text().replace('"d_ff": 32', '"d_ff": 64'))
    with pytest.raises(WeightsUnfit, match=r"in another shape encoder\.block\.0.*wi\.weight"):
        T5Text().open(v2a.Bench(weights=tmp_path))


@needs_torch
@quiet
@pytest.mark.parametrize("file", ["tokenizer.json", "config.json"])
def test_a_configuration_or_tokenizer_that_cannot_be_read_is_told(tmp_path, file):
    tiny_t5gemma(tmp_path / "t5gemma")
    (tmp_path / "t5gemma" / file).write_text("{")
    with pytest.raises(WeightsUnfit, match="configuration or its tokenizer cannot be read"):
        T5GemmaText().open(v2a.Bench(weights=tmp_path))


@needs_torch
@quiet
def test_a_clip_checkpoint_that_does_not_fit_or_is_cut_short_is_told_in_one_line(tmp_path):
    folder = tmp_path / "clip"
    tiny_clip(folder)
    config, model = folder / "open_clip_config.json", folder / "open_clip_model.safetensors"
    good = config.read_text()
    for text, says in (
        (good.replace('"width": 32', '"width": 48'), "size mismatch"),
        ("{", "cannot be read"),
    ):
        config.write_text(text)
        with pytest.raises(WeightsUnfit, match=says) as told:
            ClipPicture().open(v2a.Bench(weights=tmp_path))
        assert "\n" not in str(told.value)
    config.write_text(good)
    model.write_bytes(model.read_bytes()[:200])
    with pytest.raises(WeightsDamaged):
        ClipText().open(v2a.Bench(weights=tmp_path))


@needs_torch
@quiet
def test_a_clip_checkpoint_that_could_run_code_is_not_opened(tmp_path):
    folder = tmp_path / "clip"
    tiny_clip(folder)
    (folder / "open_clip_model.safetensors").unlink()
    with (folder / "open_clip_pytorch_model.bin").open("wb") as file:
        pickle.dump({"state_dict": Fraction(1, 2)}, file)
    with pytest.raises(WeightsUnsafe):
        ClipPicture().open(v2a.Bench(weights=tmp_path))
