"""Observers that go wrong: each is left out and named, and the others go on."""

from fractions import Fraction

import numpy as np
import pytest

from tests.stages.observing import Numbers, made
from v2a.interfaces import (
    FeatureCard,
)
from v2a.model import Findings, Moment
from v2a.stages import observe


def _late_error(frames):
    if frames.times[-1] > 1.2:
        raise RuntimeError("tired")
    return {"bad": np.zeros(len(frames), np.float32)}


@pytest.mark.parametrize(
    ("see", "said"),
    [
        (_late_error, "raised RuntimeError: tired"),
        (lambda f: {"bad": np.zeros(len(f) + 1, np.float32)}, "the shape"),
        (lambda f: {"bad": np.full(len(f), np.nan, np.float32)}, "not finite"),
        (lambda f: {"bad": np.zeros(len(f), complex)}, "complex128"),
        (lambda f: {}, "gave rows of nothing"),
        (lambda f: None, "NoneType"),
        (lambda f: {"bad": np.zeros(len(f)), "more": np.zeros(len(f))}, "bad, more"),
    ],
    ids=["raises midway", "wrong number", "nan", "type", "missing", "none", "too many"],
)
def test_a_bad_watcher_is_left_out_and_named(movie, room, see, said):
    seen = room.run(movie, made("bad", see), Numbers())
    assert set(seen.features) == {"number", "sum", "level"}
    assert len(seen.features["number"].values()) == 65
    (note,) = observe.failures(seen)
    assert note.startswith("observer bad: ") and said in note


def test_a_watcher_that_fails_keeps_its_earlier_parts_and_is_asked_again(movie, room):
    room.run(movie, made("bad", _late_error))
    assert room.counted == {"bad": 2}
    seen = room.run(movie, made("bad"))
    assert room.counted == {"bad": 2}
    assert observe.failures(seen) == ()
    assert len(seen.features["bad"].values()) == 65


def test_an_observer_that_does_not_open_is_left_out(movie, room):
    broken = made("broken")
    type(broken).open = lambda self, bench, video: 1 / 0
    seen = room.run(movie, broken, made("fine"))
    assert observe.failures(seen)[0].startswith("observer broken: raised ZeroDivisionError")
    assert "fine" in seen.features


def test_a_conclusion_that_does_not_fit_is_left_out(movie, room):
    far = Moment(Fraction(99), "impact", 1.0, 1.0)
    lost = Moment(Fraction(1), "impact", 1.0, 1.0, x=float("nan"))
    seen = room.run(
        movie,
        made("none", conclude=lambda s: None, features={}),
        made("far", conclude=lambda s: Findings(moments=(far,)), features={}),
        made("odd", conclude=lambda s: {}[1], features={}),
        made("lost", conclude=lambda s: Findings(moments=(lost,)), features={}),
    )
    notes = observe.failures(seen)
    assert [n.split(":")[0] for n in notes] == [
        "observer none",
        "observer far",
        "observer odd",
        "observer lost",
    ]
    assert "outside the film" in notes[1] and "x that is not finite" in notes[3] and seen.moments == ()


def test_a_missing_one_is_named_and_a_ring_is_left_out(movie, room):
    seen = room.run(
        movie,
        made("lonely", features={}, after=("nobody",)),
        made("hen", features={}, after=("egg",)),
        made("egg", features={}, after=("hen",)),
    )
    assert "lonely concludes without nobody, which is not there" in seen.notes
    assert [n.split(". ")[0] for n in observe.failures(seen)] == [
        "observer hen: waits for egg, and that waits for it",
        "observer egg: waits for hen, and that waits for it",
    ]


def test_what_is_not_installed_or_not_there_is_said_and_is_no_failure(movie, room):
    seen = room.run(movie, made("needy", needs=("no_such_module_at_all",)))
    assert seen.notes == ("needy was not observed: no_such_module_at_all is not installed",)
    assert observe.failures(seen) == ()


def test_two_that_make_one_feature(movie, room):
    seen = room.run(movie, made("one", features={"x": FeatureCard("picture")}, see=_x),
                    made("two", features={"x": FeatureCard("picture")}, see=_x))  # fmt: skip
    assert "x" in seen.features
    assert observe.failures(seen)[0].startswith(
        "observer two: makes the feature 'x', which one makes already"
    )


def _x(frames):
    return {"x": np.zeros(len(frames), np.float32)}
