"""Reels that are mixed together: the one gain, and how far the limiter goes, come of all of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.stages.mixing.talking import read
from tests.stages.scene import RATE, film, noise, observed
from v2a.dsp.meter import measure
from v2a.interfaces import Bench
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions

SECONDS = 4
TARGET = -14.0


def struck():
    """Noise with eight strokes a second that ask for a limiter."""
    sound = noise(SECONDS, 0.1, 1)
    for number, first in enumerate(range(RATE // 20, sound.shape[1] - 400, RATE // 8)):
        sound[:, first : first + 400] += (-1) ** number * 0.7 * np.exp(-np.arange(400) / 120)
    return sound


def reels(folder, sounds):
    """Films of these sounds, and nothing else in them."""
    for n, sound in enumerate(sounds):
        video = film(folder / f"{n}.mov", SECONDS, sound=sound)
        yield MixInputs(video, (), observed(video), folder / str(n))


@pytest.mark.parametrize("order", [1, -1], ids=["struck last", "struck first"])
def test_all_reels_together_meet_the_target_behind_the_limiter(tmp_path, order):
    sounds = [noise(SECONDS, 0.02, 2), struck()][::order]
    done = mix.together([*reels(tmp_path, sounds)], MixOptions(spec="youtube", fill=False), Bench())
    assert max(mixed.reduction for mixed in done) > 1.5
    assert len({mixed.gain for mixed in done}) == 1
    heard = measure(np.concatenate([read(mixed.mix) for mixed in done], axis=1), RATE)
    assert done[0].programme.loudness.integrated == pytest.approx(heard.integrated, abs=0.02)
    assert heard.integrated == pytest.approx(TARGET, abs=0.06)
