"""The distances that an autoencoder of sound is trained on."""

import pytest

torch = pytest.importorskip("torch")
from v2a_diffusion.losses import divergence, spectra, stereo_spectra  # noqa: E402


def tone(frequency, length=4096):
    return torch.sin(torch.arange(length) * frequency).expand(1, 2, -1).clone()


def test_equal_sounds_are_no_distance_apart_and_other_ones_are():
    assert float(spectra(tone(0.3), tone(0.3))) == 0
    near, far = float(spectra(tone(0.31), tone(0.3))), float(spectra(tone(1.5), tone(0.3)))
    assert 0 < near < far


def test_a_shift_counts_little_and_a_gain_much():
    true = torch.randn(1, 1, 8192, generator=torch.Generator().manual_seed(0))
    assert float(spectra(true.roll(1, -1), true)) < 0.25 * float(spectra(2 * true, true))


def test_a_lost_width_is_heard_by_the_stereo_distance():
    draws = torch.Generator().manual_seed(0)
    true = torch.randn(1, 2, 8192, generator=draws)
    turned = torch.stack([true[:, 0], -true[:, 1]], 1)
    assert float(spectra(turned, true)) == pytest.approx(0, abs=1e-6)
    assert float(stereo_spectra(turned, true)) > 0.3


def test_silence_has_a_gradient():
    made = torch.zeros(1, 2, 4096, requires_grad=True)
    stereo_spectra(made, torch.zeros(1, 2, 4096)).backward()
    assert torch.isfinite(made.grad).all()


def test_only_the_standard_normal_distribution_diverges_nowhere():
    assert float(divergence(torch.zeros(4), torch.ones(4))) == 0
    mean, deviation = torch.tensor([0.7]), torch.tensor([0.4])
    known = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, deviation), torch.distributions.Normal(0.0, 1.0)
    )
    assert float(divergence(mean, deviation)) == pytest.approx(float(known), rel=1e-5)
