"""Gaps in the production sound, filled with its own room tone."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.stages.mixing.reel import at, level, muted, places, span, tone
from tests.stages.scene import RATE, film, observed, voice
from v2a.interfaces import Bench
from v2a.media.probe import probe
from v2a.stages import mix
from v2a.stages.mix import MixInputs, MixOptions


def mixed(folder, sound, *, part=None, original="keep", **options):
    """A film with that sound, as it is, mixed alone."""
    folder.mkdir(parents=True, exist_ok=True)
    grey = film(folder / "grey.mov", sound.shape[1] / RATE)
    soundfile.write(folder / "dx.wav", sound.T, RATE, "FLOAT")
    ffmpeg = ["ffmpeg", "-v", "error", "-i", grey.path, "-i", str(folder / "dx.wav"), "-c:v", "copy"]
    subprocess.run(
        [*ffmpeg, "-c:a", "pcm_f32le", str(folder / "film.mov")], check=True, stdin=subprocess.DEVNULL
    )
    found = probe(folder / "film.mov")
    seen = replace(observed(found), **places(found.duration))
    inputs = MixInputs(found, (), seen, folder / "mix", original=original, span=part)
    return mix.run(inputs, MixOptions(spec="none", **options), Bench())


def read(done):
    return soundfile.read(done.stems[0].path, dtype="float32", always_2d=True)[0].T


def test_gaps_are_filled_and_all_else_passes_as_it_is(reel):
    sound = tone()
    done, made = reel.filled(muted(sound, (2, 2.5), (4, 5.2), (6, 6.05)))
    assert [round(float(f.span.duration), 1) for f in done.filled] == [0.5, 1.2, 0.1]
    assert done.notes[-1].startswith("fill: 3 gaps, 1.8 s, grown from 5.")
    assert level(at(made, 2, 2.5)) == pytest.approx(level(sound), abs=1)
    assert level(at(made, 4, 5.2)) == pytest.approx(level(sound), abs=1)
    assert level(at(made, 5.99, 6.06)) == pytest.approx(level(sound), abs=3)
    kept = np.ones(made.shape[1], bool)
    for a, b in ((2, 2.5), (4, 5.2), (6, 6.05)):
        kept[round((a - 0.06) * RATE) : round((b + 0.06) * RATE)] = False
    assert np.abs(made - sound)[:, kept].max() <= 2**-22


def test_nothing_is_filled_unasked(tmp_path):
    sound = muted(tone(3), (1, 2))
    done = mixed(tmp_path, sound)
    assert done.filled == () and not any("fill" in note for note in done.notes)
    np.testing.assert_allclose(read(done), sound, atol=2**-22)


def test_hum_goes_on_in_phase(reel):
    sound = tone(hum=0.01)
    _, made = reel.filled(muted(sound, (3, 5)))
    clean = np.sin(2 * np.pi * 50 * np.arange(made.shape[1]) / RATE)
    for start in np.arange(2.9, 5.0, 0.2):
        here, true = at(made, start, start + 0.2)[0], at(clean[np.newaxis], start, start + 0.2)[0]
        assert 2 * (here @ true) / len(true) == pytest.approx(0.01, rel=0.15)


def clicks(sound, join):
    """The z-score of the residual of linear prediction in the 4 ms at a join, against the second around it."""
    from scipy.linalg import solve_toeplitz
    from scipy.signal import lfilter

    part = sound[0, join - RATE // 2 : join + RATE // 2].astype(np.float64)
    correlated = np.fft.irfft(np.abs(np.fft.rfft(part, 2 * len(part))) ** 2)[:33]
    filtered = lfilter(np.concatenate([[1.0], -solve_toeplitz(correlated[:-1], correlated[1:])]), 1.0, part)
    blocks = np.abs(filtered[64 : 64 + len(filtered[64:]) // 96 * 96]).reshape(-1, 96).max(1)
    here = (len(part) // 2 - 64) // 96
    rest = np.delete(blocks, (here - 1, here, here + 1))
    spread = 1.4826 * np.median(np.abs(rest - np.median(rest)))
    return (blocks[here - 1 : here + 2].max() - np.percentile(rest, 90)) / spread


@pytest.mark.parametrize("hum", [0.0, 0.02])
def test_no_click_at_a_join(reel, hum):
    sound = muted(tone(hum=hum), (3, 5)) + np.float32(0.01)
    at(sound, 3, 5)[:] = 0
    _, made = reel.filled(sound)
    cut = sound.copy()
    at(cut, 3, 5)[:] = tone(2, seed=5) - np.float32(0.02)
    assert clicks(cut, 3 * RATE) > 6
    for start, end in ((2.94, 3.02), (4.98, 5.06)):
        joins = range(round(start * RATE), round(end * RATE), 96)
        assert max(clicks(made, join) for join in joins) < 6


def test_speech_is_no_pause_and_keeps_its_sound_up_to_the_gap(reel):
    sound = tone()
    at(sound, 3, 6)[:] += voice(3)
    done, made = reel.filled(muted(sound, (4, 4.6)), speech=[(3, 6)])
    assert level(at(made, 4.02, 4.58)) == pytest.approx(level(tone()), abs=1.5)
    np.testing.assert_allclose(at(made, 3, 3.97), at(sound, 3, 3.97), atol=2**-22)
    assert done.filled[0].pauses < 5.1


def test_the_same_bytes_again_and_in_a_part(tmp_path, reel):
    sound = muted(tone(), (3, 5))
    whole, part = (mixed(tmp_path / str(p), sound, fill=True, part=p) for p in (None, span("3.52", "4.4")))
    assert np.array_equal(read(part), at(read(whole), 3.52, 4.4))
    assert whole.filled == part.filled and "1 gap, 2.0 s" in part.notes[0]
    assert mixed(tmp_path / "off", sound, fill=True, part=span(6, 7)).filled == ()
    (_, one), (_, again), (_, other) = (reel.filled(sound, seed=seed) for seed in (0, 0, 1))
    assert np.array_equal(one, again)
    assert np.abs(at(one - other, 3.1, 4.9)).max() > 1e-3


def test_a_silent_shot_has_the_tone_of_its_scene(reel):
    sound = muted(tone(), (3, 5))
    done, made = reel.filled(sound, **places(3, 5, 8))
    assert level(at(made, 3, 5)) == pytest.approx(level(tone()), abs=1)
    assert done.filled[0].span == span(3, 5)


@pytest.mark.parametrize("kind", ["same", "clipped", "offset", "many"])
def test_odd_sound_is_filled(reel, kind):
    spans = [(3, 5)] if kind != "many" else [(t, t + 0.04) for t in np.arange(1, 7, 0.1)]
    sound = muted(tone() + np.float32(0.2 if kind == "offset" else 0), *spans)
    if kind == "same":
        sound[1] = sound[0]
    if kind == "clipped":
        sound = muted(np.clip(sound * 300, -0.99, 0.99).astype(np.float32), *spans)
    done, made = reel.filled(sound)
    assert len(done.filled) == len(spans)
    kept = level(at(made, 0, 1) - at(made, 0, 1).mean(1, keepdims=True))
    for start, end in spans[:3]:
        here = at(made, start, end)
        mean = at(made, 0, 1).mean(1, keepdims=True)
        assert level(here - mean) == pytest.approx(kept, abs=1.5 if kind != "many" else 3)


@pytest.mark.parametrize("original", ["guide", "drop"])
def test_without_production_sound_in_the_mix_nothing_is_filled(tmp_path, original):
    done = mixed(tmp_path, muted(tone(3), (1, 2)), original=original, fill=True)
    assert done.filled == () and any("no production sound" in note for note in done.notes)


def test_a_film_without_sound(tmp_path):
    mute = film(tmp_path / "mute.mov", 1)
    inputs = MixInputs(mute, (), observed(mute), tmp_path / "mix")
    done = mix.run(inputs, MixOptions(fill=True), Bench())
    assert done.filled == () and any("no production sound" in note for note in done.notes)
