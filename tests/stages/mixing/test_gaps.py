"""What is a gap in the production sound, and where its tone is taken from."""

from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest

from tests.stages.mixing.reel import at, level, muted, places, span, tone
from tests.stages.scene import RATE, voice
from v2a.model import Onset, Scene


def two_scenes(loud=0.004, silent=(3, 5), interior=(True, True, True)):
    sound = tone()
    at(sound, 5, 8)[:] = tone(3, loud, seed=9)
    ends = (0, 3, 5, 8)
    scenes = tuple(
        Scene(span(a, b), (n,), interior=within)
        for n, (a, b, within) in enumerate(zip(ends, ends[1:], interior))
    )
    return muted(sound, silent), places(3, 5, 8, scenes=scenes)


def test_a_scene_without_sound_is_left_alone_and_said(reel):
    sound, seen = two_scenes(loud=0.04)
    done, made = reel.filled(sound, **seen)
    assert done.filled == () and not at(made, 3.01, 4.99).any()
    assert "no pauses to grow from: 3.00 to 5.00 s" in done.notes[-1]
    sound, seen = two_scenes(interior=(True, None, False))
    assert reel.gaps(sound, **seen) == []


def test_a_scene_without_sound_between_two_of_one_tone_has_it_too(reel):
    sound, seen = two_scenes()
    assert reel.gaps(sound, **seen) == [span(3, 5)]


def test_a_gap_over_a_cut_has_the_tone_of_either_place(reel):
    sound, seen = two_scenes(loud=0.04, silent=(2, 2.01))
    sound = muted(sound, (4, 6))
    at(sound, 3, 4)[:] = tone(1, seed=4)
    done, made = reel.filled(sound, **seen)
    assert level(at(made, 4.1, 4.9)) == pytest.approx(level(tone()), abs=1.5)
    assert level(at(made, 5.1, 5.9)) == pytest.approx(20 * np.log10(0.04), abs=1.5)
    assert [f.span for f in done.filled] == [span(4, 5), span(5, 6)]
    assert np.abs(at(made, 4.9, 5.1)).max() < 0.3


def test_what_is_no_gap_stays(reel):
    sound = tone()
    slow = np.interp(np.arange(sound.shape[1]) / RATE, [0, 2, 2.6, 3.4, 4, 8], [1, 1, 0, 0, 1, 1])
    assert reel.gaps((sound * slow).astype(np.float32)) == []
    away = np.interp(np.arange(sound.shape[1]) / RATE, [0, 6, 7, 8], [1, 1, 0, 0])
    assert reel.gaps((sound * away).astype(np.float32)) == []
    quieter = sound.copy()
    at(quieter, 3, 5)[:] *= np.float32(0.3)
    assert reel.gaps(quieter) == []
    one = sound.copy()
    one[:, 3 * RATE] = 0
    done, made = reel.filled(one)
    assert done.notes[-1] == "fill: there are no gaps in the production sound."
    np.testing.assert_allclose(made, one, atol=2**-22)


def test_the_head_and_tail_are_filled_in_the_shot_where_the_sound_is(reel):
    sound = muted(tone(), (0, 3), (6, 8))
    assert reel.gaps(sound, **places(3, 8))[0].start == 6
    done, made = reel.filled(sound, **places(1, 7, 8))
    assert [f.span for f in done.filled] == [span(1, 3), span(6, 7)]
    assert not at(made, 0, 0.9).any() and not at(made, 7.1, 8).any()
    assert reel.gaps(sound, shots=()) == []


def test_a_gap_that_is_only_far_quieter_is_filled(reel):
    sound = tone()
    at(sound, 3, 5)[:] *= np.float32(0.03)
    assert reel.gaps(sound) == [span(3, 5)]


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros((2, 3 * RATE), np.float32),
        np.tile(voice(3, 0.1, 1), (2, 1)),
        np.full((2, 3 * RATE), 0.3, np.float32),
        tone(0.04),
    ],
    ids=["silent", "no pause", "an offset", "one frame"],
)
def test_sound_without_gaps_passes(reel, sound):
    done, made = reel.filled(sound)
    assert done.filled == ()
    np.testing.assert_allclose(made, sound[:, : made.shape[1]], atol=2**-22)


def test_a_voice_without_pauses_is_refused(reel):
    sound = muted(voice(4), (1, 2))
    done, made = reel.filled(sound, speech=[(0, 4)])
    assert done.filled == () and not at(made, 1.01, 1.99).any()
    assert "left silent" in done.notes[-1]


def test_what_begins_is_no_pause(reel):
    sound = tone()
    for start in (1.0, 1.5, 2.0):
        at(sound, start, start + 0.1)[:] *= np.float32(1.4)
    onsets = tuple(Onset(F(str(t)), 0.5) for t in (1.0, 1.5, 2.0))
    done, _ = reel.filled(muted(sound, (4, 5)), onsets=onsets)
    assert done.filled[0].pauses < 8 - 1 - 0.8
