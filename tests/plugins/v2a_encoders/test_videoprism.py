"""VideoPrism: the original's numbers, its published arrays, and positions for any number of frames."""

import json
from pathlib import Path

import numpy as np
import pytest

from v2a.errors import WeightsDamaged, WeightsMissing, WeightsUnfit
from v2a.media import weights

torch = pytest.importorskip("torch")

from tests.plugins.v2a_encoders.checkpoints import drawn  # noqa: E402
from v2a_encoders import stacked, videoprism  # noqa: E402

PARITY = Path(__file__).parents[4] / "shared" / "parity"
needs_parity = pytest.mark.skipif(not PARITY.is_dir(), reason="needs the numbers in shared/parity")
TINY = videoprism.Config(
    num_spatial_layers=1, num_temporal_layers=1, num_auxiliary_layers=1, mlp_dim=16, model_dim=16, num_heads=2
)


def tiny(seed=0):
    """A tiny model with random weights."""
    return drawn(videoprism.network(TINY), seed)


def published(model):
    """Arrays as they are published: with those of the text tower."""
    arrays = {name.replace(".", "/"): t.numpy() for name, t in model.state_dict().items()}
    return {**arrays, "params/text_encoder/cls_emb": np.zeros((1, 1, 16), np.float32)}


def frames(count, seed=1):
    return torch.rand(1, count, 288, 288, 3, generator=torch.Generator().manual_seed(seed))


@needs_parity
def test_it_agrees_with_the_original():
    folder = PARITY / "videoprism-tiny"
    config = videoprism.Config.of(json.loads((folder / "config.json").read_text()))
    case = np.load(folder / "cases.npz")
    pixels = torch.from_numpy(case["in.pixels"]).repeat_interleave(9, 2).repeat_interleave(9, 3)
    with torch.inference_mode():
        made = videoprism.load(folder / "model.npz", config)(pixels.float() / 255)
    for given, name in ((made.frames, "out.frame_embeddings"), (made.video, "out.video_embedding")):
        wanted = torch.from_numpy(case[name])
        assert given.shape == wanted.shape
        assert (given - wanted).norm() <= 1e-4 * wanted.norm()


@needs_parity
def test_the_full_model_takes_the_published_arrays():
    shapes = json.loads((PARITY / "videoprism-lvt-large-keys.json").read_text())
    wanted = {name.replace("/", "."): shape for name, shape in shapes.items() if "/text_encoder/" not in name}
    with torch.device("meta"):
        model = videoprism.network()
        given = {name: torch.empty(shape) for name, shape in wanted.items()}
    assert {name: list(t.shape) for name, t in model.state_dict().items()} == wanted
    weights.fit(model, given, "the published arrays")


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_it_loads_published_arrays_in_either_kind_of_file(tmp_path, suffix):
    from safetensors.numpy import save_file

    model, path = tiny(), tmp_path / f"flax_lvt_large_f8r288_repeated{suffix}"
    if suffix == ".npz":
        np.savez(path, **published(model))
    else:
        save_file(published(model), path)
    pixels = frames(2)
    for place in (path, tmp_path):
        with torch.inference_mode():
            assert torch.equal(videoprism.load(place, TINY)(pixels).frames, model(pixels).frames)


def test_safetensors_are_taken_before_arrays(tmp_path):
    from safetensors.numpy import save_file

    np.savez(tmp_path / "a.npz", **published(tiny(1)))
    save_file(published(tiny(2)), tmp_path / "b.safetensors")
    taken = videoprism.load(tmp_path, TINY).params.vision_encoder.temporal_ln.bias
    assert torch.equal(taken, tiny(2).params.vision_encoder.temporal_ln.bias)


def test_missing_arrays_are_told_by_name(tmp_path):
    arrays = published(tiny())
    arrays["params/other"] = arrays.pop("params/vision_encoder/temporal_ln/bias")
    np.savez(tmp_path / "other.npz", **arrays)
    with pytest.raises(WeightsUnfit, match=r"lacks params\.vision_encoder\.temporal_ln\.bias"):
        videoprism.load(tmp_path, TINY)


def test_a_file_cut_short_is_told(tmp_path):
    np.savez(tmp_path / "whole.npz", **published(tiny()))
    whole = (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsDamaged, match=r"cut\.npz"):
        videoprism.load(tmp_path / "cut.npz", TINY)


def test_arrays_of_objects_are_not_opened(tmp_path):
    np.savez(tmp_path / "objects.npz", a=np.array([{}], dtype=object))
    with pytest.raises(WeightsDamaged):
        videoprism.load(tmp_path / "objects.npz", TINY)


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(WeightsMissing):
        videoprism.load(tmp_path, TINY)


@pytest.mark.parametrize("count", [1, 3, 9])
def test_any_number_of_frames_gives_as_many_rows_of_length_one(count):
    with torch.inference_mode():
        made = tiny()(frames(count))
    assert made.frames.shape == (1, count, 16)
    assert torch.allclose(made.frames.norm(dim=-1), torch.ones(1, count), atol=1e-5)


def test_frames_of_another_size_are_refused():
    with pytest.raises(ValueError, match="16 × 16 patches of 18"):
        tiny()(torch.zeros(1, 1, 224, 224, 3))


def test_positions_are_resampled_between_their_middles():
    rows = torch.tensor([[0.0], [4.0], [8.0], [12.0]])
    assert videoprism.resampled(rows, 4).flatten().tolist() == [0, 4, 8, 12]
    assert videoprism.resampled(rows, 8).flatten().tolist() == [0, 1, 3, 5, 7, 9, 11, 12]
    assert videoprism.resampled(rows, 2).flatten().tolist() == pytest.approx([20 / 7, 64 / 7])


def test_attention_in_parts_is_attention_at_once(monkeypatch):
    draws = torch.Generator().manual_seed(4)
    q, k, v = (torch.randn(2, 3, 7, 5, generator=draws) for _ in range(3))
    whole = stacked.capped(q, k, v, 2.0)
    wanted = torch.softmax(2 * torch.tanh(q @ k.transpose(-1, -2) / 2), -1) @ v
    assert torch.allclose(whole, wanted, atol=1e-6)
    monkeypatch.setattr(stacked, "_MOST_LOGITS", 100)
    assert torch.allclose(stacked.capped(q, k, v, 2.0), whole, atol=1e-6)
