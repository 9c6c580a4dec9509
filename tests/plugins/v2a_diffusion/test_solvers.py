"""Solvers against the exact flow of a mixture: order, convergence everywhere, company, noise, and what breaks."""

import math

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, schedules, solvers  # noqa: E402
from v2a_diffusion.draws import Draws  # noqa: E402
from v2a_diffusion.objectives import FLOW, Model  # noqa: E402
from v2a_diffusion.toys import Mixture  # noqa: E402

PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
    "linear beta": paths.linear_beta(),
    "sigmoid": paths.sigmoid(),
    "exploding": paths.exploding(20.0),
    "exploding, turned": paths.turned(paths.exploding(20.0)),
}
SCHEDULES = {
    "uniform": schedules.uniform,
    "cosine": schedules.cosine,
    "sigmoid": schedules.sigmoid,
    "karras": schedules.karras,
    "log_snr": schedules.log_snr,
    "shifted": schedules.shifted,
}
ORDERS = {
    solvers.euler: 1,
    solvers.heun: 2,
    solvers.midpoint: 2,
    solvers.rk4: 4,
    solvers.ddim: 1,
    solvers.dpmpp_2m: 2,
    solvers.dpmpp_3m: 3,
    solvers.deis_1: 1,
    solvers.deis_2: 2,
    solvers.deis_3: 3,
}
STOCHASTIC = (
    solvers.ancestral,
    solvers.edm,
    solvers.dpmpp_2m_sde,
    solvers.dpmpp_3m_sde,
    solvers.euler_maruyama,
)


def named(solver):
    return solver.__name__


def mixture(path):
    return Mixture(path, means=(-1.5, 1.0), deviations=(0.3, 0.5), weights=(0.4, 0.6))


def noise(count=21):
    return torch.linspace(-2, 2, count, dtype=torch.float64).reshape(1, -1)


def between(path, steps, noisiest=20.0, clearest=0.05):
    """Even steps in half the log-SNR, inside the path."""
    levels = torch.linspace(-math.log(noisiest), -math.log(clearest), steps + 1, dtype=torch.float64)
    return path.time_of(levels)


def error(solver, toy, times):
    x = toy.path.sigma(times[0]) * noise()
    return (solver(toy, x, times) - toy.moved(x, times[0], times[-1])).abs().mean().item()


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("solver", ORDERS, ids=named)
def test_the_order_is_the_published_one(solver, path):
    toy = mixture(path)
    errors = [error(solver, toy, between(path, steps)) for steps in (48, 96)]
    assert math.log2(errors[0] / errors[1]) == pytest.approx(ORDERS[solver], abs=0.25)


@pytest.mark.parametrize("steps", [1, 2, 3])
@pytest.mark.parametrize("solver", [*ORDERS, *STOCHASTIC], ids=named)
def test_a_few_steps_are_rough_but_no_harm(solver, steps):
    for path in PATHS.values():
        toy, draws = mixture(path), Draws.seeded([1])
        for schedule in (schedules.uniform, schedules.karras):
            x = path.start(noise())
            made = solver(toy, x, schedule(path, steps), draws)
            assert (made.abs() < 5 + 2 * x.abs().max()).all(), path.name


@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_every_solver_comes_to_the_data_on_every_schedule(path, schedule):
    toy = mixture(path)
    for solver in ORDERS:
        coarse, fine = (error(solver, toy, schedule(path, steps)) for steps in (8, 24))
        assert fine < min(coarse / 1.4, 1.0), f"{solver.__name__}: {coarse:.2g}, then {fine:.2g}"


def test_at_24_calls_on_the_straight_path_a_memory_is_worth_fifty_times_the_accuracy():
    toy = mixture(paths.straight())
    times = schedules.uniform(toy.path, 24)
    assert error(solvers.deis_3, toy, times) * 50 < error(solvers.euler, toy, times)


@pytest.mark.parametrize("solver", STOCHASTIC, ids=named)
@pytest.mark.parametrize("name", ["straight", "straight, data last", "cosine", "exploding"])
def test_a_stochastic_solver_keeps_the_distribution(solver, name):
    toy, draws = mixture(PATHS[name]), Draws.seeded(range(4))
    x = toy.path.start(draws.normal((1500,)).double())
    first_order = solver in (solvers.ancestral, solvers.euler_maruyama)
    times = schedules.log_snr(toy.path, 256 if first_order else 64, low=0.01)
    made = solver(toy, x, times, draws)
    rank = toy.rank(made, times[-1]).flatten().sort().values
    even = torch.linspace(0, 1, len(rank), dtype=torch.float64)
    assert (rank - even).abs().max() < 1.63 / math.sqrt(len(rank)), "Kolmogorov-Smirnov, one in a hundred"


