"""CLIP as an observer, from a tiny random checkpoint, without a network."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from tests.plugins.v2a_encoders.checkpoints import CLIP, tiny_clip
from v2a.testing import check_observer
from v2a.testing.makers import film
from v2a_encoders import neural
from v2a_encoders.checkpoint import chosen
from v2a_encoders.sights import Sights, _Asked
from v2a_encoders.tags import words

needs_torch = pytest.mark.skipif(not neural.available(), reason="needs v2a[neural]")
quiet = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.delenv("V2A_CLIP", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    tiny_clip(folder / "clip")
    return folder


def test_without_a_checkpoint_it_stays_out_and_says_why(tmp_path):
    here = Sights().at(v2a.Bench(weights=tmp_path))
    assert not here.card.default
    assert "there is no CLIP checkpoint" in here.card.lacks and "V2A_CLIP" in here.card.lacks


@pytest.mark.parametrize("config", ["", "{", "{}", '{"model_cfg": {"embed_dim": 4}}'])
def test_a_broken_config_is_said_and_no_crash(tmp_path, config):
    (tmp_path / "clip").mkdir()
    (tmp_path / "clip" / "open_clip_config.json").write_text(config)
    assert Sights().at(v2a.Bench(weights=tmp_path)).card.lacks


def test_a_model_nobody_knows_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("V2A_CLIP", "ViT-Q-99@nothing")
    assert "ViT-Q-99" in Sights().at(v2a.Bench(weights=tmp_path)).card.lacks


def bare(folder, weights=b"abc"):
    folder.mkdir(exist_ok=True)
    (folder / "open_clip_config.json").write_text(json.dumps({"model_cfg": CLIP}))
    (folder / "open_clip_model.safetensors").write_bytes(weights)
    return folder


def test_the_card_tells_checkpoints_apart(tmp_path, monkeypatch):
    bench = v2a.Bench(weights=tmp_path)
    bare(tmp_path / "clip")
    card = Sights().at(bench).card
    assert card.default and not card.lacks
    assert card.features["clip"].shape == (16,) and (card.picture.width, card.picture.height) == (32, 32)
    bare(tmp_path / "clip", b"other")
    assert Sights().at(bench).card.version != card.version
    monkeypatch.setenv("V2A_CLIP", str(bare(tmp_path / "moved")))
    assert Sights().at(bench).card.version == card.version


@needs_torch
def test_a_model_of_open_clip_with_a_file(tmp_path, monkeypatch):
    (tmp_path / "mine.pt").write_bytes(b"weights")
    monkeypatch.setenv("V2A_CLIP", f"ViT-B-32@{tmp_path / 'mine.pt'}")
    found = chosen(v2a.Bench(weights=tmp_path))
    assert (found.model, found.pretrained, found.width, found.side) == (
        "ViT-B-32", str(tmp_path / "mine.pt"), 512, 224,
    )  # fmt: skip


@needs_torch
def test_the_hub_is_not_asked_when_offline(tmp_path, monkeypatch):
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("V2A_CLIP", "hf-hub:nobody/nothing")
    assert Sights().at(v2a.Bench(weights=tmp_path)).card.lacks


@needs_torch
@quiet
def test_it_keeps_the_contract_of_observers(weights, monkeypatch):
    monkeypatch.setenv("V2A_CLIP", str(weights / "clip"))
    check_observer(Sights().at(v2a.Bench()))


@needs_torch
@quiet
def test_the_words_of_a_question_share_one_chance(weights):
    bench = v2a.Bench(weights=weights)
    model = Sights().at(bench)._opened(bench)
    table = words("sights")
    rows = model.frames(np.random.default_rng(1).integers(0, 256, (4, 32, 32, 3), np.uint8), 2)
    chances = _Asked(model, table)(rows)
    assert chances.shape == (4, len(table)) and (chances >= 0).all()
    for question in ("setting", "light", "size"):
        columns = [n for n, word in enumerate(table) if word.question == question]
        assert np.allclose(chances[:, columns].sum(1), 1, atol=1e-5)
    sounds = [n for n, word in enumerate(table) if word.question == "sound"]
    assert (chances[:, sounds].sum(1) < 1).all()


@needs_torch
@quiet
def test_a_picture_of_what_a_word_says_gets_that_word(weights, tmp_path):
    """A random model has no idea; the feature of a prompt itself stands for a picture of it."""
    bench = v2a.Bench(weights=weights)
    observer = Sights().at(bench)
    model, table = observer._opened(bench), words("sights")
    beach = next(word for word in table if word.name == "beach")
    model.scale = 5000.0
    np.save(tmp_path / "clip.npy", model.texts([beach.prompt]).repeat(2, 0).astype(np.float16))
    track = v2a.FeatureTrack(str(tmp_path / "clip.npy"), Fraction(1, 2))
    span = v2a.Span(Fraction(0), Fraction(4))
    seen = replace(
        v2a.Observations(film(4), features={"clip": track}),
        shots=(v2a.Shot(span),),
        scenes=(v2a.Scene(span, (0,)),),
    )
    found = observer.conclude(bench, seen)
    assert "beach" in found.scenes[0].tags
    assert len(found.shots) == 1
