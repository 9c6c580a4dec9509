"""diffusers' solvers behind our call: they agree with ours where both do the same thing."""

import math
import sys

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, schedules, solvers, wrapping  # noqa: E402
from v2a_diffusion.draws import Draws  # noqa: E402
from v2a_diffusion.toys import Mixture  # noqa: E402

needs_diffusers = pytest.mark.skipif(not wrapping.available(), reason="diffusers is not installed")
PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
    "exploding": paths.exploding(20.0),
}


def mixture(path):
    return Mixture(path, means=(-1.5, 1.0), deviations=(0.3, 0.5), weights=(0.4, 0.6))


def noise():
    return torch.linspace(-2, 2, 21, dtype=torch.float64)[None]


def inner(path, steps):
    levels = torch.linspace(-math.log(15), -math.log(0.05), steps + 1, dtype=torch.float64)
    return path.time_of(levels)


def test_it_says_whether_diffusers_is_there_without_importing_it(monkeypatch):
    monkeypatch.setattr(wrapping, "find_spec", lambda name: None)
    assert not wrapping.available()


@needs_diffusers
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_dpm_solver_is_ours(path):
    """Whether the schedule ends in noise or in data; the first order too, which is DDIM."""
    toy, settings = mixture(path), {"lower_order_final": False, "final_sigmas_type": "sigma_min"}
    for order, ours in ((1, solvers.ddim), (2, solvers.dpmpp_2m)):
        theirs = wrapping.scheduled("DPMSolverMultistepScheduler", solver_order=order, **settings)
        for times in (inner(path, 24), torch.cat([inner(path, 24), torch.tensor([path.data_at]).double()])):
            x = path.sigma(times[0]) * noise()
            torch.testing.assert_close(theirs(toy, x, times), ours(toy, x, times), rtol=1e-6, atol=1e-6)


@needs_diffusers
def test_heuns_method_of_flow_matching_is_ours():
    from diffusers import FlowMatchHeunDiscreteScheduler

    toy, steps = mixture(paths.straight()), 10
    theirs = FlowMatchHeunDiscreteScheduler(num_train_timesteps=1000)
    theirs.set_timesteps(steps)
    x = noise()
    for t in theirs.timesteps:
        told = (t / 1000).double()
        x = theirs.step(toy(x, told).flow, t, x, return_dict=False)[0].double()
    nodes = torch.cat([theirs.timesteps[:1], theirs.timesteps[1::2], torch.zeros(1)]).double() / 1000
    ours = solvers.heun(toy, noise(), nodes[:-1])
    ours = solvers.euler(toy, ours, nodes[-2:])
    torch.testing.assert_close(x, ours, rtol=1e-4, atol=1e-4)


@needs_diffusers
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_unipc_comes_to_the_data_on_every_path(path):
    toy, x = mixture(path), path.start(noise())
    for steps, limit in ((12, 0.1), (48, 1e-3)):
        times = schedules.log_snr(path, steps)
        assert (wrapping.unipc(toy, x, times) - toy.moved(x, times[0], times[-1])).abs().mean() < limit


@needs_diffusers
@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_unipc_is_of_a_higher_order_than_any_of_ours_at_one_call_a_step(path):
    toy, errors = mixture(path), []
    for steps in (48, 96):
        times = inner(path, steps)
        x = path.sigma(times[0]) * noise()
        made = wrapping.unipc(toy, x, times)
        errors.append((made - toy.moved(x, times[0], times[-1])).abs().mean().item())
    assert math.log2(errors[0] / errors[1]) > 3.2


@needs_diffusers
def test_sa_solver_keeps_the_distribution_and_draws_from_its_generators():
    toy, draws = mixture(paths.straight()), Draws.seeded([1, 2])
    x, times = draws.normal((2000,)).double(), schedules.log_snr(toy.path, 48)
    made = wrapping.sa_solver(toy, x, times, Draws.seeded([3, 4]))
    rank = toy.rank(made, times[-1]).flatten().sort().values
    assert (rank - torch.linspace(0, 1, 4000, dtype=torch.float64)).abs().max() < 1.63 / math.sqrt(4000)
    alone = wrapping.sa_solver(toy, x[1:], times, Draws.seeded([4]))
    assert torch.equal(alone, made[1:])
    with pytest.raises(ValueError, match="hand it draws"):
        wrapping.sa_solver(toy, x, times)


@needs_diffusers
def test_every_step_is_told():
    toy, told = mixture(paths.straight()), []
    made = wrapping.unipc(toy, noise(), schedules.uniform(toy.path, 5), watch=told.append)
    assert [step.index for step in told] == [0, 1, 2, 3, 4]
    assert torch.equal(told[-1].x, made)


def test_the_module_itself_does_not_bring_diffusers_along():
    import subprocess

    code = "import sys, v2a_diffusion.wrapping; sys.exit('diffusers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
