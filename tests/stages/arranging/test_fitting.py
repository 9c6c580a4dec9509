"""Music of another length than its cue: stretched a little, ended where it may end, or left, and said so."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stages.scene import RATE, film, noise, take
from v2a.interfaces import Bench
from v2a.model import Anchor, Cue, Observations, Span, SpottingList
from v2a.stages import arrange
from v2a.stages.arrange import ArrangeInputs, ArrangeOptions
from v2a.stages.arranging import fitting
from v2a.stages.mixing.sounds import sounds_of

MOST = F(4, 100)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film") / "film.mov", 8.0)


def music(start: float, end: float, **more) -> Cue:
    return Cue("a", "mx", Span(F(str(start)), F(str(end))), "piano", **more)


def arranged(video, cue, made, **options):
    inputs = ArrangeInputs(video, SpottingList(video.identity, 1, cues=(cue,)), (made,), Observations(video))
    (region,) = arrange.run(inputs, ArrangeOptions(**options), Bench())
    return region


def knocks(seconds: float, *times: float) -> np.ndarray:
    """A held tone with knocks in it."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = 0.02 * np.sin(2 * np.pi * 220 * time)
    for at in times:
        first = round(at * RATE)
        sound[first : first + 2_000] += 0.6 * np.exp(-np.arange(2_000) / 150) * np.cos(np.arange(2_000) * 0.5)
    return sound[np.newaxis].astype(np.float32)


def knock_in(sound: np.ndarray, near: F) -> F:
    first = round((near - F(1, 20)) * RATE)
    return F(first + int(np.argmax(np.abs(sound[0, first:]) > 0.3)), RATE)


def test_both_the_sync_point_and_the_end_fall_where_they_should(video, tmp_path):
    cue = music(1, 7, sync=F(3))
    made = take(tmp_path, "a", knocks(6.05, 1.95, 5.0), sync=F(39, 20))
    region = arranged(video, cue, made)
    assert region.span == Span(F(1), F(7))
    assert region.anchors == (Anchor(F(39, 20), F(2)), Anchor(F(121, 20), F(6)))
    assert region.span.start - region.offset + fitting.heard(F(39, 20), region.anchors) == 3
    with ExitStack() as files:
        (sound,) = sounds_of((region,), tmp_path, RATE, files, Bench()).values()
        assert sound.length == 6 * RATE
        assert abs(knock_in(sound.samples, F(2)) - 2) <= F(2, RATE)
        late = fitting.heard(F(5), region.anchors)
        assert abs(knock_in(sound.samples, late) - late) <= F(1, 1000)


@pytest.mark.parametrize(
    ("sync", "anchors"),
    [
        (F(1), (Anchor(F(1), F(1)), Anchor(F("6.1"), F(6)))),
        (F("2.5"), (Anchor(F("2.5"), F("2.5")), Anchor(F("6.1"), F(6)))),
        (F("5.5"), ()),
    ],
)
def test_a_side_that_misses_by_too_much_is_left_alone(tmp_path, sync, anchors):
    cue = music(1, 7, sync=1 + sync)
    made = take(tmp_path, "a", np.zeros((1, round(6.1 * RATE)), np.float32), sync=sync)
    assert fitting.anchors(cue, made, MOST) == anchors


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.fractions(F(1), F(6), max_denominator=1000),
    st.fractions(F(1, 10), F(6), max_denominator=1000),
    st.fractions(F(9, 10), F(11, 10), max_denominator=1000),
)
def test_no_part_is_stretched_by_more_than_is_allowed(tmp_path, whole, sync, off):
    cue = music(1, 1 + whole, sync=1 + sync)
    length = round(whole * off * RATE)
    made = take(tmp_path, "a", np.zeros((1, length), np.float32), sync=sync * off)
    before = Anchor(F(0), F(0))
    for anchor in fitting.anchors(cue, made, MOST):
        slope = (anchor.target - before.target) / (anchor.source - before.source)
        assert abs(slope - 1) <= MOST
        before = anchor


@pytest.mark.parametrize("kind", ["fx", "fo", "bg", "vo"])
def test_nothing_but_music_is_stretched(tmp_path, kind):
    cue = Cue("a", kind, Span(F(1), F(3)), "sound", sync=F(2))
    made = take(tmp_path, "a", np.zeros((1, round(1.97 * RATE)), np.float32), sync=F("0.99"))
    assert fitting.anchors(cue, made, MOST) == ()


