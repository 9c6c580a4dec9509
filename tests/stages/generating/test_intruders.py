"""Who is in a take unasked: what is listened for follows from the cue, and long takes are heard in part."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

import v2a
import v2a_composer
from v2a.builtin.observers import speech
from v2a.interfaces import as_maker
from v2a.model import Audio, Cue, SoundFile, Span
from v2a.stages.generating.intruders import intruders, wants_music, wants_speech
from v2a.testing import film

RATE = 48_000
CUE = Cue("a", "fx", Span(F(0), F(8)), "press")


def heard(tmp_path, sound, cue=CUE):
    file = SoundFile.write(tmp_path / "take.npy", Audio(np.asarray(sound, np.float32), RATE))
    found = intruders(file, cue, film(60), v2a.Bench(scratch=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["take.npy"]
    return found


def noise(seconds, channels=2):
    return 0.1 * np.random.default_rng(1).standard_normal((channels, round(seconds * RATE)))


def played(seconds):
    (composer,) = v2a_composer.v2a_generators()
    span = Span(F(0), F(seconds))
    request = v2a.Request("a", "mx", "epic", span, span.end, 4, RATE, 2)
    (made,) = as_maker(composer.open(v2a.Bench()))([request])
    return made.sound.samples


@pytest.mark.parametrize(
    ("prompt", "voices", "music"),
    [
        ("rain on a roof", False, False),
        ("crowd murmur", True, False),
        ("two men talking", True, False),
        ("choir", True, True),
        ("church bells", False, True),
        ("old radio in a kitchen", True, True),
        ("engine", False, False),
    ],
)
def test_what_a_prompt_wants(prompt, voices, music):
    cue = replace(CUE, prompt=prompt)
    assert (bool(wants_speech(cue)), bool(wants_music(cue))) == (voices, music)


def test_narration_and_music_want_themselves():
    assert wants_speech(replace(CUE, kind="vo"))
    assert wants_music(replace(CUE, kind="mx"))


@pytest.mark.parametrize("channels", [1, 2])
def test_noise_is_neither(tmp_path, channels):
    found = heard(tmp_path, noise(6, channels))
    assert found.music == 0.0
    assert found.speech == (0.0 if speech.available() else None)


def test_music_is_told_by_its_share(tmp_path):
    sound = np.concatenate([noise(10) * 0.05, played(10)[:, : 10 * RATE]], axis=1)
    found = heard(tmp_path, sound)
    assert found.music == pytest.approx(0.5, abs=0.12)
    assert heard(tmp_path, sound, replace(CUE, prompt="piano music")).music is None


def test_of_a_long_take_its_two_ends_and_its_middle_are_heard(tmp_path):
    sound = noise(90) * 0.05
    middle = played(10)[:, : 10 * RATE]
    sound[:, 40 * RATE : 50 * RATE] += middle[:, : 10 * RATE]
    assert heard(tmp_path, sound).music == pytest.approx(1 / 3, abs=0.1)


def test_what_is_too_short_is_not_listened_to(tmp_path):
    found = heard(tmp_path, noise(0.5))
    assert (found.speech, found.music) == (None, None)
    assert heard(tmp_path, noise(2)).music is None
