"""The real network: long windows say what the stock ones say, and the process is left as it was."""

import importlib.util
import random

import cv2
import numpy as np
import pytest

from v2a_transnet.network import Network
from v2a_transnet.observer import TransNet

pytestmark = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in TransNet.card.needs), reason="needs v2a[neural]"
)


def moving(seed, count):
    """A pan over soft blobs in colours of their own."""
    rng = np.random.default_rng(seed)
    blobs = cv2.resize(
        rng.integers(0, 255, (4, 20, 3)).astype(np.uint8), (280, 27), interpolation=cv2.INTER_CUBIC
    )
    tinted = (0.5 * blobs + 0.5 * rng.integers(0, 255, 3)).astype(np.uint8)
    return np.stack([tinted[:, n : n + 48] for n in range(count)])


@pytest.fixture(scope="module")
def network():
    return Network("cpu")


@pytest.fixture(scope="module")
def film():
    return np.concatenate([moving(1, 70), moving(2, 60), moving(3, 70)])


@pytest.fixture(scope="module")
def answer(network, film):
    """What is said of the whole film."""
    return network.ask(film, 0, len(film))


def test_it_leaves_randomness_and_determinism_alone():
    import torch

    random.seed(7), np.random.seed(7), torch.manual_seed(7)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
    Network("cpu")
    after = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002
    assert before == after
    assert not torch.are_deterministic_algorithms_enabled()


def test_cuts_are_found_to_the_frame(answer):
    assert np.flatnonzero(answer.middle > 0.5).tolist() == [69, 129]


def test_long_windows_agree_with_the_stock_ones(network, film, answer):
    import torch

    with torch.inference_mode():
        single, parts = network._model.predict_frames(torch.from_numpy(film), quiet=True)
    assert np.abs(answer.middle - single.numpy()).max() < 0.1
    assert np.abs(answer.part - parts.numpy()).max() < 0.1


def test_a_stretch_is_judged_with_what_lies_around_it(network, film, answer):
    stretch = network.ask(film, 110, 150)
    assert np.abs(answer.middle[110:150] - stretch.middle).max() < 0.1
