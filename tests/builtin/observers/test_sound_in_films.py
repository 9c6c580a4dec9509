"""Onsets, silence and loudness in films as they come: coded sound, sound that starts late or ends early, many channels."""

import numpy as np
import pytest

from tests.builtin.observers.driving import heard
from tests.media.films import AAC, H264, PCM, Tone, film
from v2a.builtin.observers import Sound
from v2a.media import mux
from v2a.media.decode import Heard, decode
from v2a.media.probe import probe
from v2a.media.writer import SoundWriter
from v2a.model import Audio

RATE = 48_000
STROKES = (0.31, 0.9, 1.437, 2.2, 2.713, 3.5)


def observed(path, folder):
    """What the sound observer finds in a film, decoded as the engine does it."""
    video = probe(path)
    need = Sound().card.sound
    with decode(video, (), (need,)) as stream:
        blocks = [item.block.sound.samples for item in stream if isinstance(item, Heard)]
    whole = np.concatenate(blocks, axis=1)[:, : round(video.duration * RATE)]
    return heard(Sound(), whole, RATE, video, folder)


def strokes():
    """Bursts of noise that begin to the sample at known times."""
    rng = np.random.default_rng(6)
    sound = rng.normal(0, 0.0005, (2, RATE * 4))
    for time in STROKES:
        t = np.arange(RATE // 4) / RATE
        first = round(time * RATE)
        sound[:, first : first + len(t)] += 0.5 * rng.normal(0, 1, (2, len(t))) * np.exp(-t / 0.03)
    return Audio(np.clip(sound, -1, 1).astype(np.float32), RATE)


def delays(found):
    """How much later each stroke was found, in seconds; each is found once."""
    times = np.array([float(o.time) for o in found.onsets])
    assert len(times) == len(STROKES)
    return times - STROKES


@pytest.mark.parametrize(("name", "rate"), [("out.mp4", "25"), ("out.mov", "24000/1001"), ("out.mkv", "25")])
def test_onsets_in_a_film_that_was_muxed_here_are_exact(tmp_path, name, rate):
    frames = round(4 * (25 if rate == "25" else 24000 / 1001))
    bare = film(tmp_path / "bare.mp4", frames=frames, rate=rate, codecs=H264)
    with SoundWriter(tmp_path / "mix.wav", RATE, 2) as writer:
        writer.write(strokes().samples)
    mux.mux(probe(bare), tmp_path / name, [mux.MuxTrack(tmp_path / "mix.wav", "Mix")])
    late = delays(observed(tmp_path / name, tmp_path))
    assert abs(np.median(late)) < 0.001
    assert np.abs(late).max() < 0.002


@pytest.mark.parametrize(("name", "codecs"), [("late.mp4", (*H264, *AAC)), ("late.mov", (*H264, *PCM))])
def test_sound_that_starts_late_and_ends_early_is_where_it_belongs(tmp_path, name, codecs):
    tone = Tone(beeps=(0.5, 1.1), seconds=1.5, start=0.8)
    found = observed(film(tmp_path / name, frames=100, sound=[tone], codecs=codecs), tmp_path)
    assert [float(o.time) for o in found.onsets if o.strength > 0.3] == pytest.approx([1.3, 1.9], abs=0.002)
    quiet = [(float(s.start), float(s.end)) for s in found.silence]
    assert quiet[0] == pytest.approx((0, 1.3), abs=0.11)
    assert quiet[-1] == pytest.approx((1.92, 4), abs=0.11)


def test_eight_channels_are_heard_as_two(tmp_path):
    tone = Tone(beeps=(0.5, 1.2), channels=8, layout="7.1")
    found = observed(film(tmp_path / "eight.mov", sound=[tone], codecs=(*H264, *PCM)), tmp_path)
    assert [float(o.time) for o in found.onsets] == pytest.approx([0.5, 1.2], abs=0.002)
    assert found.features["loudness"].values().max() > -12
