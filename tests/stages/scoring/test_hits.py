"""The hit points of a film."""

from dataclasses import replace
from fractions import Fraction as F

from tests.builtin.planner.films import moment, span
from tests.stages.scoring.scenes import seen
from v2a.model import Hit
from v2a.stages.scoring.hits import hits_of, local


def times(hits):
    return [float(hit.time) for hit in hits]


def test_cuts_scenes_and_moments_are_hits_of_what_they_weigh():
    found = hits_of(seen(), (), span(0, 60))
    assert [(float(h.time), h.kind) for h in found] == [
        (10, "cut"),
        (20, "scene"),
        (30, "moment"),
        (40, "cut"),
    ]
    assert [h.weight for h in found] == [1.0, 2.0, 2.16, 1.0]
    assert found[2].name == "impact"


def test_marks_weigh_far_more_than_all_else_and_keep_their_names():
    mark = Hit(F("15.5"), 10.0, "mark", "kiss")
    found = hits_of(seen(), (mark,), span(0, 60))
    assert mark in found
    assert mark.weight > 3 * max(h.weight for h in found if h != mark)


def test_within_one_frame_the_heaviest_stands_and_a_mark_before_all():
    struck = seen(moments=(moment(10.01), moment(20.03, strength=0.1), moment(40.08)))
    found = hits_of(struck, (Hit(F("20.02"), 0.5, "mark"),), span(0, 60))
    assert [(float(h.time), h.kind) for h in found] == [
        (10.01, "moment"),
        (20.02, "mark"),
        (40, "cut"),
        (40.08, "moment"),
    ]


def test_only_what_lies_in_the_stretch_counts_and_its_end_is_without():
    assert times(hits_of(seen(), (), span(10, 40))) == [10, 20, 30]


def test_what_is_soft_weak_or_unsure_weighs_less_or_nothing():
    hard = seen(moments=(moment(5, strength=0.1, confidence=0.2), moment(7, "turn"), moment(8, "impact")))
    shots = (hard.shots[0], replace(hard.shots[1], transition_in="dissolve"), *hard.shots[2:])
    found = {float(h.time): h.weight for h in hits_of(replace(hard, shots=shots), (), span(0, 60))}
    assert 5 not in found
    assert found[10] < found[40]
    assert found[7] < found[8]


def test_the_start_of_the_film_is_no_cut():
    assert 0 not in times(hits_of(seen(), (), span(0, 60)))


def test_hits_move_to_the_time_of_a_cue():
    assert times(local(hits_of(seen(), (), span(10, 40)), F(10))) == [0, 10, 20]
