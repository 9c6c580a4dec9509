"""Configurations are read as published, and refused in one line where they ask for another model."""

import json

import pytest

pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny
from v2a.errors import FileMissing, WeightsUnfit
from v2a_prism import config as configuration


def test_the_published_configuration_reads():
    config = configuration.published()
    assert (config.rate, config.sound, config.latent, config.hop) == (44100, 2, 64, 2048)
    assert (config.width, config.depth, config.heads) == (1024, 24, 16)
    assert config.sync == configuration.Ends(768, 1024)


@pytest.mark.parametrize(
    ("seconds", "latents"), [(1, 22), (5, 108), (7.5, 161), (8, 172), (9, 194), (10, 215), (0, 1)]
)
def test_lengths_are_the_nearest_as_published(seconds, latents):
    assert configuration.published().length(seconds) == latents


def put(tree, path, value):
    *parents, last = path.split(".")
    for key in parents:
        tree = tree[key]
    if value is None:
        del tree[last]
    else:
        tree[last] = value


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (
            "model.diffusion.diffusion_objective",
            "v",
            'diffusion_objective = "v", and only "rectified_flow" is known',
        ),
        ("model.diffusion.config.depth", None, "lacks depth"),
        ("model.diffusion.config.depth", "many", "wrong kind"),
        ("model.diffusion.config.num_heads", 3, "3 heads for 64 channels"),
        ("model.diffusion.config.io_channels", 5, "latent channels"),
        ("model.diffusion.config.add_token_dim", 5, "other widths"),
        ("model.conditioning.configs", [], "other conditions"),
        ("model.pretransform", None, "lacks model.pretransform.type"),
        ("model.pretransform.config.decoder.config.strides", [2], "number of strides"),
        ("model.pretransform.config.decoder.config.strides", [2, 4, 4, 8, 4], "other strides"),
    ],
)
def test_what_this_model_is_not_is_told(tmp_path, path, value, told):
    tree = tiny.tree()
    put(tree, path, value)
    place = tmp_path / "config.json"
    place.write_text(json.dumps(tree))
    with pytest.raises(WeightsUnfit, match=told) as raised:
        configuration.read(place)
    assert str(place) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_what_is_no_configuration_is_told(tmp_path, text):
    place = tmp_path / "config.json"
    place.write_bytes(text.encode("latin1"))
    with pytest.raises(WeightsUnfit):
        configuration.read(place)


def test_a_configuration_that_is_not_there_is_told(tmp_path):
    with pytest.raises(FileMissing):
        configuration.read(tmp_path / "config.json")
