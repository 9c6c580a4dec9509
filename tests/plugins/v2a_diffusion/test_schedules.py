"""Schedules: from noise to data, falling all the way, each with the spacing it is published with."""

import math

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import paths, schedules  # noqa: E402

PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
    "linear beta": paths.linear_beta(),
    "sigmoid": paths.sigmoid(),
    "exploding": paths.exploding(),
}
SCHEDULES = {
    "uniform": schedules.uniform,
    "cosine": schedules.cosine,
    "sigmoid": schedules.sigmoid,
    "karras": schedules.karras,
    "log_snr": schedules.log_snr,
    "shifted": schedules.shifted,
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("schedule", SCHEDULES.values(), ids=SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 24])
def test_a_schedule_goes_from_noise_to_data(schedule, path, steps):
    times = schedule(path, steps)
    assert times.shape == (steps + 1,) and times.dtype == torch.float64
    assert times[0] == path.noise_at and times[-1] == path.data_at
    assert (torch.diff(times) * (path.data_at - path.noise_at) > 0).all()


def test_uniform_is_prismaudios():
    times = schedules.uniform(paths.straight(), 24)
    torch.testing.assert_close(times.float(), torch.linspace(1, 0, 25))
    torch.testing.assert_close(schedules.uniform(paths.straight(noise_at=0.0), 24), 1 - times)


def test_karras_is_the_published_one():
    times = schedules.karras(paths.exploding(80.0), 18, low=0.002, high=80.0)
    expected = [(80 ** (1 / 7) + i / 17 * (0.002 ** (1 / 7) - 80 ** (1 / 7))) ** 7 for i in range(18)]
    torch.testing.assert_close(times, torch.tensor([*expected, 0.0], dtype=torch.float64))


def test_noise_levels_are_even_in_their_logarithm_on_any_path():
    for path in (paths.straight(), paths.straight(noise_at=0.0), paths.cosine(), paths.exploding(20.0)):
        levels = path.half_log_snr(schedules.log_snr(path, 12, low=0.1, high=10.0))[1:-1]
        torch.testing.assert_close(
            torch.diff(levels), torch.full((10,), math.log(100) / 11, dtype=torch.float64)
        )


def test_a_shift_is_stable_diffusions_on_the_straight_path():
    even = schedules.uniform(paths.straight(), 10)
    torch.testing.assert_close(schedules.shifted(paths.straight(), 10, 3.0), 3 * even / (1 + 2 * even))
    torch.testing.assert_close(
        schedules.shifted(paths.cosine(), 10, 1.0), schedules.uniform(paths.cosine(), 10)
    )
    assert schedules.shift_for(800, 200) == 2


def test_sway_leans_where_it_is_told():
    path, done = paths.straight(), torch.linspace(0, 1, 9, dtype=torch.float64)
    torch.testing.assert_close(schedules.sway(path, 8, 0.0), schedules.uniform(path, 8))
    torch.testing.assert_close(schedules.cosine(path, 8), torch.cos(done * math.pi / 2))
    assert schedules.sway(path, 8, -1.0)[1] > schedules.uniform(path, 8)[1] > schedules.sway(path, 8, 0.5)[1]
