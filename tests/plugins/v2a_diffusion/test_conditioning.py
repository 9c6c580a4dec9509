"""Each way of conditioning does what it says, and nothing where nothing is told."""

import math

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion.conditioning import (  # noqa: E402
    AdaptiveNorm,
    FourierFeatures,
    GatedAddition,
    concatenated,
    gated,
    prepended,
    resampled,
    without,
)


def drawn(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_fourier_features_are_cosines_and_then_sines():
    net = FourierFeatures(6)
    time = torch.tensor([0.0, 0.3])
    angles = [[2 * math.pi * t * w for w in net.weight.flatten().tolist()] for t in time.tolist()]
    wanted = [[*map(math.cos, row), *map(math.sin, row)] for row in angles]
    torch.testing.assert_close(net(time), torch.tensor(wanted), atol=1e-5, rtol=0)


def test_fourier_features_stay_exact_in_half_precision():
    net = FourierFeatures(6)
    time = torch.tensor([0.3])
    wanted = net(time)
    assert torch.equal(net(time.double()), wanted)


def test_an_adaptive_norm_silences_its_branches_at_first():
    shift, scale = AdaptiveNorm(5, 4, 2)(drawn(3, 5))
    for modulation in (shift, scale):
        x = drawn(3, 7, 4, seed=1)
        assert torch.equal(modulation.into(x), x)
        assert not modulation.out(x).any()


def test_an_adaptive_norm_shifts_and_scales_by_the_vector():
    net = AdaptiveNorm(2, 3, 1)
    torch.nn.init.normal_(net.project.weight, generator=torch.Generator().manual_seed(0))
    (modulation,) = net(drawn(4, 2))
    shift, scale, gate = net.project(torch.nn.functional.silu(drawn(4, 2))).chunk(3, -1)
    x = drawn(4, 5, 3, seed=1)
    torch.testing.assert_close(modulation.into(x), x * (1 + scale[:, None]) + shift[:, None])
    torch.testing.assert_close(modulation.out(x), x * gate[:, None])


def test_a_gate_lets_through_by_its_sigmoid():
    x = drawn(1, 3, 2)
    assert torch.equal(gated(torch.tensor([0.0, 100.0]), x), x * torch.tensor([0.5, 1.0]))


def test_a_gated_addition_of_zeros_adds_nothing():
    net = GatedAddition(3, 4)
    x = drawn(2, 6, 4)
    assert torch.equal(net(x, torch.zeros(2, 3, 3)), x)
    assert not torch.allclose(net(x, drawn(2, 3, 3)), x)


def test_resampling_keeps_lines_straight_and_lengths_as_they_are():
    line = torch.linspace(0, 1, 8)[None, :, None]
    made = resampled(line, 5)[0, :, 0]
    steps = made.diff()
    torch.testing.assert_close(steps, steps[:1].expand_as(steps), atol=1e-6, rtol=0)
    assert float(made.mean()) == pytest.approx(0.5, abs=1e-6)
    assert resampled(line, 8) is line


def test_tokens_go_in_front_and_out_again():
    x, tokens = drawn(2, 5, 3), drawn(2, 2, 3, seed=1)
    both = prepended(x, tokens)
    assert torch.equal(both[:, :2], tokens)
    assert torch.equal(without(both, 2), x)


def test_channels_lie_behind_the_sounds_own():
    made = concatenated(drawn(1, 6, 3), torch.ones(1, 2, 2))
    assert made.shape == (1, 6, 5)
    assert torch.equal(made[..., 3:], torch.ones(1, 6, 2))
