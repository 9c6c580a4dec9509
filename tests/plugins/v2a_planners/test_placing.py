"""Times that a model gives are clamped, set on moments and cuts, and joined; nothing leaves the film."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import v2a
from tests.plugins.v2a_planners import films
from v2a.testing import film
from v2a_planners.asks import asks_of, scenes_of
from v2a_planners.checking import Answer, Wish
from v2a_planners.params import Looking
from v2a_planners.placing import joined, place
from v2a_planners.telling import Desk

KINDS = ("fo", "fx", "bg", "mx")


def placed(*wishes, scene=1, looking=None, room="hall", **changes):
    request = films.request(film(4), **changes)
    ask = asks_of(request, Fraction(60))[scene]
    desk = Desk.of(request, looking or Looking(), KINDS)
    return place(Answer({}, room, wishes), ask, desk, "seer")


def one(*wishes, **changes):
    made = placed(*wishes, **changes)
    assert len(made.cues) == 1, made.left_out
    return made.cues[0]


def span(start, end):
    return v2a.Span(Fraction(start).limit_denominator(1000), Fraction(end).limit_denominator(1000))


def test_times_count_from_the_scene_and_end_with_it():
    cue = one(Wish("bg", 0.5, 1e6, "rain"))
    assert cue.span == span(2.5, 4) and cue.sync is None


def test_times_before_the_scene_are_its_start():
    assert one(Wish("bg", -7.0, 1.0, "rain")).span == span(2, 3)


@pytest.mark.parametrize(
    "wish", [Wish("bg", 9.0, 12.0, "rain"), Wish("fx", -5.0, -1.0, "hit"), Wish("fx", 2.0, 3.0, "hit")]
)
def test_what_lies_outside_the_scene_is_left_out(wish):
    made = placed(wish, Wish("bg", 0.0, 1.0, "wind"))
    assert [cue.prompt for cue in made.cues] == ["wind"]
    assert made.left_out == {"it lies outside its scene": 1}


def test_a_model_that_counts_from_the_films_start_is_understood():
    made = placed(
        Wish("bg", 2.0, 4.0, "rain"), Wish("fx", 3.1, 3.5, "hit", sync=3.2), looking=Looking(snap=0.0)
    )
    assert [(cue.span, cue.sync) for cue in made.cues] == [
        (span(2, 4), None),
        (span(3.1, 3.5), Fraction(16, 5)),
    ]


def test_a_hit_is_set_on_the_moment_near_it():
    cue = one(Wish("fx", 0.3, 0.9, "hit", sync=0.4))
    assert cue.sync == Fraction(26, 10) and cue.span == span(2.5, 3.1)
    assert "on a contact" in cue.why
    assert one(Wish("fx", 0.1, 0.9, "hit", sync=0.2)).sync == Fraction(22, 10)
    assert one(Wish("fx", 0.3, 0.9, "hit", sync=0.4), looking=Looking(snap=0.0)).sync == Fraction(24, 10)


def test_where_the_production_sound_is_a_guide_its_onsets_count():
    onset = (v2a.Onset(Fraction(33, 10), 0.6),)
    seen = films.seen(film(4), onsets=onset)
    wish = Wish("fx", 1.2, 1.6, "hit", sync=1.2)
    assert one(wish, observations=seen).sync == Fraction(32, 10)
    assert one(wish, observations=seen, original="guide").sync == Fraction(33, 10)


def test_a_hit_without_an_end_gets_one():
    cue = one(Wish("fo", 0.6, 0.6, "step"))
    assert cue.span.duration >= Fraction(1, 2) and cue.span.contains(cue.sync)


def test_what_goes_on_for_long_has_no_sync_point():
    shots = {"shots": (), "moments": ()}
    request = films.request(film(40), observations=films.seen(film(40), **shots))
    ask = asks_of(request, Fraction(60))[0]
    desk = Desk.of(request, Looking(), KINDS)
    cue = place(Answer({}, "", (Wish("fo", 1.0, 9.0, "cloth"),)), ask, desk, "seer").cues[0]
    assert cue.sync is None and cue.span == span(1, 9)


def test_what_lasts_begins_and_ends_on_cuts_that_are_near():
    assert one(Wish("bg", 0.1, 0.9, "rain")).span == span(2, 3)
    assert one(Wish("mx", 0.1, 1.8, "piano"), looking=Looking(snap=0.05)).span == span(2.1, 3.8)


def test_perspective_follows_the_shot_and_the_moment():
    cue = one(Wish("fx", 0.3, 0.9, "hit", sync=0.6))
    assert (cue.room, cue.distance, cue.gain, cue.pan) == ("hall", 1.0, -4.5, 0.4)
    wide = one(Wish("fx", 1.2, 1.9, "hit", sync=1.5, pan=-1.0), scene=0)
    assert (wide.distance, wide.gain, wide.pan) == (2.5, -5.0, -0.5)
    assert one(Wish("fo", 0.3, 0.9, "footsteps on wood", sync=0.6)).pan == 0.0
    bed = one(Wish("bg", 0.0, 2.0, "rain", pan=0.5))
    assert (bed.room, bed.pan, bed.gain) == ("", 0.0, 0.0)


def test_the_unsure_is_only_suggested():
    assert one(Wish("fx", 0.3, 0.9, "hit", confidence=0.4)).suggested
    assert not one(Wish("fx", 0.3, 0.9, "hit", confidence=0.4), confidence=0.3).suggested


def test_music_that_nobody_asked_for_is_left_out_where_the_style_has_none():
    none = Looking(music=False)
    assert not placed(Wish("mx", 0.0, 2.0, "piano"), looking=none).cues
    assert placed(Wish("mx", 0.0, 2.0, "piano", asked=True), looking=none).cues
    assert not placed(Wish("vo", 0.0, 2.0, "hello")).cues


def test_what_the_brief_asks_for_and_cannot_be_made_is_unplaced():
    made = placed(Wish("vo", 0.0, 2.0, "hello", asked=True))
    assert [u.text for u in made.unplaced] == ["hello"] and "vo" in made.unplaced[0].why
    assert not made.left_out


def cue(kind, start, end, prompt, sync=None, **more):
    return v2a.Cue("", kind, span(start, end), prompt, sync=None if sync is None else Fraction(sync), **more)


def test_what_lasts_goes_on_over_the_border_of_scenes():
    cues = joined(
        [cue("bg", 2, 4, "Rain"), cue("bg", 0, 2, "rain"), cue("bg", 5, 6, "rain"), cue("mx", 2, 4, "rain")],
        Fraction(1, 25),
    )
    assert [(c.kind, c.span) for c in cues] == [("bg", span(0, 4)), ("mx", span(2, 4)), ("bg", span(5, 6))]


def test_doubles_are_one_and_repeated_hits_are_not():
    hits = [cue("fx", n, n + 1, "hit", n, confidence=0.5 + n / 10) for n in range(3)]
    double = cue("fx", 1, 2, "hit", Fraction(101, 100), confidence=0.9)
    cues = joined([*hits, double], Fraction(1, 25))
    assert [c.sync for c in cues] == [0, 1, 2] and cues[1].confidence == 0.9


numbers = st.floats(-1e6, 1e6) | st.floats(-1, 5)
wishes = st.builds(
    Wish, kind=st.sampled_from([*KINDS, "vo"]), start=numbers, end=numbers, prompt=st.sampled_from(["a", "b steps"]),
    sync=st.none() | numbers, pan=st.none() | st.floats(-1, 1), confidence=st.floats(0, 1), asked=st.booleans(),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(wishes, max_size=6), st.integers(0, 1))
def test_nothing_leaves_its_scene(found, scene):
    made = placed(*found, scene=scene)
    scope = span(2 * scene, 2 * scene + 2)
    for each in made.cues:
        assert scope.start <= each.span.start < each.span.end <= scope.end
        assert each.sync is None or each.span.contains(each.sync)
        assert each.kind in KINDS and not each.id
    assert len(made.cues) + len(made.unplaced) + sum(made.left_out.values()) == len(found)


def test_scenes_cover_the_film():
    seen = films.seen(film(10), scenes=(v2a.Scene(span(1, 3), (0,)), v2a.Scene(span(4, 20), (1,))))
    assert [scene.span for scene in scenes_of(seen)] == [span(0, 4), span(4, 10)]
    assert [scene.span for scene in scenes_of(replace(seen, scenes=()))] == [span(0, 10)]