@pytest.mark.parametrize("solver", [solver for solver in STOCHASTIC if solver is not solvers.edm], ids=named)
def test_an_ever_hotter_solver_forgets_where_it_began(solver):
    toy = mixture(paths.cosine())
    x, times = noise(), schedules.uniform(toy.path, 32)
    one, other = (solver(toy, x, times, Draws.seeded([seed])) for seed in (1, 2))
    assert (one - other).abs().mean() > 0.5


def test_without_heat_they_are_the_plain_ones():
    toy = mixture(paths.straight())
    x, times = noise(), schedules.uniform(toy.path, 12)
    pairs = [
        (solvers.ancestral(toy, x, times, Draws.seeded([1]), eta=0.0), solvers.ddim(toy, x, times)),
        (solvers.dpmpp_2m_sde(toy, x, times, eta=0.0), solvers.dpmpp_2m(toy, x, times)),
        (solvers.euler_maruyama(toy, x, times, Draws.seeded([1]), heat=0.0), solvers.euler(toy, x, times)),
    ]
    for cold, plain in pairs:
        torch.testing.assert_close(cold, plain, rtol=1e-9, atol=1e-9)


def test_edm_without_churn_is_heun_with_a_last_step_of_eulers():
    toy = mixture(paths.exploding(20.0))
    times = schedules.karras(toy.path, 12)
    x = toy.path.start(noise())
    quiet = solvers.edm(toy, x, times, churn=solvers.Churn(amount=0))
    plain = solvers.euler(toy, solvers.heun(toy, x, times[:-1]), times[-2:])
    torch.testing.assert_close(quiet, plain)


@pytest.mark.parametrize("solver", [*ORDERS, *STOCHASTIC], ids=named)
def test_an_item_is_the_same_bytes_in_any_company(solver):
    toy, times = mixture(paths.straight()), schedules.uniform(paths.straight(), 6)
    batch = Draws.seeded([3, 4, 5])
    together = solver(toy, toy.path.start(batch.normal((2, 7))), times, batch)
    alone = Draws.seeded([4])
    assert torch.equal(together[1:2], solver(toy, toy.path.start(alone.normal((2, 7))), times, alone))


@pytest.mark.parametrize("solver", [*ORDERS, *STOCHASTIC], ids=named)
@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_an_item_that_breaks_breaks_alone_and_is_told(solver, bad):
    def network(x, t):
        spoilt = torch.tensor([[0.0], [bad], [0.0]]) * (t[:, None] < 0.6) * (t[:, None] > 0.3)
        return -x + torch.nan_to_num(spoilt, nan=0.0, posinf=0.0) + torch.where(spoilt == 0, 0.0, spoilt)

    model = Model(network, paths.straight(), FLOW)
    draws = Draws.seeded(range(3))
    made = solver(model, draws.normal((5,)), schedules.uniform(model.path, 9), draws)
    assert solvers.broken(made) == (1,)


@pytest.mark.parametrize("solver", [*ORDERS, *STOCHASTIC], ids=named)
def test_every_step_is_told(solver):
    toy, told, draws = mixture(paths.straight()), [], Draws.seeded([1])
    made = solver(toy, noise(), schedules.uniform(toy.path, 5), draws, told.append)
    assert [(step.index, step.steps) for step in told] == [(index, 5) for index in range(5)]
    assert torch.equal(told[-1].x, made)
    assert told[0].estimate.data.shape == made.shape


@pytest.mark.parametrize("solver", [*ORDERS, *STOCHASTIC], ids=named)
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_no_step_waits_for_the_device_nor_changes_the_kind_of_number(solver, kind):
    """On torch's meta device every look at a value is an error, as on a GPU it would be a wait."""
    model = Model(lambda x, t: -x * t[:, None], paths.straight(), FLOW)
    made = solver(
        model,
        torch.ones(3, 5, device="meta", dtype=kind),
        schedules.uniform(model.path, 4),
        Draws.seeded(range(3)),
    )
    assert made.device.type == "meta" and made.dtype == kind and made.shape == (3, 5)


@pytest.mark.parametrize("solver", STOCHASTIC, ids=named)
def test_a_solver_that_adds_noise_asks_for_it(solver):
    toy = mixture(paths.straight())
    with pytest.raises(ValueError, match="hand it draws"):
        solver(toy, noise(), schedules.log_snr(toy.path, 5))
    with pytest.raises(ValueError, match="1 items want 1 generators, not 2"):
        solver(toy, noise(), schedules.log_snr(toy.path, 5), Draws.seeded([1, 2]))
