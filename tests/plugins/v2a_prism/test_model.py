"""The model has just the published names and shapes, at full size and at any other."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from v2a_prism import config as configuration  # noqa: E402
from v2a_prism.model import skeleton  # noqa: E402

PARITY = Path(__file__).parents[4] / "shared" / "parity"
needs_parity = pytest.mark.skipif(not PARITY.is_dir(), reason="needs the numbers in shared/parity")


def shapes(model):
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


def test_the_published_model_has_its_published_size():
    model = skeleton(configuration.published())
    assert len(model.state_dict()) == 850
    count = {
        name: sum(p.numel() for p in part.parameters())
        for name, part in (("network", model.network), ("vae", model.autoencoder), ("all", model))
    }
    assert count == {"network": 511_365_248, "vae": 156_112_514, "all": 674_300_674}


@needs_parity
def test_the_published_model_has_just_the_published_names_and_shapes():
    wanted = json.loads((PARITY / "prismaudio-full-keys.json").read_text())
    assert shapes(skeleton(configuration.published())) == {
        name: tuple(shape) for name, shape in wanted.items()
    }


@needs_parity
def test_our_configuration_is_the_published_one():
    assert json.loads(configuration.PUBLISHED.read_text()) == json.loads(
        (PARITY / "prismaudio-full-config.json").read_text()
    )


@needs_parity
def test_a_small_model_has_just_its_names_and_shapes():
    from safetensors import safe_open

    folder = PARITY / "prismaudio-tiny"
    with safe_open(folder / "model.safetensors", "pt") as opened:
        wanted = {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118
    assert shapes(skeleton(configuration.read(folder / "config.json"))) == wanted
