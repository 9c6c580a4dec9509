"""Reels put together as one programme, and its plan parted again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from tests.builtin.planner.films import film, moment, shots, span
from v2a.engine.store import FolderStore
from v2a.errors import TimeOutsideFilm
from v2a.interfaces import Plan
from v2a.model import (
    Cue,
    FeatureTrack,
    Hit,
    Observations,
    Reasoning,
    Scene,
    SoundTrack,
    Span,
    Speech,
    Unplaced,
)
from v2a.stages.programme import Programme


def reel(number, seconds=30, head=8, tail=2, **given):
    """A reel with leader around its programme."""
    video = replace(film(seconds, start=f"{number - 1:02}:59:52:00"), path=f"R{number}.mov")
    end = seconds - tail
    leader = tuple(s for s in (span(0, head), span(end, seconds)) if s.duration)
    given = {"shots": shots(0, head, 20, end, seconds) if tail else shots(0, head, 20, seconds), **given}
    return Observations(video, leader=leader, **given)


@pytest.fixture
def store(tmp_path):
    with FolderStore(tmp_path / "store") as opened:
        yield opened


def two(store, **second):
    reels = Programme((reel(1, 30), reel(2, 40, **second)))
    return reels, reels.observed(store)


def cue(kind, start, end, prompt="rain", **given):
    return Cue("", kind, span(start, end), prompt, **given)


def plans(reels, *cues, brief="", **given):
    return reels.parted(Plan(cues, **given), brief, 7)


def test_a_film_without_leader_is_its_own_programme(store):
    seen = Observations(film(10))
    alone = Programme((seen,))
    assert alone.observed(store) is seen
    plan = Plan((cue("bg", 0, 10),))
    assert alone.parted(plan, "", 0) == (plan,)
    assert alone.brief("at 01:00:03:00 a bell") == "at 01:00:03:00 a bell"


def test_reels_stand_one_behind_the_other_without_their_leader(store):
    reels, whole = two(store, moments=(moment(9), moment(3)), speech=(Speech(span(7, 12)),))
    assert reels.shifts == (-8, 12)
    assert whole.video.duration == reels.duration == 50
    assert str(whole.video.timecode) == "01:00:00:00"
    assert [(s.span, s.transition_in) for s in whole.shots] == [
        (span(0, 12), "cut"), (span(12, 20), "cut"), (span(20, 32), "cut"), (span(32, 50), "cut"),
    ]  # fmt: skip
    assert [m.time for m in whole.moments] == [21]
    assert [s.span for s in whole.speech] == [span(20, 24)]


def test_scenes_keep_their_shots(store):
    second = (Scene(span(0, 8), (0,)), Scene(span(8, 40), (1, 2)))
    _, whole = two(store, scenes=second)
    assert [(s.span, s.shots) for s in whole.scenes] == [(span(20, 50), (2, 3))]


def test_a_sound_that_goes_over_is_whole_in_both_lists_with_one_seed(store):
    reels, _ = two(store)
    first, second = plans(reels, cue("bg", 0, 50), cue("mx", 10, 30, "tense"))
    for n, (start, end) in enumerate([(0, 50), (10, 30)]):
        one, other = first.cues[n], second.cues[n]
        assert one.span == span(start + 8, end + 8) and other.span == span(start - 12, end - 12)
        assert one.seed == other.seed is not None
    assert first.cues[0].seed != first.cues[1].seed


def test_what_only_laps_over_ends_with_its_reel(store):
    reels, _ = two(store)
    first, second = plans(reels, cue("bg", 0, 20.04, "rain"), cue("bg", 19.96, 50, "wind"))
    assert [(c.prompt, c.span, c.seed) for c in first.cues] == [("rain", span(8, 28), None)]
    assert [(c.prompt, c.span, c.seed) for c in second.cues] == [("wind", span(8, 38), None)]


def test_a_spot_effect_belongs_to_the_reel_of_its_sync(store):
    reels, _ = two(store)
    first, second = plans(reels, cue("fx", 19, 23, "gun", sync=F(20)))
    assert first.cues == ()
    assert second.cues[0].sync == 8 and second.cues[0].seed is None


def test_reasoning_and_what_was_not_placed(store):
    thoughts = (Reasoning(0, span(0, 50), "Rain."),)
    reels, _ = two(store, scenes=(Scene(span(0, 8), (0,)), Scene(span(8, 40), (1, 2))))
    first, second = plans(reels, reasoning=thoughts, unplaced=(Unplaced("a", "b"),), notes=("n",))
    assert first.reasoning[0].span == span(8, 28)
    assert (second.reasoning[0].span, second.reasoning[0].scene) == (span(8, 38), 1)
    assert (first.unplaced, second.unplaced, second.notes) == ((Unplaced("a", "b"),), (), ())


def test_a_brief_names_times_by_the_timecode_of_any_reel(store):
    reels, _ = two(store)
    brief = "a bell at 01:00:03:00, a gun at 02:00:05:12, wind at 05:00:00:00"
    told = reels.brief(brief)
    assert told == "a bell at 01:00:03:00, a gun at 01:00:25:12, wind at 05:00:00:00"
    why = "brief: 'a gun at 01:00:25:12'"
    _, second = plans(reels, cue("fx", 25, 26, sync=F(51, 2), why=why), brief=brief)
    assert second.cues[0].why == "brief: 'a gun at 02:00:05:12'"


def test_around_a_reel_lies_all_of_the_programme_on_its_clock(store):
    reels, whole = two(store, moments=(moment(9),))
    around = reels.around(0, whole)
    assert around.video.path == "R1.mov"
    assert [m.time for m in around.moments] == [29]
    assert reels.around(1, whole).shots[0].span == span(-12, 0)


def test_features_of_all_reels_follow_each_other(store, tmp_path):
    found = []
    for n, seconds in ((1, 30), (2, 40)):
        path = tmp_path / f"f{n}.npy"
        np.save(path, n * 1000 + np.arange(seconds * 10, dtype=np.float32))
        found.append({"loudness": FeatureTrack(str(path), F(10)), "frames": FeatureTrack(str(path), None)})
    sound = SoundTrack(1, "pcm", 48_000, 2, "stereo", F(0), None)
    first = reel(1, 30, features=found[0])
    first = replace(first, video=replace(first.video, sound=(sound,)))
    reels = Programme((first, reel(2, 40, features=found[1])))
    rows = reels.observed(store).features
    assert list(rows) == ["loudness"]
    values = rows["loudness"].values()
    assert len(values) == 500 and list(values[[0, 199, 200, 499]]) == [1080, 1279, 2080, 2379]


def test_a_part_of_a_reel():
    alone = Programme((reel(1),))
    assert alone.span(0, span(0, 10)) == Span(0, 2)
    with pytest.raises(TimeOutsideFilm, match=r"leader.*runs from 01:00:00:00 to 01:00:20:00"):
        alone.span(0, span(1, 3))


def test_it_says_in_which_film_each_of_its_frames_lies(store):
    reels, whole = two(store)
    first, second = whole.reels
    assert (first.span, second.span) == (span(0, 20), span(20, 50))
    assert second.video.path == "R2.mov"
    assert second.time(F(21)) == 9
    assert reels.around(1, whole).reels == ()


def test_a_hit_point_is_in_the_reel_where_it_lies(store):
    reels, _ = two(store)
    first, second = plans(reels, hits=(Hit(F(5), name="door"), Hit(F(20)), Hit(F(49))))
    assert first.hits == (Hit(F(13), name="door"),)
    assert second.hits == (Hit(F(8)), Hit(F(37)))
