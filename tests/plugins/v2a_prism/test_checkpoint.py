"""Weights are found where they are published and where they are converted, and refused where they are not the model's."""

import json
import pickle
import re
import shutil

import pytest

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a.errors import WeightsDamaged, WeightsMissing, WeightsUnfit, WeightsUnsafe  # noqa: E402
from v2a.media.weights import INDEX  # noqa: E402
from v2a_prism import checkpoint  # noqa: E402
from v2a_prism import config as configuration  # noqa: E402

GATE = "model.model.transformer.gate"
TURNS = "model.model.transformer.rotary_pos_emb.inv_freq"


@pytest.fixture(scope="module")
def made():
    return tiny.model()


@pytest.fixture
def folder(tmp_path, made):
    return tiny.folder(tmp_path / "prism", made)


def alike(one, other):
    first, second = one.state_dict(), other.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[name], second[name]) for name in first)


def changed(folder, change):
    tensors = torch.load(folder / checkpoint.WHOLE, weights_only=True)
    change(tensors)
    torch.save(tensors, folder / checkpoint.WHOLE)


def test_a_published_checkpoint_loads_from_its_folder_and_by_itself(folder, made):
    assert alike(checkpoint.load(folder), made)
    assert alike(checkpoint.load(folder / checkpoint.WHOLE), made)


def test_the_published_configuration_counts_where_there_is_none(folder):
    (folder / "config.json").unlink()
    with pytest.raises(WeightsUnfit, match="lacks .* has in another shape"):
        checkpoint.load(folder)
    assert configuration.beside(folder) == configuration.PUBLISHED


def test_one_file_of_safetensors_loads(folder, made):
    from safetensors.torch import save_file

    (folder / checkpoint.WHOLE).unlink()
    save_file(made.state_dict(), folder / "prism-32.safetensors")
    assert alike(checkpoint.load(folder), made)
    assert alike(checkpoint.load(folder / "prism-32.safetensors"), made)


def test_two_files_without_a_name_are_not_guessed_at(folder, made):
    from safetensors.torch import save_file

    (folder / checkpoint.WHOLE).unlink()
    for name in ("a", "b"):
        save_file(made.state_dict(), folder / f"{name}.safetensors")
    with pytest.raises(WeightsUnfit, match="2 files of weights"):
        checkpoint.load(folder)


def test_a_converted_checkpoint_is_the_same_in_shards(folder, made, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "SHARD", 100_000)
    written = checkpoint.convert(folder, tmp_path / "converted")
    assert len(written) > 5
    assert all(path.is_file() for path in written)
    assert {path.name for path in (tmp_path / "converted").iterdir()} == {path.name for path in written}
    index = json.loads((tmp_path / "converted" / INDEX).read_text())
    assert index["weight_map"].keys() == made.state_dict().keys()
    assert alike(checkpoint.load(tmp_path / "converted"), made)


def test_a_checkpoint_that_does_not_fit_is_not_converted(folder, tmp_path):
    changed(folder, lambda tensors: tensors.pop(GATE))
    with pytest.raises(WeightsUnfit, match=f"lacks {GATE}"):
        checkpoint.convert(folder, tmp_path / "converted")
    assert not (tmp_path / "converted").exists()


def test_nothing_is_left_of_a_conversion_that_stopped(folder, tmp_path, monkeypatch):
    def stop(tensors, path, facts):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "write_tensors", stop)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.convert(folder, tmp_path / "converted")
    assert list((tmp_path / "converted").iterdir()) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.pop(GATE), f"it lacks {GATE}"),
        (lambda t: t.update(stranger=torch.zeros(1)), "has besides stranger"),
        (
            lambda t: t.update({GATE: torch.zeros(3)}),
            r"has in another shape model.model.transformer.gate \(3, not 1 × 1 × 64\)",
        ),
    ],
    ids=["missing", "extra", "misshapen"],
)
def test_a_key_that_differs_is_named(folder, change, told):
    changed(folder, change)
    with pytest.raises(WeightsUnfit, match=told):
        checkpoint.load(folder)


def test_a_pickle_with_code_in_it_is_refused(folder):
    class Evil:
        def __reduce__(self):
            return print, ("never",)

    (folder / checkpoint.WHOLE).write_bytes(pickle.dumps({GATE: Evil()}, protocol=2))
    with pytest.raises(WeightsUnsafe):
        checkpoint.load(folder)


def test_a_file_that_is_cut_short_is_told(folder):
    path = folder / checkpoint.WHOLE
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(WeightsDamaged):
        checkpoint.load(folder)


def test_an_empty_folder_and_none_say_what_to_do(tmp_path):
    for source in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(WeightsMissing, match="models pull"):
            checkpoint.load(source)


def test_an_autoencoder_apart_is_put_in_its_place(folder, made, tmp_path):
    trained = {f"autoencoder.{name}": t for name, t in made.autoencoder.state_dict().items()}
    torch.save({"state_dict": trained | {"discriminator.x": torch.zeros(2)}, "epoch": 3}, folder / "vae.ckpt")
    alone = checkpoint.load_autoencoder(folder / "vae.ckpt", made.config)
    assert alike(alone, made.autoencoder)
    assert alike(checkpoint.load(folder), made)
    own = [name for name in made.state_dict() if name.startswith("pretransform.")]
    changed(folder, lambda tensors: [tensors.pop(name) for name in own])
    assert alike(checkpoint.load(folder), made)
    shutil.copy(folder / "config.json", tmp_path)
    shutil.copy(folder / checkpoint.WHOLE, tmp_path)
    with pytest.raises(WeightsUnfit, match=r"lacks pretransform\.model"):
        checkpoint.load(tmp_path)


def test_half_precision_is_for_the_products_of_layers_alone(folder):
    model = checkpoint.load(folder, dtype=torch.bfloat16)
    layer = r"model\.model\.transformer\.layers\.\d+\."
    for name, tensor in model.state_dict().items():
        product = re.match(layer, name) and not re.match(layer + r"\w+_norm\.", name)
        assert tensor.dtype is (torch.bfloat16 if product else torch.float32), name


def test_a_mirror_in_half_precision_has_its_positions_worked_out_again(folder, made):
    changed(folder, lambda tensors: tensors.update({name: t.bfloat16() for name, t in tensors.items()}))
    model = checkpoint.load(folder)
    assert all(tensor.dtype is torch.float32 for tensor in model.state_dict().values())
    assert torch.equal(model.state_dict()[TURNS], made.state_dict()[TURNS])
    assert not torch.equal(model.state_dict()[GATE], made.state_dict()[GATE])
