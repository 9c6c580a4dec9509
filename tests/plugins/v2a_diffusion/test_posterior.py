"""Posterior sampling on correlated normal data, where what is true given a part is known: what each method makes of it.

A deterministic solver is affine there, so that the mean and the covariance of all it makes are found without sampling.
"""

from dataclasses import dataclass

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, posterior, schedules, solvers  # noqa: E402
from v2a_diffusion.draws import Draws  # noqa: E402
from v2a_diffusion.objectives import FLOW, Model  # noqa: E402
from v2a_diffusion.posterior import Heard, Known  # noqa: E402
from v2a_diffusion.toys import Gaussian  # noqa: E402

PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
    "exploding": paths.exploding(400.0),
}
SIZE, TAIL = 8, 4
PLACES = torch.arange(SIZE, dtype=torch.float64)
MEAN = torch.linspace(-0.5, 0.5, SIZE, dtype=torch.float64)
COVARIANCE = 0.9 ** (PLACES[:, None] - PLACES).abs()
MASK = PLACES < TAIL
VALUES = torch.tensor([1.2, 0.4, -0.3, 0.8], dtype=torch.float64)


@dataclass
class Bias:
    """How far a made distribution is from the true one: in deviations, in power, and in all of the covariance."""

    mean: float
    variance: float
    covariance: float


def bias(mean, covariance, truth):
    off = (mean - truth.mean) / truth.covariance.diagonal().sqrt()
    return Bias(
        off.square().mean().sqrt().item(),
        (covariance.trace() / truth.covariance.trace()).item(),
        ((covariance - truth.covariance).norm() / truth.covariance.norm()).item(),
    )


def gaussian(path):
    return Gaussian(path, MEAN, COVARIANCE)


def truth(path):
    return gaussian(path).given(MASK, VALUES)


def known(count):
    data = torch.zeros(count, SIZE, dtype=torch.float64)
    data[:, MASK] = VALUES
    return Known(data, MASK.expand(count, SIZE))


def made(solve, path, steps=60):
    """The mean and the covariance of what a deterministic solver makes of standard noise."""
    starts = torch.cat([torch.zeros(1, SIZE), torch.eye(SIZE)]).double()
    times = schedules.log_snr(path, steps, low=0.01, high=400.0)
    out = solve(SIZE + 1)(gaussian(path), path.start(starts), times)
    moves = (out[1:] - out[0]).T
    return out[0], moves @ moves.T


def filled(lean, path, steps=60):
    mean, covariance = made(lambda count: posterior.inpainting(known(count), solvers.heun, lean), path, steps)
    return bias(mean[~MASK], covariance[~MASK][:, ~MASK], truth(path))


class Crowd(Draws):
    """One generator for all items: tests need many."""

    def __init__(self, seed):
        self.one = torch.Generator().manual_seed(seed)

    def like(self, x):
        return torch.randn(x.shape, generator=self.one, dtype=x.dtype)


def sampled(solve, path, steps, count=3000):
    draws = Crowd(1)
    start = path.start(draws.like(torch.zeros(count, SIZE, dtype=torch.float64)))
    out = solve(count)(gaussian(path), start, schedules.uniform(path, steps), draws)
    assert torch.equal(out[:, MASK], VALUES.expand(count, TAIL))
    return bias(out[:, ~MASK].mean(0), torch.cov(out[:, ~MASK].T), truth(path))


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_matching_moments_is_exact(path):
    found = filled(lambda denoise, heard: posterior.moment_matching(denoise, heard, TAIL), path, 120)
    assert found.mean < 0.005 and found.covariance < 0.005


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_two_thirds_of_its_iterations_are_nearly_enough(path):
    found = filled(posterior.moment_matching, path)
    assert found.mean < 0.01 and found.covariance < 0.01


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_pseudo_inverse_is_off_by_a_fifth_of_a_deviation_on_correlated_data(path):
    found = filled(posterior.pseudo_inverse, path)
    assert 0.1 < found.mean < 0.25 and 0.9 < found.variance < 1.0 and found.covariance < 0.1


@pytest.mark.parametrize("lean", [None, posterior.null_space], ids=["replacement", "null space"])
def test_what_never_looks_back_is_off_by_three_quarters_and_too_loose(lean):
    for path in PATHS.values():
        found = filled(lean, path)
        assert 0.6 < found.mean < 0.9 and 1.6 < found.variance < 2.0


