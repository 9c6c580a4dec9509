"""Whatever is written, a brief is read: quickly, whole, and the same way twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builtin.planner.films import plan, span


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["rain on a tin roof", "sad piano", "door slam at 0:08", "kazoo", "no birds", "bell at 0:99", "quiet effects",
             "footsteps on gravel from 0:02 to 0:05", "explosion", "die Katze auf dem Dach", "two knocks at 0:20"]
        ),
        max_size=6, unique=True,
    ),
    st.sampled_from([", ", "; ", ". ", "\n", ", and "]),
)  # fmt: skip
def test_every_clause_ends_up_somewhere(clauses, joint):
    found = plan(joint.join(clauses))
    said = " ".join(
        [
            *(c.why for c in found.cues),
            *(c.avoid for c in found.cues),
            *(u.text for u in found.unplaced),
            *found.notes,
        ]
    )
    for clause in clauses:
        key = {"no birds": "birds", "quiet effects": "quiet effects"}.get(
            clause, clause.split(" at ")[0].split(" from ")[0]
        )
        assert key in said, (clause, found)


_PIECES = st.sampled_from(
    [
        "rain",
        "door",
        "slam",
        "footsteps",
        "on",
        "gravel",
        "sad",
        "piano",
        "no",
        "without",
        "at",
        "from",
        "to",
        "until",
        "0:02",
        "0:05",
        "12s",
        "1:2:3:4",
        "01:00:10:05",
        ",",
        ";",
        ".",
        "and",
        "then",
        "or",
        "every",
        "cut",
        "scene",
        "2",
        "last",
        "first",
        "seconds",
        "99999999999",
        "%",
        "",
        "-",
        ":",
        '"',
        "'",
        "music",
        "silence",
        "only",
        "three",
        "x3",
        "gets",
        "stronger",
        "end",
        "the",
        "not",
        "too",
        "loud",
        "during",
        "shot",
        "between",
        "half",
        "of",
        "second",
        "throughout",
        "frame",
        "hit",
        "hits",
        "mark",
        "land",
        "accent",
        "ends",
        "drop",
        "swell",
        "build",
        "out",
        "back",
        "epic",
        "turns",
        "frames",
        "otherwise",
        "rest",
        "fade",
        "minor",
        "c",
        "é",
        "雨",
        "\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=120), st.lists(_PIECES, max_size=14).map(" ".join)))
def test_no_text_is_too_much(brief):
    found = plan(brief)
    whole = span(0, 30)
    for cue in found.cues:
        assert whole.start <= cue.span.start < cue.span.end <= whole.end
        assert cue.sync is None or cue.span.start <= cue.sync <= cue.span.end
        cue.prompt.encode()
    assert all(u.text and u.why for u in found.unplaced)


@settings(max_examples=60, deadline=None)
@given(st.lists(_PIECES, max_size=14).map(" ".join))
def test_the_same_brief_gives_the_same_cues(brief):
    assert plan(brief) == plan(brief)


@pytest.mark.parametrize("words", ["hit", "no", "a", "the tempo of", "tense then", "piano at 0:10 and"])
def test_words_without_end_take_time_in_proportion(words):
    import time

    def seconds(count):
        began = time.process_time()
        plan(" ".join([words] * count))
        return time.process_time() - began

    least = min(seconds(500) for _ in range(3))
    assert seconds(4000) < 24 * least


def test_a_long_brief_is_read_quickly():
    import time

    brief = "\n".join(f"door slam at 0:{n % 30:02}, rain on a tin roof" for n in range(500))
    began = time.process_time()
    plan(brief)
    assert time.process_time() - began < 20
