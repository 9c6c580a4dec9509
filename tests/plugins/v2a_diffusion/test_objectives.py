"""Objectives: what a network tells is read as what it was taught, and every one drives every solver alike."""

import itertools

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, schedules, solvers  # noqa: E402
from v2a_diffusion.draws import Draws  # noqa: E402
from v2a_diffusion.objectives import (  # noqa: E402
    DATA,
    FLOW,
    NOISE,
    VELOCITY,
    Model,
    Preconditioned,
    from_data,
    from_noise,
)
from v2a_diffusion.toys import Mixture  # noqa: E402

PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
    "cosine, turned": paths.turned(paths.cosine()),
    "linear beta": paths.linear_beta(),
    "sigmoid": paths.sigmoid(),
    "exploding": paths.exploding(20.0),
}
OBJECTIVES = {
    "noise": NOISE,
    "data": DATA,
    "velocity": VELOCITY,
    "flow": FLOW,
    "preconditioned": Preconditioned(),
    "preconditioned, loud": Preconditioned(data_std=2.0),
}
SCHEDULES = (
    schedules.uniform,
    schedules.cosine,
    schedules.sigmoid,
    schedules.karras,
    schedules.log_snr,
    schedules.shifted,
)
SOLVERS = (
    solvers.euler,
    solvers.heun,
    solvers.midpoint,
    solvers.rk4,
    solvers.ddim,
    solvers.dpmpp_2m,
    solvers.dpmpp_3m,
    solvers.deis_1,
    solvers.deis_2,
    solvers.deis_3,
    solvers.ancestral,
    solvers.edm,
    solvers.dpmpp_2m_sde,
    solvers.dpmpp_3m_sde,
    solvers.euler_maruyama,
)


def pair(*shape, seed=1):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(2, *shape, generator=generator, dtype=torch.float64)


def mixture(path):
    return Mixture(path, means=(-1.5, 1.0), deviations=(0.3, 0.5), weights=(0.4, 0.6))


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_what_is_taught_is_what_is_read(objective, path):
    data, noise = pair(7, 2, 3)
    t = path.time(torch.linspace(0.03, 0.97, 7, dtype=torch.float64))
    x = path.mix(data, noise, t)
    estimate = objective.read(path, x, t, objective.target(path, data, noise, t))
    torch.testing.assert_close(estimate.data, data, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(estimate.noise, noise, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(estimate.flow, path.flow(data, noise, t), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
def test_a_perfect_network_of_any_objective_is_the_perfect_denoiser(objective, path):
    toy = mixture(path)
    model = Model(toy.network(objective), path, objective)
    x, _ = pair(5, 4)
    for share in (0.9, 0.5, 0.1):
        t = path.time(torch.tensor(share, dtype=torch.float64))
        told, exact = model(x, t), toy(x, t)
        for name in ("data", "noise", "flow"):
            torch.testing.assert_close(getattr(told, name), getattr(exact, name), rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("turn", [paths.straight, lambda: paths.straight(noise_at=0.0)], ids=["1", "0"])
@pytest.mark.parametrize("name", [name for name in OBJECTIVES if name != "preconditioned, loud"])
def test_every_objective_solver_schedule_and_direction_comes_to_the_same(name, turn):
    """With noise at 1 and at 0; the network of noise starts where there is some signal, as it must."""
    path, objective = turn(), OBJECTIVES[name]
    exact, standard = mixture(paths.straight()), paths.straight()
    model = Model(mixture(path).network(objective), path, objective)
    for solver, schedule in itertools.product(SOLVERS, SCHEDULES):
        times = schedule(standard, 6)[1:]
        x = standard.sigma(times[0]) * Draws.seeded([5]).normal((5,)).double()
        expected = solver(exact, x, times, Draws.seeded([7]))
        made = solver(model, x, times if path.noise_at else 1 - times, Draws.seeded([7]))
        torch.testing.assert_close(made, expected, rtol=1e-6, atol=1e-6, msg=f"{solver} {schedule}")


@pytest.mark.parametrize("name", ["data", "velocity", "flow", "preconditioned"])
@pytest.mark.parametrize("path", [paths.straight(), paths.cosine()], ids=["straight", "cosine"])
def test_sampling_may_start_where_there_is_no_signal_at_all(name, path):
    toy, objective = mixture(path), OBJECTIVES[name]
    x, times = path.start(torch.linspace(-2, 2, 9, dtype=torch.float64))[None], schedules.uniform(path, 64)
    for solver in (solvers.heun, solvers.dpmpp_3m, solvers.deis_3):
        made = solver(Model(toy.network(objective), path, objective), x, times)
        assert (made - toy.moved(x, times[0], times[-1])).abs().max() < 0.01


def test_preconditioning_is_the_published_one():
    path, objective = paths.exploding(), Preconditioned(0.5)
    x, sigma = torch.tensor([[2.0]], dtype=torch.float64), torch.tensor([3.0], dtype=torch.float64)
    shown, told = objective.inputs(path, x, sigma)
    power = 3.0**2 + 0.5**2
    assert shown.item() == pytest.approx(2 / power**0.5)
    assert told.item() == pytest.approx(torch.log(sigma).item() / 4)
    read = objective.read(path, x, sigma, torch.tensor([[0.7]], dtype=torch.float64))
    assert read.data.item() == pytest.approx(0.25 / power * 2 + 3 * 0.5 / power**0.5 * 0.7)


def test_preconditioning_at_the_ends_tells_the_network_no_infinity():
    path, objective = paths.straight(), Preconditioned()
    for t in (0.0, 1.0):
        _, told = objective.inputs(path, torch.zeros(1, 2), torch.tensor([t]))
        assert torch.isfinite(told).all()


def test_on_a_circle_preconditioning_is_velocity_backwards():
    path = paths.cosine()
    data, noise = pair(4, 3)
    t = torch.linspace(0.1, 0.9, 4, dtype=torch.float64)
    velocity = VELOCITY.target(path, data, noise, t)
    torch.testing.assert_close(Preconditioned(1.0).target(path, data, noise, t), -velocity)


def test_a_flow_is_passed_on_as_it_is():
    model = Model(lambda x, t: x * 0.3, paths.straight(), FLOW)
    x = torch.randn(2, 3, generator=torch.Generator().manual_seed(1))
    assert torch.equal(model(x, torch.tensor(0.7, dtype=torch.float64)).flow, x * 0.3)


def test_the_network_is_told_one_time_an_item_in_the_kind_of_x_and_its_conditions():
    seen = {}

    def network(x, t, *, text):
        seen.update(t=t, text=text)
        return x

    model = Model(network, paths.straight(), FLOW, {"text": "rain"})
    model(torch.zeros(3, 2), torch.tensor(0.5, dtype=torch.float64))
    assert seen["t"].shape == (3,) and seen["t"].dtype == torch.float32 and seen["text"] == "rain"
    model.given({"text": "wind"})(torch.zeros(2, 2), torch.tensor([0.1, 0.2]))
    assert seen["t"].shape == (2,) and seen["text"] == "wind"


def test_where_there_is_no_noise_none_is_believed():
    for path in (paths.straight(), paths.exploding()):
        x, t = torch.ones(1, 2), torch.tensor(path.data_at)
        for estimate in (from_data(path, x, t, x * 0.9), from_noise(path, x, t, x * 0.5)):
            assert torch.equal(estimate.noise, torch.zeros(1, 2))
            assert torch.isfinite(estimate.flow).all()