def test_music_that_is_too_long_ends_before_the_bar_it_would_break(video, tmp_path):
    made = take(tmp_path, "a", knocks(8.0, 1.0, 2.0, 3.0, 4.0, 4.7, 5.0))
    region = arranged(video, music(1, 6), made)
    assert abs(region.span.end - F("5.7")) <= F(1, 1000)
    assert region.fade_out > 0
    assert region.anchors == ()


def test_music_that_is_too_long_ends_where_it_is_quiet(video, tmp_path):
    sound = noise(8.0, 0.2, channels=1)
    sound[:, round(4.4 * RATE) : round(4.6 * RATE)] *= (
        np.hanning(round(0.2 * RATE)).astype(np.float32) * -0.99 + 1
    )
    region = arranged(video, music(1, 6), take(tmp_path, "a", sound))
    assert abs(region.span.end - F("5.5")) <= F(3, 100)


@pytest.mark.parametrize("more", [{"fade_out": F(2)}, {"pinned": frozenset({"span"})}])
def test_an_out_that_somebody_set_is_kept(video, tmp_path, more):
    made = take(tmp_path, "a", knocks(8.0, 4.7))
    assert arranged(video, music(1, 6, **more), made).span.end == 6


def test_steady_music_ends_with_its_cue(video, tmp_path):
    made = take(tmp_path, "a", knocks(8.0))
    assert arranged(video, music(1, 6), made).span.end == 6


@pytest.mark.parametrize(("kind", "seconds", "what"), [("mx", 3.0, "music"), ("bg", 0.5, "background")])
def test_what_is_too_short_is_said(video, tmp_path, kind, seconds, what):
    cue = Cue("a", kind, Span(F(1), F(6)), "sound")
    region = arranged(video, cue, take(tmp_path, "a", noise(seconds)))
    (said,) = fitting.remarks([cue], [region])
    assert said.startswith(f"The {what} of cue a ends {5 - seconds:.2f} s before its cue")
    assert "reroll a" in said and "\n" not in said


def test_a_background_that_is_too_short_goes_on_to_the_end_of_its_cue(video, tmp_path):
    cue = Cue("a", "bg", Span(F(1), F(7)), "rain")
    sound = noise(2.5, 0.1, channels=2)
    sound[:, -24_000:] *= np.linspace(1, 0, 24_000, dtype=np.float32)
    region = arranged(video, cue, take(tmp_path, "a", sound))
    assert region.span == Span(F(1), F(7))
    assert region.anchors == ()
    (said,) = fitting.remarks([cue], [region])
    assert "2.5 s long" in said and "grains" in said
    with ExitStack() as files:
        (made,) = sounds_of((region,), tmp_path, RATE, files, Bench()).values()
        np.testing.assert_array_equal(made.samples[:, :RATE], sound[:, :RATE])
        levels = [20 * np.log10(part.std()) for part in np.split(made.samples[:, : 6 * RATE], 60, axis=1)]
        assert max(levels) - min(levels) < 1.5
        again = {bytes(made.samples[0, at : at + 480]) for at in range(0, 6 * RATE, 480)}
        assert len(again) == 600
    assert [p for p in tmp_path.iterdir() if ".part" in p.name] == []


@pytest.mark.parametrize(
    ("kind", "seconds"), [("mx", 4.9), ("mx", 5.0), ("bg", 4.9), ("bg", 9.0), ("fx", 1.0)]
)
def test_nothing_is_said_of_what_fits(video, tmp_path, kind, seconds):
    cue = Cue("a", kind, Span(F(1), F(6)), "sound")
    region = arranged(video, cue, take(tmp_path, "a", noise(seconds)))
    assert fitting.remarks([cue], [region]) == ()


def test_it_is_said_that_music_without_a_beat_was_shortened(video, tmp_path):
    cue = Cue("a", "mx", Span(F(1), F(6)), "sound")
    region = arranged(video, cue, take(tmp_path, "a", noise(8.0)))
    (said,) = fitting.remarks([cue], [region])
    assert said == "Music of cue a: no plain beat, so it is not stretched to one, 0:08 → 0:05, faded out."
