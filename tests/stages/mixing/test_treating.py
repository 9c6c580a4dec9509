"""Effects on stems: what is heard of them, what they leave alone, and what is said where one does not fit."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.stages.scene import RATE, film, noise, observed, region, voice
from v2a.builtin.effects import EFFECTS
from v2a.dsp.meter import Meter
from v2a.errors import PluginContract, PresetError, UnknownName
from v2a.interfaces import Bench, Effect, EffectCard, Processor
from v2a.model import Licence, SampleSpan
from v2a.presets.layer import Layer, layered
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.tracks import Production
from v2a.stages.mixing.treating import NOMINAL, Line, chain, treated

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
    chained = ({"effect": "compressor", "threshold": -30.0}, {"effect": "limiter", "ceiling": -12.0})
    done = mixed(scene, tmp_path, mx=chained, bg=({"effect": "width", "spread": 0.5},))
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


def loud(sound: np.ndarray) -> float:
    meter = Meter(RATE)
    meter.add(sound.astype(np.float32))
    return meter.integrated


COLOURS = {
    "reverb": ({"effect": "reverb"},),
    "eq": ({"effect": "eq", "high_gain": 9.0},),
    "compressor": ({"effect": "compressor", "threshold": -40.0, "ratio": 8.0, "makeup": 6.0},),
    "limiter": ({"effect": "limiter", "gain": 12.0},),
}


@pytest.mark.parametrize("chain", COLOURS.values(), ids=COLOURS)
def test_a_treated_stem_is_as_loud_as_it_was(scene, tmp_path, chain):
    plain = stems(mixed(scene, tmp_path / "a"))
    treated = stems(mixed(scene, tmp_path / "b", bg=chain, mx=chain))
    assert loud(treated["bg"]) == pytest.approx(loud(plain["bg"]), abs=0.3)
    clear = slice(int(3.8 * RATE), None)
    assert loud(treated["mx"][:, clear]) == pytest.approx(loud(plain["mx"][:, clear]), abs=0.5)


def test_effects_work_alike_however_loud_the_stem_is_to_be(scene, tmp_path):
    """A curve that flattens peaks at one level flattens them at every level."""
    video, regions = scene
    made = []
    for level in (-20.0, -40.0):
        bent = {"bg": ({"effect": "saturation", "drive": 24.0},)}
        options = MixOptions(spec="none", bg_level=level, effects=bent)
        inputs = MixInputs(video, regions, observed(video), tmp_path / f"{level}", effects=KNOWN)
        made.append(stems(mix.run(inputs, options, Bench()))["bg"])
    high, low = (float(np.abs(sound).max() / sound.std()) for sound in made)
    assert high == pytest.approx(low, rel=1e-3)
    assert high < 3


def test_dither_comes_behind_all_levels(scene, tmp_path):
    chain = ({"effect": "dither", "bits": 10}, {"effect": "eq", "low_gain": 6.0})
    stem = stems(mixed(scene, tmp_path, bg=chain))["bg"] * 2**9
    assert np.abs(stem[:, -9000:] - np.round(stem[:, -9000:])).max() < 1e-3


def test_it_is_said_how_a_stem_was_treated(scene, tmp_path):
    done = mixed(scene, tmp_path, bg=({"effect": "high-pass", "frequency": 90.0},))
    (said,) = done.balance.treatments
    assert (said.stem, said.effects[0].effect) == ("bg", "high-pass")
    assert said.effects[0].params == {"frequency": 90.0, "slope": 12}
    assert said.before == pytest.approx(NOMINAL - (done.balance.anchor - 20), abs=0.5)
    assert done.balance.anchored_by == "dialogue"
    assert [step.stem for step in done.balance.steps] == ["bg", "mx"]


def test_all_reels_of_a_programme_are_treated_alike(tmp_path):
    """A loud reel and a soft one keep their distance, and one that is mixed again alone its level."""
    with ExitStack() as spools:

        def spool(name):
            return spools.enter_context(Spool(tmp_path / f"{len(list(tmp_path.iterdir()))}-{name}"))

        lines = []
        for level in (0.1, 0.01):
            dry = spool("dry")
            dry.add(noise(4, level))
            lines.append(Line("bg", Production(dry), dry.length, SampleSpan(0, dry.length), spool))
        inserts = chain(({"effect": "eq", "high_gain": 9.0},), KNOWN, "bg")
        tracks, said = treated(lines, inserts, Bench())
        loudest, softest = (track.dry(0, 4 * RATE).std() for track in tracks)
        assert 20 * np.log10(loudest / softest) == pytest.approx(20, abs=0.1)
        (alone,), again = treated(lines[1:], inserts, Bench(), said)
        assert again == said
        np.testing.assert_array_equal(alone.dry(0, RATE), tracks[1].dry(0, RATE))


@pytest.mark.parametrize("name", ["musik", "mix", "MX"])
def test_effects_on_what_is_no_stem_are_refused(name):
    layer = Layer("project", {"mix": {"effects": {name: [{"effect": "eq"}]}}}, "spotting.toml")
    with pytest.raises(PresetError, match=f"no stem '{name}'") as told:
        layered({"mix": MixOptions}, [layer])
    assert "dx, vo, fo, fx, bg, mx" in str(told.value) and told.value.where == "spotting.toml"


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
