"""Gradients through a denoiser, inside and outside of modes that allow none."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths  # noqa: E402
from v2a_diffusion.gradients import gradient, traced  # noqa: E402
from v2a_diffusion.toys import Gaussian  # noqa: E402

COVARIANCE = torch.tensor([[1.0, 0.6], [0.6, 0.5]], dtype=torch.float64)
MODES = [torch.enable_grad, torch.no_grad, torch.inference_mode]


@pytest.mark.parametrize("mode", MODES)
def test_the_jacobian_of_normal_data_is_their_covariance_given_x_over_the_noise(mode):
    path, t = paths.cosine(), torch.tensor(0.4, dtype=torch.float64)
    toy = Gaussian(path, torch.zeros(2).double(), COVARIANCE)
    alpha, sigma = path.alpha(t), path.sigma(t)
    given = (
        COVARIANCE
        - alpha**2
        * COVARIANCE
        @ torch.linalg.inv(alpha**2 * COVARIANCE + sigma**2 * torch.eye(2))
        @ COVARIANCE
    )
    with mode():
        found = traced(toy, torch.ones(2, 2).double(), t)
        rows = found.pulled(torch.eye(2).double())
        again = found.pulled(torch.eye(2).double())
    torch.testing.assert_close(sigma**2 / alpha * rows, given)
    assert torch.equal(rows, again)
    assert not found.estimate.data.requires_grad and not rows.requires_grad


@pytest.mark.parametrize("mode", MODES)
def test_the_gradient_of_one_number_an_item(mode):
    with mode():
        x = torch.arange(6.0).reshape(2, 3)
        torch.testing.assert_close(gradient(lambda shown: shown.square().sum(1), x), 2 * x)
