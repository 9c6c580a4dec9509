"""Running means of weights, against what their formulas say they are."""

import pytest

torch = pytest.importorskip("torch")
import numpy as np  # noqa: E402

from v2a_diffusion.averaging import Average, Snapshot, exponent, power, rebuilt, trained, warmed  # noqa: E402


def followed(path, decay):
    weight = torch.nn.Parameter(torch.tensor([float(path[0])], dtype=torch.float64))
    average = Average({"w": weight}, decay)
    means = []
    for step, value in enumerate(path, 1):
        with torch.no_grad():
            weight.fill_(float(value))
        average.update(step)
        means.append(float(average.mean["w"]))
    return means


def test_a_warmed_mean_forgets_its_beginning_and_ends_exponential():
    means = followed([100.0] + [1.0] * 60, warmed(0.99))
    plain = followed([100.0] + [1.0] * 60, lambda step: 0.99)
    assert abs(means[-1] - 1) < 0.01 < abs(plain[-1] - 1)
    assert warmed(0.9)(10_000) == 0.9


@pytest.mark.parametrize("width", [0.05, 0.1, 0.2])
def test_a_power_mean_is_the_integral_of_its_function(width):
    steps = 4000
    path = np.sin(np.arange(1, steps + 1) / 300)
    gamma = exponent(width)
    shares = np.arange(1, steps + 1.0) ** gamma
    assert followed(path, power(width))[-1] == pytest.approx(
        float((shares * path).sum() / shares.sum()), abs=2e-3
    )
    share = shares / shares.sum()
    place = np.arange(1, steps + 1) / steps
    assert np.sqrt((share * place**2).sum() - (share * place).sum() ** 2) == pytest.approx(width, rel=0.01)


def test_a_width_that_no_power_function_has_is_refused():
    with pytest.raises(ValueError, match="0.288"):
        power(0.5)


def test_a_mean_of_another_width_is_rebuilt_from_snapshots():
    steps, width = 2000, 0.12
    path = np.cos(np.arange(1, steps + 1) / 250)
    kept = []
    for own in (0.05, 0.1):
        means = followed(path, power(own))
        kept += [Snapshot(n, own, {"w": torch.tensor([means[n - 1]])}) for n in range(125, steps + 1, 125)]
    wanted = followed(path, power(width))[-1]
    assert float(rebuilt(kept, steps, width)["w"]) == pytest.approx(wanted, abs=5e-3)
    assert abs(wanted - kept[15].mean["w"].item()) > 0.05


def test_the_mean_is_lent_to_the_network_and_given_back():
    network = torch.nn.Linear(2, 1)
    average = Average(trained(network), warmed())
    before = network.weight.detach().clone()
    average.mean["weight"].fill_(7.0)
    with pytest.raises(KeyError), average.applied():
        assert torch.equal(network.weight, torch.full((1, 2), 7.0))
        raise KeyError
    assert torch.equal(network.weight, before)


def test_only_what_training_changes_is_watched():
    network = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    network[0].requires_grad_(False)
    network.register_buffer("unsaved", torch.zeros(1), persistent=False)
    names = {"1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"}
    assert set(trained(network)) == names
    average = Average(trained(network), warmed())
    network(torch.randn(4, 2))
    average.update(1)
    assert int(average.mean["1.num_batches_tracked"]) == 1