def test_repaint_comes_nearer_with_its_turns():
    path = paths.straight()
    one, ten = (
        sampled(lambda count, turns=turns: posterior.repaint(known(count), turns), path, steps=50)
        for turns in (1, 10)
    )
    assert ten.mean < 0.3 < 0.5 < one.mean
    assert 0.8 < ten.variance < 1.05 and ten.covariance < 0.2


def test_dps_comes_near_with_many_small_steps():
    def solve(count):
        heard = known(count).heard()
        return posterior.inpainting(known(count), posterior.dps(heard, 0.02), lambda denoise, heard: denoise)

    found = sampled(solve, paths.straight(), steps=250)
    assert found.mean < 0.25 and 0.8 < found.variance < 1.1


def test_dps_hears_in_ways_that_are_not_linear():
    """Only the loudness of each number is known: what is made has it, and either sign."""
    path, draws = paths.straight(), Crowd(3)
    toy = Gaussian(path, torch.zeros(1).double(), torch.eye(1).double())
    square = posterior.Operator(torch.square, lambda y: y)
    heard = Heard(square, torch.full((400, 1), 1.44, dtype=torch.float64))
    start = draws.like(torch.zeros(400, 1, dtype=torch.float64))
    out = posterior.dps(heard, 0.05)(toy, start, schedules.uniform(path, 200), draws)
    assert (out.abs() - 1.2).abs().median() < 0.2
    assert 0.3 < (out > 0).double().mean() < 0.7


@pytest.mark.parametrize("lean", [posterior.pseudo_inverse, posterior.moment_matching])
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_both_are_exact_on_white_data_heard_in_noise(lean, path):
    """Data from N(0, 1), heard as 0.8 with a deviation of 0.5: the posterior is N(0.64, 0.2)."""
    white = Gaussian(path, torch.zeros(3).double(), torch.eye(3).double())
    heard = Heard(
        posterior.masked(torch.tensor([True, True, False])), torch.tensor([0.8, 0.8, 0.0]).double(), 0.5
    )
    x = path.start(torch.linspace(-1.5, 1.5, 15, dtype=torch.float64).reshape(5, 3))
    times = schedules.log_snr(path, 60, low=0.01)
    out = solvers.rk4(lean(white, heard), x, times)
    mean, variance = torch.tensor([0.64, 0.64, 0.0]).double(), torch.tensor([0.2, 0.2, 1.0]).double()
    expected = Gaussian(path, mean, torch.diag(variance)).moved(x, times[0], times[-1])
    torch.testing.assert_close(out, expected, rtol=0, atol=2e-3)


def test_a_dull_recording_in_noise_is_restored_as_well_as_can_be():
    """Heard through a low-pass filter in noise: the posterior's mean and covariance are those of a Wiener filter."""
    path, noise = paths.straight(), 0.1
    operator = posterior.filtered(torch.tensor([1.0, 0.8, 0.3, 0.05, 0.0]).double())
    matrix = operator.hear(torch.eye(SIZE).double()).T
    values = torch.linspace(1, -1, SIZE, dtype=torch.float64)
    power = matrix @ COVARIANCE @ matrix.T + noise**2 * torch.eye(SIZE)
    gain = COVARIANCE @ matrix.T @ torch.linalg.inv(power)
    wiener = Gaussian(path, MEAN + gain @ (values - matrix @ MEAN), COVARIANCE - gain @ matrix @ COVARIANCE)

    def solve(count):
        heard = Heard(operator, values.expand(count, SIZE), noise)
        return lambda denoise, *rest: solvers.heun(posterior.moment_matching(denoise, heard, SIZE), *rest)

    found = bias(*made(solve, path, steps=120), wiener)
    assert found.mean < 0.01 and found.covariance < 0.01


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_an_edit_begins_on_the_way_and_follows_the_flow_from_there(path):
    toy, times = gaussian(path), schedules.log_snr(path, 80, low=0.01)
    reference, noise = torch.randn(
        2, 5, SIZE, generator=torch.Generator().manual_seed(1), dtype=torch.float64
    )

    def edited(strength):
        return posterior.edit(reference, strength, solvers.rk4)(toy, path.start(noise), times)

    middle = times[40]
    expected = toy.moved(path.mix(reference, noise, middle), middle, times[-1])
    torch.testing.assert_close(edited(0.5), expected, rtol=0, atol=1e-3)
    torch.testing.assert_close(edited(0.0), reference)
    if path.name != "exploding":
        torch.testing.assert_close(edited(1.0), solvers.rk4(toy, path.start(noise), times))


