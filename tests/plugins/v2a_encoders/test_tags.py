"""Words told of scenes by the scores of what is seen in them, and the tables they come from."""

from fractions import Fraction

import numpy as np
import pytest

import v2a
from v2a_encoders.tags import Word, judged, means, words

TABLE = (
    Word("street", 0.3, interior=False),
    Word("kitchen", 0.3, interior=True),
    Word("night", 2.0, day=False, told=False),
    Word("dog", 0.3),
)


def scene(start, end, **given):
    return v2a.Scene(v2a.Span(Fraction(start), Fraction(end)), (0,), **given)


def told(scenes, rows, step=1.0):
    rows = np.array(rows, np.float32)
    return judged(scenes, rows, np.arange(len(rows)) * step, TABLE, lambda seen: seen)


def test_words_come_by_their_mean_score_and_say_what_they_know():
    out, inside = told(
        [scene(0, 2), scene(2, 4)], [[0.9, 0, 0.5, 0.4], [0.7, 0, 0.5, 0.4], [0, 0.5, 0, 0], [0, 0.3, 0, 0]]
    )
    assert (out.tags, out.interior, out.day) == (("street", "dog"), False, False)
    assert (inside.tags, inside.interior, inside.day) == (("kitchen",), True, None)


def test_what_is_divided_is_not_told():
    (unsure,) = told([scene(0, 1)], [[0.5, 0.4, 0, 0]])
    assert unsure.interior is None and unsure.tags == ("street", "kitchen")


def test_what_was_known_before_stays():
    (kept,) = told([scene(0, 1, interior=True, tags=("sky", "dog"))], [[0.9, 0, 0, 0.9]])
    assert kept.interior is True and kept.tags == ("sky", "dog", "street")


def test_rows_that_are_not_finite_do_not_count():
    rows = [[np.nan, 0, 0, 0], [0.9, 0, 0, 0]]
    assert told([scene(0, 2)], rows)[0].tags == ("street",)
    assert told([scene(0, 1)], rows[:1])[0] == scene(0, 1)


def test_a_span_between_two_rows_has_no_score():
    spans = [v2a.Span(Fraction(1, 4), Fraction(3, 4))]
    assert list(means(spans, np.ones((3, 4)), np.arange(3.0), lambda rows: rows)) == [None]


@pytest.mark.parametrize("table", ["classes", "sights"])
def test_the_tables_hold_what_they_say(table):
    entries = words(table)
    assert all(word.name and word.least > 0 for word in entries)
    if table == "classes":
        assert all(word.ids and min(word.ids) >= 0 and max(word.ids) < 1000 for word in entries)
        assert all(len(set(word.ids)) == len(word.ids) for word in entries)
    else:
        assert 150 <= len(entries) <= 300
        assert all(word.prompt and word.question and "{" not in word.prompt for word in entries)
        assert len({(word.question, word.name) for word in entries}) == len(entries)
        assert {w.name for w in entries if w.question == "size"} == {"close", "medium", "wide"}
