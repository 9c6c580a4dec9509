"""What is learnt is the flow from sound to noise, at drawn times, told as the generator tells it, and sometimes nothing."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a_prism import conditions, sampling  # noqa: E402
from v2a_prism.training.features import Conditions  # noqa: E402
from v2a_prism.training.kept import Kept  # noqa: E402
from v2a_prism.training.lesson import Example, FlowLesson  # noqa: E402

LENGTH = 86


class Asked(torch.nn.Module):
    """A network that knows the sound, and writes down what it is asked."""

    def __init__(self, data):
        super().__init__()
        self.data, self.asked = data, []

    def forward(self, x, times, told):
        self.asked.append((x, times, told))
        return (x - self.data) / times[:, None, None]


def examples(folder, count):
    kept = Kept(folder)
    rng = np.random.default_rng(1)
    told = tiny.features(4)
    rows = Conditions(
        *(kept.put(r.numpy(), n) for n, r in (("v", told.video), ("t", told.text), ("s", told.sync)))
    )
    mean = rng.standard_normal((8, LENGTH)).astype(np.float32)
    moments = kept.put(np.concatenate([mean, np.full_like(mean, -30.0)]), "moments")
    return tuple(Example(f"e{n}", "rain", rows, moments) for n in range(count)), torch.from_numpy(mean)


@pytest.fixture
def lesson(tmp_path):
    some, mean = examples(tmp_path, 64)
    network = tiny.model()
    network.model["model"] = Asked(mean)

    def loss(dropout=0.0):
        network.network.asked.clear()
        draws = torch.Generator().manual_seed(3)
        return float(FlowLesson(some, dropout).loss(network, range(len(some)), draws)), network.network.asked[
            0
        ]

    return loss, network


def test_a_network_that_tells_the_flow_has_nothing_to_learn(lesson):
    loss, network = lesson
    value, (x, times, _) = loss()
    assert value < 1e-5
    noise = (x - (1 - times)[:, None, None] * network.network.data) / times[:, None, None]
    assert abs(float(noise.mean())) < 0.05
    assert float(noise.std()) == pytest.approx(1.0, abs=0.05)
    network.network.data = network.network.data + 0.1
    assert loss()[0] > 0.01


def test_times_are_drawn_over_the_whole_way(lesson):
    times = lesson[0]()[1][1]
    assert 0 < float(times.min()) < 0.25
    assert 0.75 < float(times.max()) < 1
    assert len(set(times.tolist())) == 64


@pytest.mark.parametrize(("dropout", "least", "most"), [(0.0, 0, 0), (0.5, 20, 44), (1.0, 64, 64)])
def test_sometimes_nothing_is_told(lesson, dropout, least, most):
    told = lesson[0](dropout)[1][2]
    silent = [not (told.video[n].any() or told.context[n].any() or told.sync[n].any()) for n in range(64)]
    assert least <= sum(silent) <= most
    assert all(s or (told.video[n].any() and told.sync[n].any()) for n, s in enumerate(silent))


def test_it_is_told_as_the_generator_tells_it(lesson):
    _, network = lesson
    told = lesson[0]()[1][2]
    used = conditions.in_time(sampling.tell(network, tiny.features(4)), LENGTH)
    assert told.sync.shape[1] == LENGTH
    assert torch.allclose(told.sync[:1], used.sync, atol=1e-6)
    assert torch.allclose(told.context[:1], used.context, atol=1e-6)
