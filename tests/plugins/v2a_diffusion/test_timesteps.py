"""Times to train at: their distributions, on either direction of time, from a generator alone."""

import math

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, timesteps  # noqa: E402

PLACES = torch.linspace(0.00005, 0.99995, 10000, dtype=torch.float64)
SAMPLERS = (timesteps.uniform, timesteps.logit_normal, timesteps.truncated_logit_normal, timesteps.log_normal)


def normal(value):
    return (1 + math.erf(value / math.sqrt(2))) / 2


@pytest.mark.parametrize("sampler", SAMPLERS, ids=lambda one: one.__name__)
def test_times_stay_on_the_path_and_turn_with_it(sampler):
    for places in (PLACES, torch.tensor([0.0, 1 - 2**-53], dtype=torch.float64)):
        t = sampler(paths.straight(), places)
        assert t.dtype == torch.float32
        assert (t >= 0).all() and (t <= 1).all()
        torch.testing.assert_close(sampler(paths.straight(noise_at=0.0), places), 1 - t, atol=1e-6, rtol=0)


def test_uniform_is_even():
    torch.testing.assert_close(timesteps.uniform(paths.straight(), PLACES), PLACES.float())
    assert timesteps.uniform(paths.exploding(40.0), PLACES).max() == pytest.approx(40, rel=1e-3)


@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (-0.5, 0.7)])
def test_the_logit_is_normal(mean, std):
    logits = torch.logit(timesteps.logit_normal(paths.straight(), PLACES, mean, std).double())
    assert logits.mean().item() == pytest.approx(mean, abs=0.01)
    assert logits.std().item() == pytest.approx(std, rel=0.01)


def test_the_truncated_one_is_cut_and_stretched():
    t = timesteps.truncated_logit_normal(paths.straight(), PLACES).double()
    for share in (0.2, 0.5, 0.8):
        least = normal(math.log(0.075 / 0.925))
        cut = 0.075 + (1 - share) * 0.925
        expected = 1 - (normal(math.log(cut / (1 - cut))) - least) / (1 - least)
        assert (t < share).double().mean().item() == pytest.approx(expected, abs=1e-3)
    assert t.max() > 0.99 and t.min() < 0.05
    assert (t > 0.9).sum() > (t < 0.1).sum()


def test_the_noise_level_of_edm_is_log_normal():
    for path in (paths.exploding(), paths.straight(), paths.cosine()):
        levels = torch.log(path.noise_to_signal(timesteps.log_normal(path, PLACES).double()))
        assert levels.mean().item() == pytest.approx(-1.2, abs=0.01)
        assert levels.std().item() == pytest.approx(1.2, rel=0.01)


def test_stratified_places_lie_one_in_each_part():
    places = timesteps.stratified(64, torch.Generator().manual_seed(3))
    assert sorted((places * 64).floor().long().tolist()) == list(range(64))
    assert places.tolist() != sorted(places.tolist())


@pytest.mark.parametrize("draw", [timesteps.independent, timesteps.stratified], ids=lambda one: one.__name__)
def test_places_come_from_their_generator_alone(draw):
    torch.randn(3)
    one = draw(16, torch.Generator().manual_seed(3))
    torch.randn(5)
    assert torch.equal(one, draw(16, torch.Generator().manual_seed(3)))
    assert not torch.equal(one, draw(16, torch.Generator().manual_seed(4)))
    assert (one >= 0).all() and (one < 1).all()
