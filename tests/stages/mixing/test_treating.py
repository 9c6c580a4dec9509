"""Effects on stems: what is heard of them, what they leave alone, and what is said where one does not fit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.stages.scene import RATE, film, noise, observed, region, voice
from v2a.builtin.effects import EFFECTS
from v2a.errors import PluginContract, PresetError, UnknownName
from v2a.interfaces import Bench, Effect, EffectCard, Processor
from v2a.model import Licence
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions

KNOWN = {effect.card.name: effect for effect in EFFECTS}


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    video = film(folder / "film.mov", 4, sound=voice(4) * 0.3)
    (folder / "takes").mkdir()
    rain = region(folder / "takes", "rain", "bg", 0, noise(4, 0.05, 1))
    score = region(folder / "takes", "score", "mx", 0, noise(4, 0.1, 2))
    return video, (rain, score)


def mixed(scene, folder: Path, known=KNOWN, **effects):
    video, regions = scene
    inputs = MixInputs(video, regions, observed(video, [(1, 2)]), folder, effects=known)
    return mix.run(inputs, MixOptions(spec="none", effects=effects), Bench())


def stems(done) -> dict[str, np.ndarray]:
    return {s.stem: soundfile.read(s.path, dtype="float64")[0].T for s in done.stems}


def high(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound[0]))
    return float(spectrum[: len(spectrum) // 100].sum() / spectrum.sum())


def test_an_effect_is_heard_on_its_stem_and_nowhere_else(scene, tmp_path):
    plain = stems(mixed(scene, tmp_path / "a"))
    treated = stems(mixed(scene, tmp_path / "b", bg=({"effect": "high-pass", "frequency": 800.0},)))
    assert high(treated["bg"]) < 0.2 * high(plain["bg"])
    for stem in ("dx", "mx"):
        np.testing.assert_array_equal(treated[stem], plain[stem])


def test_stems_still_sum_to_the_mix(scene, tmp_path):
    chain = ({"effect": "compressor", "threshold": -30.0}, {"effect": "limiter", "ceiling": -12.0})
    done = mixed(scene, tmp_path, mx=chain, bg=({"effect": "width", "spread": 0.5},))
    total = sum(stems(done).values())
    np.testing.assert_allclose(soundfile.read(done.mix, dtype="float64")[0].T, total, atol=2**-22)


def test_what_looks_ahead_is_not_late(scene, tmp_path):
    """A limiter that has nothing to hold and a de-esser that hears no S leave every sample where it was."""
    plain = stems(mixed(scene, tmp_path / "a"))
    chain = ({"effect": "limiter", "ceiling": 0.0}, {"effect": "de-esser", "threshold": 0.0})
    treated = stems(mixed(scene, tmp_path / "b", mx=chain, dx=chain))
    for stem in ("mx", "dx"):
        np.testing.assert_allclose(treated[stem], plain[stem], atol=2e-6)


def test_a_treated_stem_steps_back_for_speech_all_the_same(scene, tmp_path):
    treated = stems(mixed(scene, tmp_path, mx=({"effect": "eq", "low_gain": 1.0},)))["mx"]
    under = treated[:, int(1.2 * RATE) : int(1.8 * RATE)].std()
    assert 20 * np.log10(treated[:, int(3.9 * RATE) :].std() / under) > 6


@pytest.mark.parametrize(
    ("entry", "error", "said"),
    [
        ({"effect": "high-pas"}, UnknownName, "high-pas"),
        ({"frequency": 80.0}, UnknownName, "without a name"),
        ({"effect": "eq", "low_gain": 99.0}, PresetError, "at most 24"),
        ({"effect": "eq", "bass": 1.0}, PresetError, "no key 'bass'"),
    ],
)
def test_what_does_not_fit_is_said(scene, tmp_path, entry, error, said):
    with pytest.raises(error, match=said) as told:
        mixed(scene, tmp_path, bg=(entry,))
    assert "[mix.effects] bg" in told.value.where and told.value.remedy


class _Short(Effect):
    card = EffectCard("short", "1", Licence("MIT"))

    def open(self, bench, rate, channels, params):
        class Half(Processor):
            def __call__(self, block):
                return block[:, ::2]

        return Half()


def test_an_effect_that_changes_the_length_is_refused(scene, tmp_path):
    with pytest.raises(PluginContract, match="made"):
        mixed(scene, tmp_path, {"short": _Short()}, bg=({"effect": "short"},))
