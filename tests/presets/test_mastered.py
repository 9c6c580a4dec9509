"""The mastering preset on stems with peaks: what it is worth, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.stages.scene import RATE, film, hit, noise, observed, region
from v2a import presets
from v2a.builtin.effects import EFFECTS
from v2a.dsp.meter import measure
from v2a.interfaces import Bench, checked
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions

KNOWN = {effect.card.name: effect for effect in EFFECTS}
SECONDS = 8


def music() -> np.ndarray:
    """Plucked chords with a drum on the beat, wide."""
    rng, made = np.random.default_rng(2), np.zeros((2, SECONDS * RATE), np.float32)
    time = np.arange(RATE) / RATE
    for beat in range(2 * SECONDS - 2):
        drum = 0.5 * np.exp(-time * 30) * rng.standard_normal(RATE)
        for side in range(2):
            chord = sum(np.sin(2 * np.pi * f * (1 + 0.002 * side) * time) for f in (110, 165, 220, 277))
            at = beat * RATE // 2
            made[side, at : at + RATE] += (0.1 * chord * np.exp(-time * 3) + drum).astype(np.float32)
    return made * np.float32(0.3)


@pytest.fixture(scope="module")
def mixdowns(tmp_path_factory):
    folder: Path = tmp_path_factory.mktemp("mastered")
    (folder / "takes").mkdir()
    video = film(folder / "film.mov", SECONDS)
    regions = [region(folder / "takes", "score", "mx", 0, music())]
    regions += [region(folder / "takes", "rain", "bg", 0, noise(SECONDS, 0.05, 1))]
    regions += [region(folder / "takes", f"door {n}", "fx", n + 0.5, hit(0.6)) for n in range(6)]
    inputs = MixInputs(video, tuple(regions), observed(video), folder, effects=KNOWN)

    def mixed(name, spec):
        set_ = presets.layered({"mix": MixOptions}, [_mix_of(name)])["mix"]
        where = replace(inputs, folder=folder / f"{name}-{spec}")
        return mix.run(where, replace(set_, spec=spec), Bench())

    return {
        (name, spec): mixed(name, spec) for name in ("default", "mastered") for spec in ("none", "youtube")
    }


def _mix_of(name):
    layer = presets.load(name)
    return presets.Layer(name, {"mix": layer.values.get("mix", {})}, layer.where)


def peaks(path: str) -> float:
    """How far the true peak lies above the loudness."""
    found = measure([soundfile.read(path, dtype="float32")[0].T], RATE)
    return found.true_peak - found.integrated


@pytest.mark.parametrize(("stem", "least"), [("mx", 3.0), ("fx", 1.2)])
def test_peaks_are_lower_at_the_same_loudness(mixdowns, stem, least):
    plain, mastered = (
        next(s for s in mixdowns[name, "none"].stems if s.stem == stem) for name in ("default", "mastered")
    )
    assert mastered.loudness.integrated == pytest.approx(plain.loudness.integrated, abs=0.3)
    assert peaks(mastered.path) < peaks(plain.path) - least


def test_a_film_comes_nearer_to_its_target(mixdowns):
    plain, mastered = (mixdowns[name, "youtube"].loudness for name in ("default", "mastered"))
    assert mastered.integrated > plain.integrated + 0.8
    assert mastered.true_peak <= -1.0


def test_stems_sum_to_the_mix(mixdowns):
    done = mixdowns["mastered", "youtube"]
    total = sum(soundfile.read(s.path, dtype="float64")[0] for s in done.stems)
    off = np.abs(soundfile.read(done.mix, dtype="float64")[0] - total).max()
    assert off < 10 ** (-90 / 20)


def test_music_is_wider(mixdowns):
    def width(name):
        path = next(s.path for s in mixdowns[name, "none"].stems if s.stem == "mx")
        left, right = soundfile.read(path, dtype="float64")[0].T
        return 20 * np.log10(np.std(left - right) / np.std(left + right))

    assert width("mastered") > width("default") + 0.5


@pytest.mark.parametrize("stem", ["fo", "fx", "bg", "mx"])
def test_every_chain_ends_in_a_limiter_at_one_under_full_scale(stem):
    last = presets.load("mastered").values["mix"]["effects"][stem][-1]
    params = {key: value for key, value in last.items() if key != "effect"}
    assert last["effect"] == "limiter"
    assert checked(KNOWN["limiter"].card.params, params, stem).ceiling == -1.0
