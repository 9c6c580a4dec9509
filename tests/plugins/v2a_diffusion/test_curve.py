"""The picture of a run's losses."""

import math

import pytest

pytest.importorskip("torch")
import numpy as np
from PIL import Image

from v2a_diffusion.curve import draw, smoothed
from v2a_diffusion.runs import Step


def steps(count, held_out=True):
    return [
        Step(n, 2 * math.exp(-n / count * 3) + 0.1, 1e-4, 1.0, 0.2 if held_out and n % 10 == 0 else None)
        for n in range(1, count + 1)
    ]


def pixels(path, colour):
    with Image.open(path) as image:
        found = np.argwhere((np.asarray(image) == colour).all(-1))
    return found[found[:, 1] < 1080]


def test_a_falling_loss_is_drawn_falling(tmp_path):
    draw(steps(300), tmp_path / "losses.png", "a run")
    line = pixels(tmp_path / "losses.png", (30, 96, 128))
    left, right = line[line[:, 1] < 300], line[line[:, 1] > 900]
    assert left[:, 0].mean() + 150 < right[:, 0].mean()
    assert len(pixels(tmp_path / "losses.png", (176, 110, 40))) > 100


@pytest.mark.parametrize("count", [0, 1, 2, 50_000])
def test_any_number_of_steps_is_drawn(tmp_path, count):
    draw(steps(count, held_out=False), tmp_path / "losses.png")
    assert (tmp_path / "losses.png").stat().st_size > 1000


def test_the_mean_follows_the_steps():
    level = smoothed([(float(n), 3.0) for n in range(100)])
    assert level[-1][1] == pytest.approx(3.0)