def test_a_step_is_taken_at_least_once():
    with pytest.raises(ValueError, match="at least once"):
        posterior.repaint(known(1), turns=0)


@pytest.mark.parametrize("mask_or_filter", ["mask", "filter"])
def test_an_operator_and_its_transpose_belong_together(mask_or_filter):
    operator = (
        posterior.masked(MASK)
        if mask_or_filter == "mask"
        else posterior.filtered(torch.linspace(1, 0, SIZE // 2 + 1).double())
    )
    x, y = torch.randn(2, 5, SIZE, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close((operator.hear(x) * y).sum(), (x * operator.back(y)).sum())


def test_conjugate_gradients_solve_each_item_by_itself():
    generator = torch.Generator().manual_seed(1)
    root = torch.randn(3, 5, 5, generator=generator, dtype=torch.float64)
    matrices, right = root @ root.mT, torch.randn(3, 5, generator=generator, dtype=torch.float64)
    right[1] = 0
    found = posterior.solved(lambda v: (matrices @ v[..., None])[..., 0], right, 12)
    torch.testing.assert_close((matrices @ found[..., None])[..., 0], right, rtol=1e-6, atol=1e-6)
    assert torch.equal(found[1], torch.zeros(5, dtype=torch.float64))


def network(x, t):
    """What a network of latents is like: each frame is made of its neighbours."""
    return x - torch.tanh(torch.nn.functional.avg_pool1d(x, 5, 1, 2) * (2 - t[:, None, None]))


WAYS = {
    "replacement": lambda known: posterior.inpainting(known, solvers.euler),
    "null space": lambda known: posterior.inpainting(known, solvers.dpmpp_2m, posterior.null_space),
    "pseudo inverse": lambda known: posterior.inpainting(known, solvers.heun, posterior.pseudo_inverse),
    "moment matching": lambda known: posterior.inpainting(known, solvers.deis_3, posterior.moment_matching),
    "repaint": lambda known: posterior.repaint(known, 3),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("quiet", [torch.no_grad, torch.inference_mode, torch.enable_grad])
def test_a_sound_goes_on_from_the_exact_latents_of_its_tail(way, quiet):
    tail = torch.randn(2, 3, 6, generator=torch.Generator().manual_seed(4))
    model, draws = Model(network, paths.straight(), FLOW), Draws.seeded([5, 6])
    start, times = draws.normal((3, 20)), schedules.uniform(model.path, 8)
    with quiet():
        out = way(Known.tail(tail, 20))(model, start, times, draws)
    assert out.shape == (2, 3, 20) and not out.requires_grad
    assert torch.equal(out[..., :6], tail)
    assert torch.isfinite(out).all()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_is_made_follows_the_tail_and_is_the_same_in_any_company(way):
    tails = torch.stack([torch.full((3, 6), 2.0), torch.full((3, 6), -2.0), torch.zeros(3, 6)])
    model, times = Model(network, paths.straight(), FLOW), schedules.uniform(paths.straight(), 12)
    batch = Draws.seeded([1, 1, 2])
    together = way(Known.tail(tails, 12))(model, batch.normal((3, 12)), times, batch)
    assert (together[0, :, 6] > together[1, :, 6]).all(), "the same noise, after a loud tail and its opposite"
    alone = Draws.seeded([1])
    lonely = way(Known.tail(tails[1:2], 12))(model, alone.normal((3, 12)), times, alone)
    torch.testing.assert_close(together[1:2], lonely, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_no_step_waits_for_the_device(way):
    """On torch's meta device every look at a value is an error, as on a GPU it would be a wait."""
    model = Model(network, paths.straight(), FLOW)
    tail, start = torch.ones(2, 3, 6, device="meta"), torch.ones(2, 3, 12, device="meta")
    out = way(Known.tail(tail, 12))(model, start, schedules.uniform(model.path, 4), Draws.seeded([1, 2]))
    assert out.device.type == "meta" and out.dtype == torch.float32


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_broken_item_is_told_though_its_tail_is_whole(way):
    spoilt = Model(lambda x, t: x * torch.tensor([1.0, float("nan")])[:, None, None], paths.straight(), FLOW)
    draws = Draws.seeded([1, 2])
    known_part = Known.tail(torch.ones(2, 3, 6), 12)
    out = way(known_part)(spoilt, draws.normal((3, 12)), schedules.uniform(spoilt.path, 4), draws)
    assert solvers.broken(out) == (1,)
