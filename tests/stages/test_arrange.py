from __future__ import annotations

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stages.scene import RATE, film, noise, take
from v2a.interfaces import Bench
from v2a.model import Cue, Observations, Shot, Span, SpottingList
from v2a.stages import arrange
from v2a.stages.arrange import ArrangeInputs, ArrangeOptions


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    return film(tmp_path_factory.mktemp("film") / "film.mov", 4.0)


def span(start, end) -> Span:
    return Span(F(str(start)), F(str(end)))


def arranged(video, pairs, shots=(), **options):
    cues = tuple(cue for cue, _ in pairs)
    takes = tuple(made for _, some in pairs for made in (some if isinstance(some, list) else [some]))
    inputs = ArrangeInputs(
        video, SpottingList(video.identity, 1, cues=cues), takes, Observations(video, shots=tuple(shots))
    )
    return arrange.run(inputs, ArrangeOptions(**options), Bench())


def silence(seconds: float) -> np.ndarray:
    return np.zeros((1, round(seconds * RATE)), np.float32)


def test_the_sync_point_lands_on_the_cue_s_sync(video, tmp_path):
    cue = Cue("a", "fo", span(1, 1.5), "step", sync=F(31, 25))
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(0.5), sync=F(1, 10)))])
    assert region.span.start - region.offset + F(1, 10) == F(31, 25)
    assert region.span.duration == F(1, 2)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.fractions(0, F(39, 10), max_denominator=24000),
    st.fractions(0, F(4, 10), max_denominator=24000),
    st.integers(-20, 20),
)
def test_nothing_is_off_by_more_than_a_sample_and_all_is_in_the_film(video, tmp_path, sync, point, nudge):
    cue = Cue("a", "fx", Span(sync, sync + F(1, 10)), "hit", sync=sync, nudge=nudge)
    made = take(tmp_path, "a", silence(0.5), sync=point, id="same")
    regions = arranged(video, [(cue, made)])
    wanted = sync + nudge / video.frame_rate
    for region in regions:
        assert abs(region.span.start - region.offset + point - wanted) <= F(1, RATE)
        assert video.span.start <= region.span.start < region.span.end <= video.span.end
        assert (region.span.start * RATE).denominator == (region.span.end * RATE).denominator == 1
        assert region.offset >= 0
        assert region.fade_in + region.fade_out <= region.span.duration
    if F(0) <= wanted < video.duration:
        assert regions


def test_a_fade_in_never_reaches_the_hit(video, tmp_path):
    for point in (F(0), F(1, 1000), F(1, 10)):
        cue = Cue("a", "fo", span(1, 1.5), "step", sync=F(5, 4))
        (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(0.5), sync=point))])
        assert region.fade_in <= min(point, F(5, 1000))
        assert region.fade_out == F(5, 1000)


def test_the_lead_is_left_out_where_there_is_no_sync(video, tmp_path):
    cue = Cue("a", "fx", span(1, 2), "hum")
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(1.5), lead=F(1, 4)))])
    assert region.span.start == 1
    assert region.offset == F(1, 4)


def test_effects_ring_out_and_backgrounds_do_not(video, tmp_path):
    spot, bed = Cue("a", "fx", span(1, 1.2), "gong"), Cue("b", "bg", span(1, 1.2), "wind")
    regions = arranged(
        video, [(spot, take(tmp_path, "a", silence(2))), (bed, take(tmp_path, "b", silence(2)))]
    )
    ends = {r.cue: r.span.end for r in regions}
    assert ends == {"a": F(3), "b": F(6, 5)}


def test_an_out_that_the_user_set_is_kept(video, tmp_path):
    cue = Cue("a", "fx", span(1, 1.2), "gong", pinned=frozenset({"span"}))
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(2)))])
    assert region.span.end == F(6, 5)
    assert region.fade_out == F(1, 50)


def test_music_that_was_composed_to_its_cue_ends_by_itself(video, tmp_path):
    cue, sound = Cue("a", "mx", span(0, 4), "waltz"), silence(4)
    (played,) = arranged(video, [(cue, take(tmp_path, "a", sound))])
    (composed,) = arranged(video, [(cue, take(tmp_path, "a", sound, sheet="notes.json"))])
    (longer,) = arranged(video, [(cue, take(tmp_path, "a", silence(6), sheet="notes.json"))])
    assert (played.fade_out, composed.fade_out) == (F(1), F(5, 1000))
    assert longer.fade_out >= F(1, 50)


def test_the_cue_s_own_fades_gain_and_pan(video, tmp_path):
    cue = Cue("a", "bg", span(0, 4), "wind", gain=-3, pan=0.5, fade_in=F(1, 2), fade_out=F(3, 4))
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(4)))])
    assert (region.gain, region.pan, region.fade_in, region.fade_out) == (-3, 0.5, F(1, 2), F(3, 4))


