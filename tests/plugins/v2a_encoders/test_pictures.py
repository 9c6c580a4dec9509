"""Synchformer and VideoPrism as encoders: what they ask for, spans of every length, and what goes wrong."""

import gc
import weakref
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a.builtin.executors import EXECUTORS
from v2a.errors import WeightsUnfit
from v2a.interfaces import Address
from v2a.testing import check_encoder

torch = pytest.importorskip("torch")

from tests.plugins.v2a_encoders.checkpoints import tiny_synchformer, tiny_videoprism  # noqa: E402
from v2a_encoders import pictures, synchformer  # noqa: E402
from v2a_encoders.pictures import Synchformer, VideoPrism  # noqa: E402

BOTH = (Synchformer(), VideoPrism())


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return tmp_path_factory.mktemp("weights")


@pytest.fixture(scope="module")
def towers(weights):
    return tiny_synchformer(weights / "synchformer"), tiny_videoprism(weights / "videoprism")


def frames(folder, encoder, count, seed=1):
    side = encoder.plain.picture.width
    pixels = np.random.default_rng(seed).integers(0, 256, (count, side, side, 3), np.uint8)
    path = folder / f"{encoder.plain.name}-{count}-{seed}.npy"
    np.save(path, pixels)
    return pixels, v2a.EncodeRequest(frames=str(path))


def encoded(encoder, weights, *requests, **bench):
    reader = encoder.open(v2a.Bench(weights=weights, **bench))
    try:
        return list(reader(requests))
    finally:
        reader.close()


def test_what_they_ask_for():
    movement, sights = (encoder.card.picture for encoder in BOTH)
    assert movement == v2a.PictureNeed(224, 224, Fraction(25), fit="crop")
    assert sights == v2a.PictureNeed(288, 288, Fraction(4), fit="letterbox")
    assert not any(encoder.card.sliceable for encoder in BOTH)


@pytest.mark.parametrize("count", [1, 15, 16, 25, 41])
def test_synchformer_gives_eight_rows_a_stretch(weights, towers, tmp_path, monkeypatch, count):
    monkeypatch.setattr(pictures, "_TOGETHER", 3)
    pixels, request = frames(tmp_path, BOTH[0], count)
    (rows,) = encoded(BOTH[0], weights, request)
    stretches = max(count - 16, 0) // 8 + 1
    assert rows.shape == (8 * stretches, 16) and rows.dtype == np.float32
    last = np.concatenate([pixels, pixels[-1:].repeat(max(0, 16 - count), 0)])[8 * (stretches - 1) :][:16]
    with torch.inference_mode():
        wanted = towers[0](synchformer.normalised(torch.from_numpy(last).permute(0, 3, 1, 2)[None]))
    assert np.allclose(rows[-8:], wanted[0].numpy(), atol=1e-5)


@pytest.mark.parametrize(("count", "part"), [(1, 1), (3, 3), (5, 2)])
def test_videoprism_gives_a_row_a_frame(weights, towers, tmp_path, monkeypatch, count, part):
    monkeypatch.setattr(pictures, "MOST_FRAMES", 3)
    pixels, request = frames(tmp_path, BOTH[1], count)
    (rows,) = encoded(BOTH[1], weights, request)
    assert rows.shape == (count, 16) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    first = pixels[:part]
    with torch.inference_mode():
        wanted = towers[1](torch.from_numpy(first)[None].float() / 255).frames[0]
    assert np.allclose(rows[: len(first)], wanted.numpy(), atol=1e-5)


@pytest.mark.parametrize("encoder", BOTH, ids=lambda e: e.plain.name)
def test_half_precision_comes_near_and_is_given_as_float32(weights, towers, tmp_path, encoder):
    _, request = frames(tmp_path, encoder, 17)
    (whole,), (half,) = (encoded(encoder, weights, request, dtype=d) for d in ("float32", "bfloat16"))
    assert half.dtype == np.float32
    assert 0 < np.linalg.norm(half - whole) < 0.05 * np.linalg.norm(whole)


