"""The generator keeps the contract at any length, goes on from a tail, is the same within any memory, and fails by the cue."""

from __future__ import annotations

import re
from fractions import Fraction as F

import numpy as np
import pytest

import v2a
from v2a.errors import MemoryShort
from v2a.testing import Trial, bench, check_generator

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from tests.plugins.v2a_prism.desk import QUICK, RATE, asked, features, made, sound, track  # noqa: E402
from v2a_prism import checkpoint, drawing, sampling  # noqa: E402
from v2a_prism.generator import prism  # noqa: E402


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


def test_the_order_of_requests_is_that_of_answers_and_company_changes_nothing(maker, tmp_path):
    lengths = (2, 1, 3, 1)
    requests = [asked(n, seed=10 + i) for i, n in enumerate(lengths)]
    together = made(maker, *requests)
    assert [s.shape[1] for s in together] == [n * RATE for n in lengths]
    for one, samples in zip(requests, together):
        assert np.array_equal(made(maker, one)[0], samples)


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
