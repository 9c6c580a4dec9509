"""Foley that comes near a recording: nearer with every step of strength, and always on its sync point."""

import itertools
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

from v2a.model import Audio, Moment, SoundFile
from v2a.testing.makers import request
from v2a_foley.foley import make
from v2a_foley.likeness import Likeness

RATE = 48_000
AT = 7_200


def struck(kind, at=AT, seconds=1.2):
    """A recording of one stroke: a bell, a thud or a spray, in a little hush."""
    rng = np.random.default_rng(3)
    time = np.arange(round(seconds * RATE)) / RATE
    waves = {
        "bell": sum(
            g * np.exp(-time * d) * np.sin(2 * np.pi * f * time)
            for f, d, g in ((523, 3, 0.3), (1410, 4, 0.2), (2750, 6, 0.15))
        ),
        "thud": 0.8 * np.exp(-time * 18) * np.sin(2 * np.pi * 70 * time)
        + 0.1 * np.exp(-time * 60) * rng.normal(0, 1, time.size),
        "spray": 0.3 * np.exp(-time * 8) * np.diff(rng.normal(0, 1, time.size + 1)),
    }
    made = rng.normal(0, 1e-4, time.size)
    made[at:] += waves[kind][: made.size - at]
    return made


def heard(tmp_path, prompt, wave=None, strength=0.5, **given):
    """The foley of a prompt, in sync at half a second, near a recording."""
    reference = None
    if wave is not None:
        stereo = np.atleast_2d(wave)
        stereo = np.repeat(stereo, 2 // len(stereo), axis=0).astype(np.float32)
        reference = SoundFile.write(tmp_path / "reference.npy", Audio(stereo, RATE))
    given = {"seed": 4, "sync": Fraction(1, 2), **given}
    return make(request(2, prompt=prompt, reference=reference, strength=strength, **given)).sound.samples


def levels(wave, at, seconds=0.5):
    """Levels in thirds of octaves every fiftieth of a second from shortly before a sample on, in dB under the loudest."""
    piece = np.pad(wave, (2_400, RATE))[at : at + 2_400 + round(seconds * RATE)]
    frames = np.lib.stride_tricks.sliding_window_view(piece, 2048)[::960] * np.hanning(2048)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    edges = np.unique(np.round(100 * 2 ** (np.arange(23) / 3) / RATE * 2048).astype(int))
    found = 10 * np.log10(np.add.reduceat(power, edges, axis=1) + 1e-12)
    return np.maximum(found - found.max(), -50)


def apart(made, wave, at=AT):
    """How far a sound is from a recording, in dB, their onsets together."""
    return float(np.sqrt(np.mean((levels(made.mean(axis=0), RATE // 2) - levels(wave, at)) ** 2)))


def attack(made):
    """Where the sound rises to near its peak around the sync point, in samples from there."""
    near = np.abs(made).max(axis=0)[RATE // 2 - 960 : RATE // 2 + 1_920]
    return int(np.argmax(near > 0.3 * near.max())) - 960


@pytest.mark.parametrize("kind", ["bell", "thud", "spray"])
@pytest.mark.parametrize("prompt", ["wooden impact", "glass breaking", "door slam", "metal clang"])
def test_it_comes_nearer_with_every_step_and_stays_in_sync(tmp_path, prompt, kind):
    wave = struck(kind)
    steps = [heard(tmp_path, prompt, wave, strength) for strength in (0.25, 0.5, 0.75, 1.0)]
    far = [apart(made, wave) for made in (heard(tmp_path, prompt), *steps)]
    assert all(nearer < before + 0.2 for before, nearer in itertools.pairwise(far))
    assert far[4] < 0.6 * far[0]
    assert far[2] < 0.95 * far[0]
    assert all(abs(attack(made)) <= 0.002 * RATE for made in steps)


def test_without_a_reference_nothing_changes(tmp_path):
    plain = heard(tmp_path, "wooden impact")
    assert np.array_equal(heard(tmp_path, "wooden impact", strength=1.0), plain)
    assert np.array_equal(heard(tmp_path, "wooden impact", np.zeros(RATE)), plain)


def test_seeds_stay_different_near_one_recording(tmp_path):
    one, other = (heard(tmp_path, "glass breaking", struck("bell"), seed=n) for n in (1, 2))
    same = np.sum(one * other) / np.sqrt(np.sum(one**2) * np.sum(other**2))
    assert same < 0.9


def test_it_rings_on_with_the_recording(tmp_path):
    def late(made):
        return 20 * np.log10(np.sqrt(np.mean(made[:, RATE : RATE + 9_600] ** 2)) + 1e-9)

    plain = late(heard(tmp_path, "wooden impact"))
    rings = [late(heard(tmp_path, "wooden impact", struck("bell"), s)) for s in (0.25, 0.5, 1.0)]
    assert plain < rings[0] < rings[1] < rings[2]
    assert rings[2] > plain + 30


def test_steps_take_turns_through_the_strokes_of_a_recording(tmp_path):
    two = np.concatenate([struck("thud", AT, 0.5), struck("spray", AT, 0.5)])
    moments = tuple(Moment(Fraction(n, 2), "contact", 1.0, confidence=1.0) for n in (1, 2, 3))
    made = heard(tmp_path, "footsteps on wood", two, 1.0, sync=None, moments=moments).mean(axis=0)

    def centre(at):
        power = np.abs(np.fft.rfft(made[at : at + 4_800])) ** 2
        return float((np.fft.rfftfreq(4_800, 1 / RATE) * power).sum() / power.sum())

    dull, bright, again = (centre(at) for at in (24_000, 48_000, 72_000))
    assert bright > 3 * dull
    assert again < bright / 3


def colour(wave):
    power = np.abs(np.fft.rfft(wave * np.hanning(wave.size))) ** 2
    hertz = np.fft.rfftfreq(wave.size, 1 / RATE)
    edges = 100 * 2 ** (np.arange(23) / 3)
    found = np.array([power[(hertz >= a) & (hertz < b)].sum() for a, b in itertools.pairwise(edges)])
    return np.maximum(10 * np.log10(found / found.max() + 1e-12), -50)


@pytest.mark.parametrize("seconds", [0.7, 5.0])
@pytest.mark.parametrize("prompt", ["cloth rustle", "car passing by"])
def test_what_lasts_takes_on_the_colour_of_a_recording_of_any_length(tmp_path, prompt, seconds):
    wave = np.diff(np.random.default_rng(5).normal(0, 0.1, round(seconds * RATE) + 1))
    made = [heard(tmp_path, prompt, wave, s, sync=Fraction(1)) for s in (0.5, 1.0)]
    plain = heard(tmp_path, prompt, sync=Fraction(1))
    far = [np.sqrt(np.mean((colour(m.mean(axis=0)) - colour(wave)) ** 2)) for m in (plain, *made)]
    assert far == sorted(far, reverse=True)
    assert far[2] < far[0] / 2


def test_the_strokes_of_a_recording_are_found():
    wave = sum(struck("thud", at, 2.0) for at in (12_000, 36_000, 60_000))
    near = Likeness(np.stack([wave, wave]), RATE, 0.5)
    onsets = [stroke.onset for stroke in near._strokes]
    assert len(onsets) == 3
    assert all(abs(found - at) < 0.003 * RATE for found, at in zip(onsets, (12_000, 36_000, 60_000)))


def test_the_loudest_of_several_strokes_leads():
    wave = 0.3 * struck("thud", 12_000, 2.0) + struck("bell", 48_000, 2.0)
    assert abs(Likeness(np.stack([wave, wave]), RATE, 0.5)._main.onset - 48_000) < 0.003 * RATE


def test_a_stroke_that_is_nearly_as_strong_is_no_part_of_the_main_one():
    wave = (
        struck("thud", 12_000, 2.0) + 0.9 * struck("thud", 60_000, 2.0) + 0.3 * struck("spray", 36_000, 2.0)
    )
    main = Likeness(np.stack([wave, wave]), RATE, 0.5)._main
    assert abs(main.onset - 12_000) < 0.003 * RATE
    assert 58_000 < main.end < 60_000


def test_the_hush_of_a_recording_is_not_brought_along(tmp_path):
    rng = np.random.default_rng(8)
    hush = 0.01 * rng.normal(0, 1, 2 * RATE)
    loud = struck("thud", AT, 2.0)

    def late(wave):
        made = heard(tmp_path, "wooden impact", wave, 1.0)[:, RATE:]
        return 20 * np.log10(np.sqrt(np.mean(made**2)) + 1e-9)

    assert late(loud + hush) < 20 * np.log10(0.01) - 30


def test_a_long_sound_near_a_long_recording_costs_no_memory_for_its_length():
    rng = np.random.default_rng(1)
    long = rng.normal(0, 0.1, (2, 40 * RATE))
    near = Likeness(rng.normal(0, 0.1, (2, 41 * RATE)), RATE, 0.5)
    tracemalloc.start()
    made = near.lasting(long, 0)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert made.shape == long.shape
    assert peak < 8 * long.nbytes + 2e8
