from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v2a.media.resample import Resampler, converted, reblocked, resample, to_channels
from v2a.model import Audio, nearest

RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000, 192000)


def noise(channels: int, length: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (channels, length)).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RATES), st.sampled_from(RATES), st.integers(0, 3000), st.integers(1, 3))
def test_the_length_is_exact(old, new, length, channels):
    out = resample(Audio(noise(channels, length), old), new)
    assert out.length == nearest(Fraction(length * new, old))
    assert (out.channels, out.rate) == (channels, new)


@pytest.mark.parametrize(("old", "new"), [(44100, 48000), (48000, 44100), (48000, 16000), (16000, 48000)])
def test_there_is_no_delay(old, new):
    time = np.arange(old) / old
    pulse = np.exp(-(((time - 0.5) / 0.001) ** 2)).astype(np.float32)
    out = resample(Audio(pulse, old), new).samples[0]
    wanted = np.exp(-(((np.arange(new) / new - 0.5) / 0.001) ** 2))
    assert np.abs(out - wanted).max() < 1e-4


@pytest.mark.parametrize(("old", "new"), [(44100, 48000), (96000, 48000), (48000, 44100)])
@pytest.mark.parametrize("block", [1, 333, 4096])
def test_a_stream_gives_what_the_whole_gives(old, new, block):
    sound = noise(2, 5000)
    stream = Resampler(old, new, 2)
    parts = [stream(sound[:, at : at + block]) for at in range(0, 5000, block)]
    out = np.concatenate([*parts, stream.flush()], axis=1)
    assert np.array_equal(out, resample(Audio(sound, old), new).samples)


def test_the_same_rate_is_the_same_sound():
    audio = Audio(noise(1, 100), 48000)
    assert resample(audio, 48000) is audio


def test_nothing_stays_nothing():
    assert resample(Audio.silence(2, 0, 44100), 48000).samples.shape == (2, 0)


def test_channels_change():
    audio = Audio(noise(6, 10), 48000)
    assert to_channels(audio, 6) is audio
    assert to_channels(audio, 2).samples.shape == (2, 10)
    assert to_channels(to_channels(audio, 1), 2).samples.shape == (2, 10)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 50), max_size=8),
    st.integers(1, 40),
    st.integers(0, 60),
    st.none() | st.integers(0, 300),
)
def test_blocks_are_equal_and_cut_or_filled(sizes, block, skip, length):
    sound = noise(2, sum(sizes))
    pieces = np.split(sound, np.cumsum(sizes)[:-1], axis=1) if sizes else []
    out = list(reblocked(iter(pieces), block, 2, skip, length))
    kept = sound[:, skip:]
    wanted = (
        kept if length is None else np.pad(kept[:, :length], ((0, 0), (0, max(0, length - kept.shape[1]))))
    )
    assert all(piece.shape[1] == block for piece in out[:-1])
    assert np.array_equal(np.concatenate([np.zeros((2, 0), np.float32), *out], axis=1), wanted)


def test_a_stream_changes_channels_and_rate_at_once():
    sound = noise(1, 4410)
    out = np.concatenate(list(converted(iter([sound]), np.ones((2, 1), np.float32), 44100, 48000)), axis=1)
    assert out.shape == (2, 4800)
    assert np.array_equal(out[0], out[1])
