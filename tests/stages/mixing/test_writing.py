"""What is written of a mix: one curve on every file, and nothing clipped unsaid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.stages.mixing.talking import mixed, read, regions
from tests.stages.scene import RATE, film, noise, region, voice
from v2a.dsp.meter import measure
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.model import SampleSpan, Stem
from v2a.stages.mixing.curve import BLOCK, Setting
from v2a.stages.mixing.spool import Spool
from v2a.stages.mixing.tracks import Production, Track
from v2a.stages.mixing.writing import Writing, write


def decibels(sound: np.ndarray) -> float:
    return float(20 * np.log10(max(1e-12, np.abs(sound).max())))


def stems_of(done) -> dict[str, np.ndarray]:
    return {s.stem: read(s.path) for s in done.stems}


@pytest.fixture
def shouted(tmp_path):
    """A film whose production sound has the limiter at work, over a soft bed."""
    sound = voice(6, 0.05)
    for second in (2.2, 2.8, 3.3, 5.1):
        first = round(second * RATE)
        sound[:, first : first + 480] += (
            0.9 * np.hanning(480).astype(np.float32) * np.sin(np.arange(480) * 0.3)
        )
    return film(tmp_path / "shouted.mov", 6, sound=sound.clip(-0.98, 0.98).astype(np.float32))


def test_music_and_effects_have_the_curve_of_the_stems(tmp_path, shouted):
    sounds = [r for r in regions(tmp_path / "takes") if r.stem != "vo"]
    done = mixed(tmp_path, shouted, sounds, [(2, 3.5)], spec="youtube", me=True, undipped=True)
    assert done.reduction > 3.0
    stems = stems_of(done)
    assert decibels(read(done.me) - sum(stems[s] for s in ("fo", "fx", "bg", "mx"))) < -120
    assert not any("M&E" in note for note in done.notes)


def test_music_and_effects_over_the_ceiling_by_themselves_are_held_and_that_is_said(tmp_path):
    """Music stepped back by 10 dB leaves a mix that fits; undipped it does not."""
    video = film(tmp_path / "film.mov", 6, sound=voice(6))
    (tmp_path / "takes").mkdir()
    score = replace(region(tmp_path / "takes", "score", "mx", 0, noise(6, 0.1, 2)), gain=20.0)
    done = mixed(tmp_path, video, [score], [(0, 6)], spec="youtube", me=True, undipped=True)
    me = read(done.me)
    assert measure([me.astype(np.float32)], RATE).true_peak <= -1.0
    assert any("M&E by itself goes over -1 dBTP" in note for note in done.notes)
    taken = decibels(stems_of(done)["mx"] - me)
    assert -20 < taken < -3, "only what goes over is taken off"


def test_an_undipped_stem_is_held_at_full_scale_and_that_is_said(tmp_path):
    video = film(tmp_path / "film.mov", 6, sound=voice(6, 0.3))
    (tmp_path / "takes").mkdir()
    score = replace(region(tmp_path / "takes", "score", "mx", 0, noise(6, 0.1, 2)), gain=15.0)
    options = {"spec": "none", "undipped": True, "mx_speech_level": -18.0}
    done = mixed(tmp_path, video, [score], [(0, 6)], **options)
    music = stems_of(done)["mx"]
    flat = (np.abs(music) >= 1.0 - 2**-22).sum()
    assert -0.01 < decibels(music) < 0.0
    assert flat < 20, "held by a limiter, not cut off"
    (note,) = (note for note in done.notes if "MX" in note)
    assert "undipped" in note and "full scale" in note and " dB" in note


def test_undipped_stems_that_fit_are_as_they_are(tmp_path, talk):
    sounds = regions(tmp_path / "takes")
    plain = stems_of(mixed(tmp_path / "a", talk, sounds, [(2, 3.5)], spec="none"))
    undipped = mixed(tmp_path / "b", talk, sounds, [(2, 3.5)], spec="none", undipped=True)
    assert not any("by itself" in note for note in undipped.notes)
    for stem, sound in stems_of(undipped).items():
        if stem in ("fo", "fx"):
            np.testing.assert_array_equal(sound, plain[stem])


def test_stems_that_cancel_in_the_mix_do_not_clip_by_themselves(tmp_path):
    """The mix fits; its stems do not, and are held by one curve so that they still sum to it."""
    loud = noise(1, 0.1)
    loud[:, 20_000:20_400] = noise(400 / RATE, 0.6, 4)
    with Spool(tmp_path / "fo") as foley, Spool(tmp_path / "bg") as rain, Spool(tmp_path / "fx") as effects:
        for spool, sound in ((foley, loud), (rain, -loud), (effects, noise(1, 0.05, 5))):
            spool.add(sound)
        to = Writing(
            tmp_path / "mix", RATE, RATE, SampleSpan(0, RATE), spec("none"), me=False, undipped=False
        )
        to.folder.mkdir()
        tracks: dict[Stem, Track] = {
            "fo": Production(foley), "fx": Production(effects), "bg": Production(rain),
        }  # fmt: skip
        done = write(to, tracks, Setting(0.0, None), foley, Bench())
    stems = stems_of(done)
    assert sum(stems.values()) == pytest.approx(read(done.mix), abs=1e-12)
    for stem in ("fo", "bg"):
        assert -0.01 < decibels(stems[stem]) < 0
        assert (np.abs(stems[stem]) >= 1 - 2**-22).sum() < 4, "held by a limiter, not cut off"
    assert np.abs(stems["fo"][:, :15_000] - loud[:, :15_000]).max() <= 2**-24
    over = np.ceil(200 * np.log10(np.abs(loud).max())) / 10
    (note,) = done.notes
    assert note.startswith("FO and BG alone would go over full scale") and f"up to {over:.1f} dB" in note


@pytest.mark.parametrize("length", [1, 100, BLOCK, BLOCK + 1, 2 * BLOCK + 255])
def test_all_of_it_is_written_whatever_its_length(tmp_path, length):
    sound = noise(length / RATE, 0.1)
    with Spool(tmp_path / "fo") as foley:
        foley.add(sound)
        to = Writing(
            tmp_path / "mix", RATE, length, SampleSpan(0, length), spec("none"), me=True, undipped=True
        )
        to.folder.mkdir()
        done = write(to, {"fo": Production(foley)}, Setting(0.0, None), foley, Bench())
    for path in (done.mix, done.me, done.stems[0].path):
        assert np.abs(read(path) - sound).max() <= 2**-24
