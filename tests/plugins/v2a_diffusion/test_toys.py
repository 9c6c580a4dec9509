"""The toys themselves: their denoisers against sums over many data, their flows against small steps."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, schedules, solvers  # noqa: E402
from v2a_diffusion.toys import Gaussian, Mixture  # noqa: E402

PATHS = {"straight": paths.straight(), "cosine": paths.cosine(), "exploding": paths.exploding(20.0)}
MIXTURE = {"means": (-1.5, 1.0), "deviations": (0.3, 0.5), "weights": (0.4, 0.6)}
COVARIANCE = torch.tensor([[1.0, 0.6, 0.1], [0.6, 0.5, 0.0], [0.1, 0.0, 2.0]], dtype=torch.float64)
MEAN = torch.tensor([0.5, -1.0, 0.0], dtype=torch.float64)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_mixtures_data_are_the_mean_over_all_data(path):
    """The posterior's mean by brute force: data on a fine grid, weighted by how likely they are and x is."""
    grid = torch.linspace(-5, 5, 20001, dtype=torch.float64)
    parts = [
        w * torch.exp(-((grid - m) ** 2) / (2 * s * s)) / s for m, s, w in zip(*MIXTURE.values(), strict=True)
    ]
    x, t = torch.linspace(-2, 2, 7, dtype=torch.float64), path.time(torch.tensor(0.3, dtype=torch.float64))
    likely = sum(parts) * torch.exp(-((x[:, None] - path.alpha(t) * grid) ** 2) / (2 * path.sigma(t) ** 2))
    expected = (likely * grid).sum(1) / likely.sum(1)
    estimate = Mixture(path, **MIXTURE)(x[None], t)
    torch.testing.assert_close(estimate.data[0], expected)
    torch.testing.assert_close(path.mix(estimate.data, estimate.noise, t), x[None])


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("toy", [lambda p: Mixture(p, **MIXTURE), lambda p: Gaussian(p, MEAN, COVARIANCE)])
def test_the_exact_flow_is_where_small_steps_lead(path, toy):
    toy, times = toy(path), schedules.log_snr(path, 600, low=0.1)[:-1]
    x = path.start(torch.tensor([[-1.0, 0.2, 1.5]], dtype=torch.float64))
    there = solvers.rk4(toy, x, times)
    torch.testing.assert_close(there, toy.moved(x, times[0], times[-1]), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(toy.moved(there, times[-1], times[0]), x, rtol=1e-6, atol=1e-6)


def test_a_gaussian_of_one_component_is_a_mixture_of_one():
    path, t = paths.straight(), torch.tensor([0.2, 0.7], dtype=torch.float64)
    x = torch.tensor([[0.3], [-1.0]], dtype=torch.float64)
    one = Mixture(path, (0.5,), (0.7,), (1.0,))(x, t)
    other = Gaussian(path, torch.tensor([0.5]).double(), torch.tensor([[0.49]]).double())(x, t)
    for name in ("data", "noise", "flow"):
        torch.testing.assert_close(getattr(one, name), getattr(other, name))


def test_what_is_known_of_a_gaussian_changes_the_rest():
    toy = Gaussian(paths.straight(), MEAN, COVARIANCE)
    mask = torch.tensor([False, True, False])
    rest = toy.given(mask, torch.tensor([0.0]).double())
    torch.testing.assert_close(rest.mean, torch.tensor([0.5 + 1.2 * 1.0, 0.0]).double())
    torch.testing.assert_close(rest.covariance, torch.tensor([[1.0 - 0.72, 0.1], [0.1, 2.0]]).double())
    precision = torch.linalg.inv(COVARIANCE)
    torch.testing.assert_close(torch.linalg.inv(rest.covariance), precision[~mask][:, ~mask])
