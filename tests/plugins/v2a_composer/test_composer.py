"""The composer: any length, any window, hits on beats, room for speech, an ending."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a.model import Moment, Shot, Span, Speech
from v2a_composer import moods, score, tempo
from v2a_composer.composer import Composer, plan_for
from v2a_composer.harmony import Key, chord
from v2a_composer.render import Band

RATE = 48_000


def request(prompt="warm piano", seconds=20, seed=1, **more):
    whole = Fraction(seconds)
    return v2a.Request(cue="mx1", kind="mx", prompt=prompt, window=Span(0, whole), whole=whole, seed=seed, rate=RATE,
                       channels=2, **more)  # fmt: skip


def made(*requests):
    return [m.sound.samples for m in Composer().open(v2a.Bench())(requests)]


@pytest.mark.parametrize("seconds", ["0.5", "2", "7.31", "33"])
def test_music_has_the_cues_length_and_ends_with_it(seconds):
    (sound,) = made(request(seconds=seconds))
    assert sound.shape == (2, round(Fraction(seconds) * RATE))
    assert np.isfinite(sound).all()
    assert np.abs(sound).max() < 0.96
    assert np.abs(sound[:, -10:]).max() < 0.003
    assert sound.std() > 0.003


@pytest.mark.parametrize("mood", sorted(moods.MOODS))
def test_every_mood_plays(mood):
    (sound,) = made(request(f"{mood} music", 12))
    assert 20 * np.log10(sound.std()) > -40


def test_any_window_is_a_slice_of_the_whole():
    whole = request(seconds=13)
    windows = [
        replace(whole, window=Span(a, b)) for a, b in ((0, 2), (2, Fraction(77, 10)), (Fraction(77, 10), 13))
    ]
    (all_of_it,) = made(whole)
    assert np.array_equal(np.concatenate(made(*windows), axis=1), all_of_it)
    (alone,) = made(windows[1])
    assert np.array_equal(alone, all_of_it[:, 2 * RATE : round(7.7 * RATE)])


def test_a_seed_decides():
    first, again, other = made(request()), made(request()), made(request(seed=2))
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


def test_words_and_params_decide_mood_and_instruments():
    assert moods.mood_of("a sad piano piece").name == "sad"
    assert moods.mood_of("solo guitar, playful").parts == ("guitar",)
    assert moods.mood_of("anything at all").name == "neutral"
    assert plan_for(request("sad", params={"mood": "epic", "tempo": 100.0})).bpm == 100
    assert moods.mood_of("slow sad piano").slow < moods.mood_of("sad piano").slow


def test_the_tempo_puts_cuts_on_beats():
    cuts = [tempo.Hit(k * 60 / 93.7 * 4, 1.0) for k in range(1, 9)]
    found = tempo.best_tempo(cuts, 80, 110)
    beat = 60 / found
    assert all(abs((c.time + beat / 2) % beat - beat / 2) < 0.02 for c in cuts)


def test_cuts_and_moments_reach_the_tempo():
    shots = tuple(Shot(Span(Fraction(5, 2) * n, Fraction(5, 2) * (n + 1))) for n in range(8))
    plan = plan_for(request(shots=shots, moments=(Moment(Fraction(5), "impact", 1.0, 1.0),)))
    assert abs((2.5 / plan.beat) - round(2.5 / plan.beat)) < 0.03


def test_the_texture_is_thinner_under_speech():
    speech = (Speech(Span(5, 15)),)
    loud, quiet = (score.compose(plan_for(request(speech=s))) for s in ((), speech))

    def inside(notes):
        return sum(5 <= n.time < 15 for n in notes)

    assert inside(quiet) < 0.75 * inside(loud)


def test_no_eight_bars_are_repeated():
    plan = plan_for(request(seconds=600))
    notes = score.compose(plan)
    bar = plan.beat * 4
    bars = [[] for _ in range(plan.bars + 1)]
    for note in notes:
        if note.time < plan.bars * bar - 0.05:
            bars[int((note.time + 0.05) / bar)].append(
                (round((note.time % bar) / plan.beat), note.pitch, note.part)
            )
    eights = [repr(bars[n : n + 8]) for n in range(plan.bars - 8)]
    assert len(set(eights)) == len(eights)


def test_voices_move_by_small_steps():
    key, before, moves = Key(60, moods.MAJOR), None, []
    for root in (0, 3, 4, 0, 5, 3, 4, 0):
        now = chord(key, root, before, low=36, high=72)
        if before:
            moves += [abs(a - b) for a, b in zip(now.voices[1:], before.voices[1:])]
        assert now.voices[0] % 12 == key.pitch(root) % 12
        before = now
    assert np.mean(moves) < 3


def test_the_notes_that_are_kept_do_not_grow_with_the_cue():
    plan = plan_for(request("hopeful", 120))
    band = Band(score.compose(plan), plan.seed)
    kept = []
    for start in range(0, 120, 30):
        band.window(start * RATE, 30 * RATE)
        kept.append(sum(wave.nbytes for wave in band.sounds))
    assert kept[-1] == pytest.approx(kept[-2], rel=0.25)
    assert max(kept) < 48 << 20
