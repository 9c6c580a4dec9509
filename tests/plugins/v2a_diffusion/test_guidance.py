"""Guidance where its outcome is known: normal data, whose guided flow leads to another normal distribution."""

import pytest

torch = pytest.importorskip("torch")

from v2a_diffusion import guidance, paths, schedules, solvers  # noqa: E402
from v2a_diffusion.objectives import DATA, FLOW, NOISE, VELOCITY, Model, Preconditioned  # noqa: E402
from v2a_diffusion.toys import Gaussian  # noqa: E402

PATHS = {
    "straight": paths.straight(),
    "straight, data last": paths.straight(noise_at=0.0),
    "cosine": paths.cosine(),
}
COVARIANCE = torch.tensor([[1.0, 0.6], [0.6, 0.5]], dtype=torch.float64)


def around(path, mean):
    return Gaussian(path, torch.as_tensor(mean, dtype=torch.float64), COVARIANCE)


def normal_model(path, objective, mean, calls=None):
    """A perfect network whose data lie around the mean that is its condition, one an item."""

    def network(x, t, *, mean):
        if calls is not None:
            calls.append(len(x))
        parts = [
            around(path, one).network(objective)(x[i : i + 1], t[i : i + 1]) for i, one in enumerate(mean)
        ]
        return torch.cat(parts)

    return Model(network, path, objective, {"mean": torch.tensor(mean, dtype=torch.float64)})


def starts(count=4):
    return torch.randn(count, 2, generator=torch.Generator().manual_seed(2), dtype=torch.float64)


def null(*means):
    return {"mean": torch.tensor(means, dtype=torch.float64)}


WANTED = [[1.0, 0.0], [2.0, 1.0], [0.0, 0.0], [-1.0, 3.0]]
UNWANTED = [[0.0, 0.5]] * 4


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("objective", [FLOW, DATA, VELOCITY, Preconditioned()], ids=["u", "x0", "v", "edm"])
@pytest.mark.parametrize("joined", [True, False])
def test_classifier_free_guidance_moves_the_mean_beyond(path, objective, joined):
    model = normal_model(path, objective, WANTED)
    guided = guidance.classifier_free(model, null(*UNWANTED), 3.0, joined=joined)
    x, times = path.start(starts()), schedules.uniform(path, 40)
    made = solvers.rk4(guided, x, times)
    for index in range(4):
        beyond = torch.tensor(UNWANTED[index]) + 3 * (
            torch.tensor(WANTED[index]) - torch.tensor(UNWANTED[index])
        )
        expected = around(path, beyond.double()).moved(x[index : index + 1], times[0], times[-1])
        torch.testing.assert_close(made[index : index + 1], expected, rtol=0, atol=2e-4)


def test_one_call_of_twice_the_batch_or_two_calls():
    path = paths.straight()
    x, t = starts(), torch.tensor(0.4, dtype=torch.float64)
    told = {}
    for joined, sizes in ((True, [8]), (False, [4, 4])):
        calls = []
        model = normal_model(path, NOISE, WANTED, calls)
        told[joined] = guidance.classifier_free(model, null(*UNWANTED), 5.0, joined=joined)(x, t)
        assert calls == sizes
    torch.testing.assert_close(told[True].data, told[False].data)


def test_times_of_each_item_go_along_in_one_call():
    path = paths.straight()
    guided = guidance.classifier_free(normal_model(path, FLOW, WANTED), null(*UNWANTED), 2.0)
    t = torch.tensor([0.1, 0.4, 0.6, 0.9], dtype=torch.float64)
    together = guided(starts(), t)
    model = normal_model(path, FLOW, WANTED[1:2])
    alone = guidance.classifier_free(model, null(UNWANTED[1]), 2.0)(starts()[1:2], t[1:2])
    torch.testing.assert_close(together.data[1:2], alone.data)


def test_conditions_of_other_shapes_take_two_calls():
    def network(x, t, *, text):
        return x * text.mean(dim=(1, 2))[:, None]

    model = Model(network, paths.straight(), FLOW, {"text": torch.ones(4, 7, 3)})
    guided = guidance.classifier_free(model, {"text": torch.zeros(4, 5, 3)}, 2.0)
    estimate = guided(starts().float(), torch.tensor(0.5))
    torch.testing.assert_close(estimate.flow, 2 * starts().float())


def test_conditions_that_are_no_tensors_are_never_mixed_up():
    asked = []

    def network(x, t, *, text, mask):
        asked.append((len(x), text, mask))
        return x

    model = Model(network, paths.straight(), FLOW, {"text": "rain", "mask": None})
    x, t = starts().float(), torch.tensor(0.5)
    guidance.classifier_free(model, {"text": "silence", "mask": None}, 2.0)(x, t)
    assert asked == [(4, "rain", None), (4, "silence", None)]
    asked.clear()
    guidance.classifier_free(model, {"text": "rain", "mask": None}, 2.0)(x, t)
    assert asked == [(8, "rain", None)]


def test_scale_1_is_no_guidance_and_costs_nothing():
    model = normal_model(paths.straight(), FLOW, WANTED)
    assert guidance.classifier_free(model, null(*UNWANTED), 1.0) is model


