"""Paths: their ends, their slopes, their way back from a noise level, and time running either way."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths  # noqa: E402

PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
    "cosine, turned": paths.turned(paths.cosine()),
    "linear beta": paths.linear_beta(),
    "sigmoid": paths.sigmoid(),
    "exploding": paths.exploding(),
}


@pytest.fixture(params=PATHS.values(), ids=PATHS.keys())
def path(request):
    return request.param


def inside(path, count=9):
    return path.time(torch.linspace(0.02, 0.98, count, dtype=torch.float64))


def test_a_path_begins_in_data_and_ends_in_noise(path):
    data_at, noise_at = (torch.tensor(t, dtype=torch.float64) for t in (path.data_at, path.noise_at))
    assert path.noise_to_signal(data_at) < 0.1
    assert path.noise_to_signal(noise_at) > 20


def test_slopes_are_those_of_the_curves(path):
    t = inside(path).requires_grad_()
    for curve, slope in ((path.alpha, path.alpha_slope), (path.sigma, path.sigma_slope)):
        (expected,) = torch.autograd.grad((curve(t) + 0 * t).sum(), t)
        torch.testing.assert_close(slope(t.detach()), expected, rtol=1e-9, atol=1e-9)


def test_a_noise_level_leads_back_to_its_time(path):
    t = inside(path)
    torch.testing.assert_close(path.time_of(path.half_log_snr(t)), t, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", ["cosine", "linear beta", "sigmoid", "cosine, turned"])
def test_variance_is_kept(name):
    t = inside(PATHS[name])
    torch.testing.assert_close(PATHS[name].alpha(t) ** 2 + PATHS[name].sigma(t) ** 2, torch.ones_like(t))


def test_mixing_and_flow_agree_for_one_time_and_for_one_an_item(path):
    data, noise = torch.randn(2, 9, 3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    t = inside(path)
    for one in (path.mix, path.flow):
        together = one(data, noise, t)
        apart = torch.stack([one(data[i : i + 1], noise[i : i + 1], t[i])[0] for i in range(9)])
        torch.testing.assert_close(together, apart)


def test_turned_twice_is_the_same():
    path, again = paths.cosine(), paths.turned(paths.turned(paths.cosine()))
    t = inside(path)
    torch.testing.assert_close(path.alpha(t), again.alpha(t))
    torch.testing.assert_close(path.sigma_slope(t), again.sigma_slope(t))
    assert (again.noise_at, again.data_at) == (path.noise_at, path.data_at)


def test_the_straight_path_is_rectified_flow():
    data, noise, t = torch.tensor([[3.0]]), torch.tensor([[-1.0]]), torch.tensor([0.25])
    assert paths.straight().mix(data, noise, t).item() == 0.75 * 3 - 0.25
    assert paths.straight().flow(data, noise, t).item() == -4
    assert paths.straight(noise_at=0).mix(data, noise, t).item() == 0.25 * 3 - 0.75
    assert paths.straight(noise_at=0).flow(data, noise, t).item() == 4


def test_sampling_starts_as_loud_as_the_path_ends():
    assert paths.exploding(40.0).start(torch.ones(1)).item() == 40
    assert paths.straight().start(torch.ones(1, dtype=torch.float32)).dtype == torch.float32


def test_times_of_each_item_take_the_batchs_place_and_kind():
    data, noise = torch.ones(2, 3, 4, 5)
    t = torch.tensor([0.2, 0.4, 0.6], dtype=torch.float64)
    assert paths.cosine().mix(data, noise, t).dtype == torch.float32
    assert paths.cosine().flow(data.to("meta"), noise.to("meta"), t).device.type == "meta"


def test_where_there_is_too_little_signal_to_divide_by_it_is_some():
    t = torch.tensor([0.0, 0.5, 0.999, 1.0], dtype=torch.float64)
    for path in (paths.straight(), paths.cosine()):
        audible = path.with_signal(t)
        assert torch.equal(audible[:2], t[:2])
        torch.testing.assert_close(path.noise_to_signal(audible[2:]).max(), torch.tensor(400.0).double())