@pytest.mark.parametrize("encoder", BOTH, ids=lambda e: e.plain.name)
def test_a_request_without_frames_is_a_failure_and_the_next_one_is_read(weights, towers, tmp_path, encoder):
    _, good = frames(tmp_path, encoder, 4)
    _, empty = frames(tmp_path, encoder, 0)
    answers = encoded(encoder, weights, v2a.EncodeRequest(text="x"), empty, good)
    assert [isinstance(answer, v2a.Failure) for answer in answers] == [True, True, False]


@pytest.mark.parametrize(
    ("encoder", "made"),
    [(BOTH[0], tiny_synchformer), (BOTH[1], tiny_videoprism)],
    ids=["synchformer", "videoprism"],
)
def test_weights_that_are_not_numbers_are_a_failure(tmp_path, monkeypatch, encoder, made):
    monkeypatch.setattr("tests.plugins.v2a_encoders.checkpoints.drawn", _not_numbers)
    made(tmp_path / encoder.folder)
    _, request = frames(tmp_path, encoder, 2)
    (answer,) = encoded(encoder, tmp_path, request)
    assert isinstance(answer, v2a.Failure)
    assert "NaN" in answer.what and answer.remedy


def _not_numbers(model, seed):
    for tensor in model.state_dict().values():
        tensor.fill_(float("nan"))
    return model


def test_a_checkpoint_of_other_sizes_is_told_by_its_names(tmp_path):
    tiny_synchformer(tmp_path / "synchformer")
    (tmp_path / "synchformer" / "config.json").unlink()
    with pytest.raises(WeightsUnfit, match=r"lacks vfeat_extractor\.blocks\.1\..*in another shape"):
        Synchformer().open(v2a.Bench(weights=tmp_path))


def test_a_configuration_that_cannot_be_read_is_told(tmp_path):
    tiny_videoprism(tmp_path / "videoprism")
    (tmp_path / "videoprism" / "config.json").write_text("{")
    with pytest.raises(WeightsUnfit, match=r"config\.json"):
        VideoPrism().open(v2a.Bench(weights=tmp_path))


@pytest.mark.parametrize("encoder", BOTH, ids=lambda e: e.plain.name)
def test_close_lets_go_of_the_model(weights, towers, encoder):
    reader = encoder.open(v2a.Bench(weights=weights))
    held = weakref.ref(reader._model)
    assert held() is not None
    reader.close()
    gc.collect()
    assert held() is None


@pytest.mark.parametrize("encoder", BOTH, ids=lambda e: e.plain.name)
def test_they_stop_where_they_are_told_to(weights, towers, tmp_path, encoder):
    _, request = frames(tmp_path, encoder, 2)
    with pytest.raises(v2a.V2aError, match="stopped"):
        encoded(encoder, weights, request, cancelled=lambda: True)


@pytest.mark.parametrize("kind", [Synchformer, VideoPrism], ids=["synchformer", "videoprism"])
def test_they_keep_the_contract(weights, towers, kind):
    class Here(kind):
        def open(self, bench):
            return super().open(replace(bench, weights=weights))

    check_encoder(Here())


def test_a_process_of_its_own_reads_the_same(weights, towers, tmp_path):
    encoder = BOTH[0]
    _, request = frames(tmp_path, encoder, 30)
    (here,) = encoded(encoder, weights, request)
    process = next(executor for executor in EXECUTORS if executor.card.name == "process")
    runner = process.open(v2a.Bench(weights=weights, scratch=tmp_path), stall=120.0)
    try:
        (answer,) = runner.run(Address("v2a_encoders", "v2a_encoders", encoder.plain.name), (request,))
        there = np.load(answer.result.path)
    finally:
        runner.close()
    assert np.array_equal(here, there)