def test_guidance_in_an_interval_asks_for_nothing_outside_of_it():
    path, calls = paths.straight(), []
    model = normal_model(path, FLOW, WANTED, calls)
    guided = guidance.classifier_free(model, null(*UNWANTED), 4.0, interval=guidance.Interval(0.3, 2.0))
    for t in (0.9, 0.5, 0.1):
        x, now = starts(), torch.tensor(t, dtype=torch.float64)
        inside = 0.3 <= t / (1 - t) <= 2.0
        calls.clear()
        told = guided(x, now)
        assert calls == ([8] if inside else [4])
        assert torch.equal(told.data, model(x, now).data) != inside


def test_rescaling_gives_guided_data_the_loudness_they_had():
    guided = torch.randn(3, 4, 50, generator=torch.Generator().manual_seed(1)) * 4 + 1
    plain = torch.randn(3, 4, 50, generator=torch.Generator().manual_seed(2))
    loudness = plain.std(dim=(1, 2))
    torch.testing.assert_close(guidance.rescaled(guided, plain, 1.0).std(dim=(1, 2)), loudness)
    assert torch.equal(guidance.rescaled(guided, plain, 0.0), guided)
    half = guidance.rescaled(guided, plain, 0.5)
    torch.testing.assert_close(half, (guided + guidance.rescaled(guided, plain, 1.0)) / 2)


def test_rescaled_guidance_is_still_a_whole_estimate():
    path = paths.straight()
    guided = guidance.classifier_free(normal_model(path, FLOW, WANTED), null(*UNWANTED), 4.0, rescale=0.7)
    x, t = starts(), torch.tensor(0.6, dtype=torch.float64)
    estimate = guided(x, t)
    torch.testing.assert_close(path.mix(estimate.data, estimate.noise, t), x)
    torch.testing.assert_close(estimate.flow, path.flow(estimate.data, estimate.noise, t))


def test_projected_guidance_keeping_all_is_classifier_free_guidance():
    path, x, t = paths.cosine(), starts(), torch.tensor(0.6, dtype=torch.float64)
    model = normal_model(path, VELOCITY, WANTED)
    plain = guidance.classifier_free(model, null(*UNWANTED), 4.0)(x, t)
    projected = guidance.adaptive_projected(model, null(*UNWANTED), 4.0, parallel=1.0)(x, t)
    torch.testing.assert_close(projected.data, plain.data)


def test_projected_guidance_moves_across_the_data_and_not_too_far():
    path, x, t = paths.cosine(), starts(), torch.tensor(0.6, dtype=torch.float64)
    model = normal_model(path, VELOCITY, WANTED)
    wanted = model(x, t).data
    moved = guidance.adaptive_projected(model, null(*UNWANTED), 4.0)(x, t).data - wanted
    assert (moved * wanted).sum(1).abs().max() < 1e-9 < moved.abs().max()
    held = (
        guidance.adaptive_projected(model, null(*UNWANTED), 4.0, parallel=1.0, radius=0.01)(x, t).data
        - wanted
    )
    torch.testing.assert_close(held.norm(dim=1), torch.full((4,), 0.03, dtype=torch.float64))


def test_autoguidance_goes_away_from_the_worse():
    path = paths.straight()
    better, worse = around(path, [1.0, 0.0]), around(path, [0.0, 1.0])
    x, times = path.start(starts()), schedules.uniform(path, 40)
    made = solvers.rk4(guidance.autoguidance(better, worse, 2.0), x, times)
    expected = around(path, [2.0, -1.0]).moved(x, times[0], times[-1])
    torch.testing.assert_close(made, expected, rtol=0, atol=2e-4)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
@pytest.mark.parametrize("inference", [True, False])
def test_an_exact_classifier_leads_to_the_posterior(path, inference):
    """Data from N(0, 1), of which y = 0.8 was measured with a deviation of 0.5: the posterior is N(0.64, 0.2)."""
    prior = Gaussian(path, torch.zeros(1, dtype=torch.float64), torch.eye(1, dtype=torch.float64))

    def log_likelihood(x, t):
        alpha, sigma = path.alpha(t), path.sigma(t)
        power = alpha**2 + sigma**2
        return -((0.8 - alpha * x[:, 0] / power) ** 2) / (sigma**2 / power + 0.25) / 2

    x = path.start(torch.linspace(-2, 2, 9, dtype=torch.float64)[:, None])
    times = schedules.uniform(path, 60)
    with torch.inference_mode(inference):
        made = solvers.rk4(guidance.classifier(prior, log_likelihood, 1.0), x, times)
    posterior = Gaussian(path, torch.tensor([0.64]).double(), torch.tensor([[0.2]]).double())
    torch.testing.assert_close(made, posterior.moved(x, times[0], times[-1]), rtol=0, atol=2e-3)


@pytest.mark.parametrize("interval", [guidance.Interval(), guidance.Interval(0.5, 2.0)])
def test_no_step_waits_for_the_device(interval):
    """On torch's meta device every look at a value is an error, as on a GPU it would be a wait."""
    model = Model(
        lambda x, t, *, c: x + c * t[:, None], paths.straight(), FLOW, {"c": torch.ones(2, 4, device="meta")}
    )
    nothing = {"c": torch.zeros(2, 4, device="meta")}
    for guided in (
        guidance.classifier_free(model, nothing, 5.0, rescale=0.5, interval=interval),
        guidance.adaptive_projected(model, nothing, 5.0, radius=3.0),
        guidance.classifier(model, lambda x, t: -x.square().sum(1), 1.0),
    ):
        out = solvers.dpmpp_2m(guided, torch.ones(2, 4, device="meta"), schedules.uniform(model.path, 4))
        assert out.device.type == "meta" and out.dtype == torch.float32