@pytest.mark.parametrize(
    ("has", "ratio"), [(2.0, 1.0), (1.95, 2 / 1.95), (2.06, 2 / 2.06), (1.5, 1.0), (3.0, 1.0)]
)
def test_music_is_stretched_a_little_or_not_at_all(video, tmp_path, has, ratio):
    cue = Cue("a", "mx", span(1, 3), "piano")
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(has)))])
    assert region.stretch == pytest.approx(ratio)
    assert region.span.end == min(F(3), 1 + F(str(has)) * F(region.stretch).limit_denominator(10**6))


@pytest.mark.parametrize("kind", ["fx", "fo", "bg", "vo"])
def test_nothing_else_is_stretched(video, tmp_path, kind):
    cue = Cue("a", kind, span(1, 3), "sound")
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(1.95)))])
    assert region.stretch == 1.0


def test_backgrounds_cross_over_two_frames_around_a_cut(video, tmp_path):
    first, second = Cue("a", "bg", span(0, 2), "street"), Cue("b", "bg", span(2, 4), "room")
    regions = arranged(
        video,
        [
            (first, take(tmp_path, "a", silence(2.5))),
            (second, take(tmp_path, "b", silence(2.5), lead=F(1, 2))),
        ],
        [Shot(span(0, 2), "start"), Shot(span(2, 4), "cut")],
    )
    assert regions[0].span.end == F(51, 25)
    assert regions[1].span.start == F(49, 25)
    assert regions[0].fade_out == regions[1].fade_in == F(2, 25)
    assert regions[1].offset == F(1, 2) - F(1, 25)


def test_a_dissolve_has_a_crossfade_of_its_own_length(video, tmp_path):
    first, second = Cue("a", "bg", span(0, 2), "street"), Cue("b", "bg", span(2, 4), "room")
    regions = arranged(
        video,
        [(first, take(tmp_path, "a", silence(3))), (second, take(tmp_path, "b", silence(3), lead=F(1)))],
        [Shot(span(0, 2), "start"), Shot(span(2, 4), "dissolve", transition=F(1))],
    )
    assert regions[0].fade_out == regions[1].fade_in == F(1)


def test_backgrounds_without_handles_only_touch(video, tmp_path):
    first, second = Cue("a", "bg", span(0, 2), "street"), Cue("b", "bg", span(2, 4), "room")
    regions = arranged(
        video, [(first, take(tmp_path, "a", silence(2))), (second, take(tmp_path, "b", silence(2)))]
    )
    assert regions[0].span.end == regions[1].span.start == 2
    assert regions[0].fade_out == regions[1].fade_in == F(1, 200)


def test_the_level_holds_through_a_cut(video, tmp_path):
    from v2a.stages.mixing.tracks import Piece, Regions

    first, second = Cue("a", "bg", span(0, 2), "street"), Cue("b", "bg", span(2, 4), "room")
    made = [take(tmp_path, "a", noise(2.5, 0.1, 1)), take(tmp_path, "b", noise(2.5, 0.1, 2), lead=F(1, 2))]
    regions = arranged(video, [(first, made[0]), (second, made[1])])
    track = Regions([Piece.of(r, r.take.sound.open(), 0.0, 0) for r in regions], RATE)
    sound = track.render(RATE, 3 * RATE)
    levels = [20 * np.log10(part.std()) for part in np.split(sound, 50, axis=1)]
    assert max(levels) - min(levels) < 1.0


def test_which_take_is_chosen(video, tmp_path):
    cue = Cue("a", "fx", span(1, 2), "hit")
    some = [
        take(tmp_path, "a", silence(1), id="one", candidate=0),
        take(tmp_path, "a", silence(1), id="two", candidate=1, score=0.9),
    ]
    assert arranged(video, [(cue, some)])[0].take.id == "two"
    chosen = Cue("a", "fx", span(1, 2), "hit", take="one")
    assert arranged(video, [(chosen, some)])[0].take.id == "one"


def test_muted_suggested_and_unmade_cues_are_left_out(video, tmp_path):
    made = take(tmp_path, "a", silence(1))
    for more in ({"muted": True}, {"suggested": True}):
        assert arranged(video, [(Cue("a", "fx", span(1, 2), "hit", **more), made)]) == ()
    assert arranged(video, [(Cue("b", "fx", span(1, 2), "hit"), made)]) == ()


def test_a_fade_follows_the_picture(video, tmp_path):
    cue = Cue("a", "bg", span(0, 4), "wind")
    shots = [Shot(span(0, 4), "fade", transition=F(1))]
    (region,) = arranged(video, [(cue, take(tmp_path, "a", silence(4)))], shots)
    assert region.fade_in == 1
