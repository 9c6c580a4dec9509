"""One-shots and gestures: on their sync point, as long as asked, quiet at both ends, another with another seed."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a_foley.foley import Foley, make
from v2a_foley.sounds import FOLEY

RATE = 48_000
NAMES = [known.phrases[0] for known in FOLEY]
SHARP = [
    "impact",
    "knock",
    "hammer",
    "metal gate",
    "click",
    "keyboard",
    "gunshot",
    "glass breaking",
    "drip",
    "bell",
    "latch",
    "camera",
    "bounce",
    "interface beep",
    "footsteps on concrete",
    "footsteps on wood",
]


def request(prompt: str, seconds: float = 2.0, seed: int = 1, **more: object) -> v2a.Request:
    end = v2a.to_seconds(seconds)
    asked = v2a.Request("c1", "fo", prompt, v2a.Span(Fraction(0), end), end, seed, RATE, 2)
    return replace(asked, **more)


def made(prompt: str, seconds: float = 2.0, seed: int = 1, **more: object) -> v2a.Made:
    answer = make(request(prompt, seconds, seed, **more))
    assert isinstance(answer, v2a.Made), answer
    return answer


def onset(sound: np.ndarray) -> int:
    """The first sample that reaches a twentieth of the peak."""
    loud = np.abs(sound).max(axis=0)
    return int(np.argmax(loud > 0.05 * loud.max()))


@pytest.mark.parametrize("prompt", NAMES)
def test_length_level_and_ends(prompt: str) -> None:
    for seconds, sync in ((1.5, Fraction(1, 2)), (0.31, None), (2.0, Fraction(0))):
        sound = made(prompt, seconds, sync=sync).sound.samples
        assert sound.dtype == np.float32
        assert sound.shape == (2, round(seconds * RATE))
        assert np.isfinite(sound).all()
        peak = 20 * np.log10(np.abs(sound).max())
        assert -40 < peak <= -3.0
        assert np.abs(sound[:, 0]).max() < 1e-3
        assert np.abs(sound[:, -1]).max() < 1e-3
        assert np.abs(sound.mean(axis=1)).max() < 3e-3


@pytest.mark.parametrize("prompt", NAMES)
def test_seeds_and_the_sync_point(prompt: str) -> None:
    one = made(prompt, sync=Fraction(7, 10))
    same = made(prompt, sync=Fraction(7, 10))
    other = made(prompt, seed=2, sync=Fraction(7, 10))
    assert one.sync == Fraction(7, 10)
    np.testing.assert_array_equal(one.sound.samples, same.sound.samples)
    assert not np.array_equal(one.sound.samples, other.sound.samples)


@pytest.mark.parametrize("prompt", SHARP)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_onset_falls_on_the_sync_point(prompt: str, seed: int) -> None:
    at = Fraction(123, 200)
    moment = v2a.Moment(at, "impact", 0.6, 1.0)
    sound = made(prompt, 1.5, seed, sync=at, moments=(moment,)).sound.samples
    assert abs(onset(sound) - float(at) * RATE) <= 0.002 * RATE


@pytest.mark.parametrize(
    "prompt", ["footsteps on gravel", "footsteps on wood", "footsteps in snow", "running on metal"]
)
def test_a_step_at_each_moment(prompt: str) -> None:
    times = [Fraction(3, 10), Fraction(17, 20), Fraction(141, 100)]
    moments = tuple(v2a.Moment(t, "contact", 0.5, 1.0) for t in times)
    answer = made(prompt, 2.0, moments=moments, sync=times[0], params={"room": 0.0})
    sound = np.abs(answer.sound.samples).max(axis=0)
    assert np.abs(sound[: round(0.299 * RATE)]).max() < 1e-4
    peak = sound.max()
    for t in times:
        at = round(t * RATE)
        before, after = sound[at - 480 : at - 24].max(), sound[at : at + 960].max()
        assert after > 0.15 * peak
        assert after > 3 * before
    cuts = [sound[round(t * RATE) : round(t * RATE) + 4800] for t in times]
    assert abs(np.corrcoef(cuts[0], cuts[1])[0, 1]) < 0.98


def test_a_ball_bounces_at_each_moment_ever_softer() -> None:
    times = [Fraction(1, 2), Fraction(143, 100), Fraction(216, 100), Fraction(27, 10)]
    moments = tuple(v2a.Moment(t, "impact", 0.6 - 0.13 * n, 0.9) for n, t in enumerate(times))
    moments += (v2a.Moment(Fraction(1), "start", 0.5, 0.9), v2a.Moment(Fraction(19, 10), "contact", 0.5, 0.1))
    found = made("rubber ball bounces", 4.0, moments=moments, sync=times[0], params={"room": 0.0})
    sound = np.abs(found.sound.samples).max(axis=0)
    peaks = [sound[round(t * RATE) - 48 : round(t * RATE) + 4800].max() for t in times]
    assert all(a > 1.2 * b for a, b in itertools.pairwise(peaks))
    for quiet in (Fraction(2, 5), Fraction(1), Fraction(19, 10), Fraction(33, 10)):
        assert sound[round(quiet * RATE) : round(quiet * RATE) + 2400].max() < 0.1 * peaks[-1]


def test_steps_keep_a_cadence_where_few_moments_fit() -> None:
    flash = v2a.Moment(Fraction(3), "flash", 1.0, 1.0)
    few = (flash, v2a.Moment(Fraction(5), "contact", 0.5, 0.9), v2a.Moment(Fraction(7), "turn", 0.5, 0.9))
    alone, beside = (
        made("footsteps on concrete", 10.0, sync=Fraction(5), moments=moments).sound.samples
        for moments in ((), few)
    )
    np.testing.assert_array_equal(alone, beside)


def test_steps_without_moments_keep_a_cadence_through_the_sync_point() -> None:
    def count(prompt: str) -> int:
        sound = np.abs(made(prompt, 10.0, sync=Fraction(5), params={"room": 0.0}).sound.samples).max(axis=0)
        blocks = sound[: len(sound) // 4800 * 4800].reshape(-1, 4800).max(axis=1)
        loud = blocks > 0.3 * np.median(np.sort(blocks)[-12:])
        return int(np.sum(loud[1:] & ~loud[:-1]))

    assert 13 <= count("footsteps on concrete") <= 23
    assert count("running on concrete") > count("walking on concrete")


def test_force_follows_the_moment_and_explicit_params_win() -> None:
    def peak(prompt: str, strength: float, **params: object) -> float:
        moment = v2a.Moment(Fraction(1, 2), "impact", strength, 1.0)
        answer = made(prompt, 1.0, sync=Fraction(1, 2), moments=(moment,), params=params)
        return float(np.abs(answer.sound.samples).max())

    assert peak("wood impact", 0.9) > 1.5 * peak("wood impact", 0.1)
    assert peak("soft wood impact", 0.5) < peak("heavy wood impact", 0.5)
    assert peak("soft impact", 0.1, force=0.7) == pytest.approx(peak("heavy impact", 0.9, force=0.7), rel=0.4)


def test_an_engine_revs_along_the_moments() -> None:
    rising = tuple(v2a.Moment(v2a.to_seconds(t), "turn", t / 4, 1.0) for t in (0.2, 2.0, 3.8))
    sound = made("engine", 4.0, sync=Fraction(2), moments=rising).sound.samples.mean(axis=0)

    def firings(begin: float) -> float:
        part = sound[round(begin * RATE) : round((begin + 0.4) * RATE)]
        same = np.fft.irfft(np.abs(np.fft.rfft(part, 2 * len(part))) ** 2)
        first, last = RATE // 180, RATE // 30
        return RATE / (first + int(np.argmax(same[first:last])))

    assert firings(3.4) > 1.4 * firings(0.3)


def test_a_pass_crosses_from_side_to_side() -> None:
    sound = made("aeroplane overhead", 8.0, sync=Fraction(4), params={"speed": 0.9}).sound.samples
    quarter = 2 * RATE
    early, late = sound[:, :quarter], sound[:, -quarter:]
    sides = [np.log((part[0] ** 2).sum() / (part[1] ** 2).sum()) for part in (early, late)]
    assert sides[0] * sides[1] < 0


def test_thunder_comes_later_and_duller_from_afar() -> None:
    def centre(metres: float) -> float:
        sound = made("thunder", 6.0, sync=Fraction(1, 2), params={"distance": metres}).sound.samples.mean(
            axis=0
        )
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())

    assert centre(900.0) > 1.2 * centre(4500.0)


@pytest.mark.parametrize("seed", range(4))
def test_thunder_longer_than_its_cue_leaves_as_if_into_the_distance(seed: int) -> None:
    sound = made("thunder", 4.2, seed, sync=Fraction(1, 5)).sound.samples.mean(axis=0)
    levels = [float((part**2).mean()) for part in np.array_split(sound, 21)]
    assert max(levels[-1:]) < 0.003 * max(levels)
    assert max(levels[-4:]) < 0.1 * max(levels)


def test_materials_differ() -> None:
    def centre(material: str) -> float:
        sound = made("impact", 1.0, sync=Fraction(1, 10), params={"material": material}).sound.samples.mean(
            axis=0
        )
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float((power * np.fft.rfftfreq(len(sound), 1 / RATE)).sum() / power.sum())

    assert centre("glass") > 2 * centre("wood") > centre("body")


def test_distance_dulls() -> None:
    def bright(prompt: str) -> float:
        power = np.abs(np.fft.rfft(made(prompt, 1.0).sound.samples[0])) ** 2
        return float(power[4000:].sum() / power.sum())

    assert bright("distant metal impact") < 0.7 * bright("metal impact")


def test_an_unknown_sound_is_refused_with_suggestions() -> None:
    answer = make(request("zzgrpf"))
    assert isinstance(answer, v2a.Failure)
    assert answer.what
    assert "footsteps" in answer.remedy


def test_a_near_miss_is_taken_and_said() -> None:
    assert "explosion" in made("explosoin").notes[0]


def test_one_channel_another_rate() -> None:
    answer = make(replace(request("knock", 1.0), rate=44_100, channels=1))
    assert isinstance(answer, v2a.Made)
    assert answer.sound.samples.shape == (1, 44_100)


def test_answers_come_in_order_and_a_failure_ends_nothing() -> None:
    maker = Foley().open(v2a.Bench())
    assert isinstance(maker, v2a.Maker)
    answers = list(maker([request("knock"), request("zzgrpf"), request("bell")]))
    assert [type(a).__name__ for a in answers] == ["Made", "Failure", "Made"]


def test_faster_than_realtime_by_far() -> None:
    made("footsteps on gravel", 0.5)
    began = time.process_time()
    made("footsteps on gravel", 10.0)
    assert time.process_time() - began < 1.0
