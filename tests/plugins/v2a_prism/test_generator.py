"""The generator keeps the contract at any length, goes on from a tail, comes near a reference, and fails by the cue."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import v2a
from v2a.errors import MemoryShort, WeightsMissing, WeightsUnfit
from v2a.testing import Trial, bench, check_generator, request

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a_prism import checkpoint, conditions, drawing, sampling  # noqa: E402
from v2a_prism import config as configuration  # noqa: E402
from v2a_prism.generator import PrismParams, prism  # noqa: E402
from v2a_prism.model import PrismAudio  # noqa: E402

RATE = 44_100
QUICK = {"steps": 3, "model": "prismaudio"}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    tiny.folder(folder / "prismaudio")
    for name in ("videoprism", "synchformer", "t5gemma"):
        (folder / name).mkdir()
        (folder / name / "some.npz").touch()
    return folder


@pytest.fixture
def maker(weights, tmp_path):
    with_weights = bench(tmp_path, weights=weights)
    opened = prism(weights).open(with_weights)
    yield opened
    opened.close()


def asked(seconds=2, **given):
    params = QUICK | given.pop("params", {})
    return request(seconds, rate=RATE, kind="fo", params=params, **given)


def made(maker, *requests):
    return [answer.sound.samples if isinstance(answer, v2a.Made) else answer for answer in maker(requests)]


def track(folder, name, rows):
    path = folder / f"{name}.npy"
    np.save(path, np.asarray(rows, np.float32))
    return v2a.FeatureTrack(str(path), None, sliceable=False)


def features(folder, seconds, seed=0):
    told = tiny.features(seconds, seed=seed)
    names = {"videoprism": told.video, "t5gemma": told.text, "synchformer": told.sync}
    return {name: track(folder, f"{name}{seed}", rows.numpy()) for name, rows in names.items()}


def sound(folder, samples, name="sound"):
    path = folder / f"{name}.npy"
    return v2a.SoundFile.write(path, v2a.Audio(np.asarray(samples, np.float32), RATE))


def test_it_keeps_the_contract(weights):
    fields = {"params": QUICK | {"steps": 1}}
    check_generator(
        prism(weights), executors=(), trial=Trial(lengths=(F(1), F(3)), fields=fields, weights=weights)
    )


@pytest.mark.parametrize("seconds", [1, F(7, 5), 2, 5, F(15, 2), 8, 9])
def test_any_length_comes_out_exact_and_sounds_to_its_end(maker, tmp_path, seconds):
    (samples,) = made(maker, asked(seconds, features=features(tmp_path, float(seconds))))
    assert samples.shape == (2, round(seconds * RATE))
    assert np.abs(samples[:, -400:]).max() > 0
    assert np.isfinite(samples).all()


def test_picture_text_and_what_to_avoid_are_all_heard(maker, tmp_path):
    own = features(tmp_path, 2)
    plain, *others = made(
        maker,
        asked(features=own),
        *(asked(features=own | {name: rows}) for name, rows in features(tmp_path, 2, seed=1).items()),
        asked(features=own | {"t5gemma:avoid": track(tmp_path, "avoid", np.ones((3, 24)))}),
    )
    assert all(np.abs(plain - other).max() > 1e-4 for other in others)


def test_level_is_as_the_model_made_it(maker, weights, tmp_path):
    (samples,) = made(maker, asked(seed=6, features=features(tmp_path, 2)))
    model = checkpoint.load(weights / "prismaudio")
    cue = sampling.Cue(sampling.tell(model, tiny.features(2)), 6)
    latents = drawing.draw(model, [drawing.Draft(cue, 44)], sampling.Sampling(steps=3))
    plain = sampling.decode(model, latents)[0, :, : 2 * RATE].numpy()
    assert np.sqrt((samples**2).mean()) == pytest.approx(np.sqrt((plain**2).mean()), rel=0.05)


def test_it_goes_on_from_a_tail(maker, tmp_path):
    (first,) = made(maker, asked(4, seed=1))
    tail = sound(tmp_path, first[:, -2 * RATE :])
    alone, on = made(maker, asked(4, seed=2), asked(4, seed=2, tail=tail))
    length = 2 * RATE - 4 * 2048

    def apart(one):
        return np.abs(one[:, :length] - first[:, -2 * RATE : -2 * RATE + length]).mean()

    assert apart(on) < apart(alone)
    assert np.abs(on[:, 3 * RATE :] - alone[:, 3 * RATE :]).max() > 0


def test_the_latents_of_a_tail_are_kept_to_the_bit_and_the_rest_answers_to_them(weights):
    model = checkpoint.load(weights / "prismaudio")
    cue = sampling.Cue(sampling.tell(model, tiny.features(2)), 5)
    how = sampling.Sampling(steps=6)
    known = torch.randn(model.config.latent, 20)
    plain = drawing.draw(model, [drawing.Draft(cue, 43)], how)[0]
    going = drawing.draw(model, [drawing.Draft(cue, 43, tail=known)], how)[0]
    assert torch.allclose(going[:, :20], known, atol=1e-5)
    assert (going[:, 20:] - plain[:, 20:]).abs().max() > 1e-4
    assert torch.equal(going, drawing.draw(model, [drawing.Draft(cue, 43, tail=known)], how)[0])


def test_a_window_that_is_broken_fails_alone(weights, tmp_path):
    spoilt = tiny.features(2)
    rows = spoilt.sync.clone()
    rows[3] = float("nan")
    own = features(tmp_path, 2)
    maker = prism(weights).open(bench(tmp_path, weights=weights))
    good, bad, other = maker(
        [
            asked(features=own),
            asked(features=own | {"synchformer": track(tmp_path, "nan", rows)}),
            asked(seed=4),
        ]
    )
    assert isinstance(good, v2a.Made)
    assert isinstance(other, v2a.Made)
    assert isinstance(bad, v2a.Failure)
    assert "not finite" in bad.what


def test_features_of_another_width_are_refused_by_name(maker, tmp_path):
    (bad,) = made(maker, asked(features={"t5gemma": track(tmp_path, "wide", np.ones((3, 25)))}))
    assert "t5gemma's features are 3 × 25" in bad.what


def test_the_order_of_requests_is_that_of_answers_and_company_changes_nothing(maker, tmp_path):
    lengths = (2, 1, 3, 1)
    requests = [asked(n, seed=10 + i) for i, n in enumerate(lengths)]
    together = made(maker, *requests)
    assert [s.shape[1] for s in together] == [n * RATE for n in lengths]
    for one, samples in zip(requests, together):
        assert np.array_equal(made(maker, one)[0], samples)


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


def test_each_solver_goes_another_way_to_much_the_same(maker):
    names = ("euler", "heun", "midpoint", "rk4", "dpmpp-2m", "dpmpp-3m", "deis-3")
    drawn = dict(zip(names, made(maker, *(asked(1, params={"solver": n, "steps": 40}) for n in names))))
    assert all(np.abs(drawn["rk4"] - drawn[n]).max() > 0 for n in names if n != "rk4")
    loud = np.sqrt((drawn["rk4"] ** 2).mean())
    errors = {n: np.sqrt(((drawn[n] - drawn["rk4"]) ** 2).mean()) / loud for n in names}
    assert max(errors[n] for n in names if n != "euler") < errors["euler"] < 0.3


def test_within_a_limit_the_sound_is_the_same_and_what_it_takes_is_said_before_it_loads(weights, tmp_path):
    told = []
    maker = prism(weights).open(bench(tmp_path, weights=weights, tell=told.append))
    free = made(maker, asked(2))[0]
    assert re.match(r"loads prismaudio: \d+ MB on cpu", told[0].what)
    assert np.abs(free - made(maker, asked(2, params={"memory": 0.006}))[0]).max() < 1e-4
    with pytest.raises(MemoryShort, match=r"at the very least \d MB .* there are 0 MB"):
        made(maker, asked(2, params={"memory": 1e-6}))


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
