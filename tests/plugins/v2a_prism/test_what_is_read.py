"""What the generator reads: weights by name, features from the film or from elsewhere, adapters; and what does not fit."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import v2a
from v2a.errors import WeightsMissing, WeightsUnfit
from v2a.testing import bench

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from tests.plugins.v2a_prism.desk import RATE, asked, features, made, track  # noqa: E402
from v2a_prism import checkpoint, conditions, sampling  # noqa: E402
from v2a_prism import config as configuration  # noqa: E402
from v2a_prism.generator import PrismParams, prism  # noqa: E402
from v2a_prism.model import PrismAudio  # noqa: E402


def test_features_of_another_width_are_refused_by_name(maker, tmp_path):
    (bad,) = made(maker, asked(features={"t5gemma": track(tmp_path, "wide", np.ones((3, 25)))}))
    assert "t5gemma's features are 3 × 25" in bad.what


def test_weights_by_another_name(maker, weights):
    with pytest.raises(WeightsMissing, match="'mine'"):
        made(maker, asked(params={"model": "mine"}))
    tiny.folder(weights / "mine", tiny.model(seed=3))
    other, published = made(maker, asked(params={"model": "mine"}), asked())
    assert np.abs(other - published).max() > 1e-4


def test_the_card_says_what_is_missing_and_follows_the_weights(weights, tmp_path):
    assert prism(weights).card.lacks == ""
    assert prism(weights).card.weights
    empty = prism(tmp_path).card
    assert "v2a models pull prismaudio videoprism synchformer t5gemma" in empty.lacks
    assert empty.weights == ""
    changed = tmp_path / "changed"
    tiny.folder(changed.parent / "changed")
    (tmp_path / "changed").rename(tmp_path / "prismaudio")
    assert prism(tmp_path).card.weights != empty.weights
    assert "prismaudio" not in prism(tmp_path).card.lacks
    assert replace(PrismParams(), steps=3).steps == 3


def test_features_made_elsewhere(weights, tmp_path):
    full = tmp_path / "full"
    full.mkdir()
    tree = tiny.tree()
    for entry, size in zip(tree["model"]["conditioning"]["configs"], (1024, 1024, 768)):
        entry["config"]["dim"] = size
    (full / "prismaudio").mkdir()
    (full / "prismaudio" / "config.json").write_text(json.dumps(tree))
    model = PrismAudio(configuration.parsed(tree, "tiny"))
    torch.save(model.state_dict(), full / "prismaudio" / "prismaudio.ckpt")
    rng = np.random.default_rng(1)
    shapes = {"video_features": (8, 1024), "text_features": (5, 1024), "sync_features": (40, 768)}
    np.savez(tmp_path / "a.npz", **{n: rng.normal(size=s).astype(np.float32) for n, s in shapes.items()})
    (tmp_path / "b.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:500])
    maker = prism(full).open(bench(tmp_path, weights=full))
    given, missing = made(
        maker,
        asked(2, params={"features": str(tmp_path / "a.npz")}),
        asked(2, params={"features": str(tmp_path / "b.npz")}),
    )
    assert given.shape == (2, 2 * RATE)
    assert isinstance(missing, v2a.Failure)
    assert "b.npz" in missing.what


def test_an_adapter_changes_the_sound(weights, maker, tmp_path):
    from v2a_diffusion import lora

    model = checkpoint.load(weights / "prismaudio")
    draws = torch.Generator().manual_seed(1)
    terms = lora.Terms(2, 1.0)
    lora.inject(model, terms, draws, lambda name: name.endswith("to_out"))
    for part in model.modules():
        if isinstance(part, lora.Adapted):
            part.up.data.normal_(generator=draws)
    lora.save(model, terms, tmp_path / "own.safetensors")
    plain, adapted = made(maker, asked(1), asked(1, params={"adapter": str(tmp_path / "own.safetensors")}))
    assert np.abs(plain - adapted).max() > 1e-4


@pytest.mark.parametrize(("seconds", "published"), [(8, 172), (9, 194), (4, 79)])
def test_the_sync_stream_keeps_its_pace(weights, seconds, published):
    model = checkpoint.load(weights / "prismaudio")
    told = sampling.tell(model, tiny.features(seconds))
    assert told.sync.shape[1] == published
    length = -(-seconds * RATE // 2048)
    held = conditions.in_time(told, length).sync
    assert held.shape[1] == length
    assert torch.equal(held[:, :published], told.sync)
    assert (held[:, published:] == told.sync[:, -1:]).all()
    assert conditions.in_time(told, 20).sync.shape[1] == 20


def test_without_a_picture_nothing_is_told_of_movement(weights, tmp_path):
    from v2a_prism.drafting import drafts
    from v2a_prism.opening import Weights, opened

    home = opened(bench(tmp_path, weights=weights), Weights.of(PrismParams()))
    given = [(asked(2), PrismParams()), (asked(2, features=features(tmp_path, 2)), PrismParams())]
    alone, seen = drafts(home, given)
    assert not alone.cue.told.sync.any() and not alone.cue.told.video.any()
    assert seen.cue.told.sync.any()


@pytest.mark.parametrize("change", ["config.json", "prismaudio.ckpt", "vae.ckpt"])
def test_takes_follow_from_every_file_that_is_read(tmp_path, change):
    tiny.folder(tmp_path / "prismaudio")
    (tmp_path / "prismaudio" / "model.safetensors").write_bytes(b"1")
    (tmp_path / "prismaudio" / "vae.ckpt").write_bytes(b"1")
    before = prism(tmp_path).card.weights
    path = tmp_path / "prismaudio" / change
    path.write_bytes(path.read_bytes() + b" ")
    assert prism(tmp_path).card.weights not in (before, "")


def test_a_bad_file_does_not_take_the_generator_along(tmp_path):
    (tmp_path / "prismaudio").mkdir()
    (tmp_path / "prismaudio" / "prismaudio.ckpt").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert "t5gemma" in prism(tmp_path).card.lacks
    assert "prismaudio" in prism(tmp_path / "file").card.lacks


def test_features_of_another_length_than_the_cue_are_refused(tmp_path):
    shapes = {"video_features": (36, 1024), "text_features": (5, 1024), "sync_features": (216, 768)}
    arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    np.savez(tmp_path / "nine.npz", duration=np.array(9.0), **arrays)
    config = configuration.published()
    with pytest.raises(WeightsUnfit, match="of 9 s and the cue takes 2 s"):
        conditions.of(asked(2), config, str(tmp_path / "nine.npz"))
    assert len(conditions.of(asked(9), config, str(tmp_path / "nine.npz")).sync) == 216


def test_a_model_of_another_rate_is_named(maker):
    (bad,) = maker([replace(asked(1), rate=48_000)])
    assert isinstance(bad, v2a.Failure)
    assert "2 channels at 44100 Hz, and not 2 at 48000" in bad.what
