"""Synchformer's picture tower: the original's numbers, its published names, and how frames become stretches."""

import json
from pathlib import Path

import pytest

from v2a.errors import WeightsMissing, WeightsUnfit

torch = pytest.importorskip("torch")

from tests.plugins.v2a_encoders.checkpoints import drawn  # noqa: E402
from v2a_encoders import synchformer  # noqa: E402

PARITY = Path(__file__).parents[4] / "shared" / "parity"
needs_parity = pytest.mark.skipif(not PARITY.is_dir(), reason="needs the numbers in shared/parity")
TINY = synchformer.Config(embed_dim=16, depth=1, num_heads=2, mlp_ratio=2)


def tiny(seed=0):
    """A tiny tower with random weights."""
    return drawn(synchformer.network(TINY), seed)


def published(model):
    """A state dict as it is published: with the towers that are not looked through here."""
    besides = {"afeat_extractor.ast.embeddings.cls_token": torch.zeros(1, 1, 4), "vproj.bias": torch.zeros(3)}
    return {**model.state_dict(), **besides}


@needs_parity
def test_it_agrees_with_the_original():
    from safetensors.torch import load_file

    folder = PARITY / "synchformer-tiny"
    config = synchformer.Config.of(json.loads((folder / "config.json").read_text()))
    case = load_file(folder / "cases.safetensors")
    pixels = case["in.pixels"].repeat_interleave(8, -1).repeat_interleave(8, -2)
    with torch.inference_mode():
        made = synchformer.load(folder / "model.safetensors", config)(synchformer.normalised(pixels))
    wanted = case["out.features"]
    assert made.shape == wanted.shape
    assert (made - wanted).norm() <= 1e-5 * wanted.norm()


@needs_parity
def test_the_full_model_has_the_published_names_and_shapes():
    wanted = json.loads((PARITY / "synchformer-full-keys.json").read_text())
    with torch.device("meta"):
        model = synchformer.network()
    assert {name: list(t.shape) for name, t in model.state_dict().items()} == wanted


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_it_loads_its_tower_out_of_a_published_file(tmp_path, suffix):
    from safetensors.torch import save_file

    model, path = tiny(), tmp_path / f"synchformer_state_dict{suffix}"
    (torch.save if suffix == ".pth" else save_file)(published(model), path)
    pixels = torch.rand(1, 16, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    for place in (path, tmp_path):
        loaded = synchformer.load(place, TINY)
        with torch.inference_mode():
            assert torch.equal(loaded(pixels), model(pixels))


def test_a_checkpoint_of_another_model_is_told_by_its_names(tmp_path):
    state = published(tiny())
    state["vfeat_extractor.head.weight"] = state.pop("vfeat_extractor.temp_embed")
    torch.save(state, tmp_path / "other.pth")
    with pytest.raises(WeightsUnfit, match=r"lacks vfeat_extractor\.temp_embed; has besides .*head\.weight"):
        synchformer.load(tmp_path / "other.pth", TINY)


def test_a_folder_without_weights_is_told(tmp_path):
    with pytest.raises(WeightsMissing):
        synchformer.load(tmp_path, TINY)


@pytest.mark.parametrize(
    ("frames", "count"), [(1, 1), (15, 1), (16, 1), (23, 1), (24, 2), (25, 2), (225, 27)]
)
def test_a_stretch_begins_every_eight_frames(frames, count):
    pixels = torch.arange(frames, dtype=torch.uint8)[:, None, None, None].expand(-1, 2, 3, 3)
    made = synchformer.stretches(pixels)
    assert made.shape == (count, 16, 3, 2, 3)
    for n, stretch in enumerate(made):
        wanted = [min(8 * n + m, frames - 1) for m in range(16)]
        assert stretch[:, 0, 0, 0].tolist() == wanted


def test_pixels_are_brought_between_minus_one_and_one():
    told = synchformer.normalised(torch.tensor([0, 255], dtype=torch.uint8))
    assert told.tolist() == [-1, 1]


def test_a_stretch_does_not_depend_on_its_company():
    model = tiny()
    pixels = torch.rand(3, 16, 3, 224, 224, generator=torch.Generator().manual_seed(2))
    with torch.inference_mode():
        together, alone = model(pixels), model(pixels[1:2])
    assert torch.allclose(together[1:2], alone, atol=1e-5)
    assert not torch.allclose(together[0], together[1], atol=1e-3)
