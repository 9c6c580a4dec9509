"""Whatever a model writes, it is read without harm: what is whole counts, and everything is bounded."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugins.v2a_planners.chatting import GOOD
from v2a_planners.checking import answer_in, most, plain
from v2a_planners.reading import found_in
from v2a_planners.schema import CUE, PARTS, json_schema, told

KEYS = ("reasoning", "cues")
TEXT = json.dumps(GOOD)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"cues": [1, 2,],}', {"cues": [1, 2]}),
        ("{cues: ['a dog's bark', \"it's\"]}", {"cues": ["a dog's bark", "it's"]}),
        ('{"cues": [True, None, false]} // done', {"cues": [True, None, False]}),
        ('{"cues": /* none */ []}', {"cues": []}),
        ('{"cues": [] "reasoning": {}}', {"cues": [], "reasoning": {}}),
        ('{“cues”: “quoted”}', {"cues": "quoted"}),
        ('{"cues": "line\nbreak \\u00e9 \\q"}', {"cues": "line\nbreak é q"}),
        ('first {"a": 1} then {"cues": 2}', {"cues": 2}),
        ('{"answer": {"cues": [3]}}', {"cues": [3]}),
        ('<think>{"cues": 1}</think> {"cues": 2}', {"cues": 2}),
    ],
)  # fmt: skip
def test_json_in_bad_shape_is_read(text, value):
    found = found_in(text, KEYS)
    assert found is not None and found.value == value and not found.torn


@pytest.mark.parametrize(
    "text", ["", "no", "[]", "[1, 2]", '{"other": 1}', "{" * 9000, '{"cues":' * 500, "<think>{"]
)
def test_what_is_no_answer_is_none(text):
    assert found_in(text, KEYS) is None


def test_an_answer_cut_anywhere_keeps_what_was_complete():
    whole = answer_in(TEXT, 4.0)
    assert whole.proper and len(whole.wishes) == 2 and not whole.complaints
    for end in range(len(TEXT)):
        cut = answer_in(TEXT[:end], 4.0)
        assert set(cut.wishes) <= set(whole.wishes)
        assert all(text in ("", whole.thoughts[part]) for part, text in cut.thoughts.items())
    assert len(answer_in(TEXT[:-30], 4.0).wishes) == 1


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.sampled_from(list("{}[]\",:'\\ ab1.eucs\n-/*<>")), max_size=200),
    st.integers(0, len(TEXT)),
)
def test_no_text_harms(noise, at):
    for text in (noise, TEXT[:at] + noise + TEXT[at:]):
        answer = answer_in(text, 4.0)
        assert len(answer.wishes) <= most(4.0)


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.just("1:02.5") | st.just(10**400),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYS, "kind", "in", "prompt"]), inner),
    max_leaves=8,
)  # fmt: skip
rows = st.fixed_dictionaries(
    {},
    optional={f.name: values | st.sampled_from(["fo", "bg", "music", 1.5, "2 s"]) for f in CUE},
)


@settings(max_examples=150, deadline=None)
@given(
    st.fixed_dictionaries(
        {}, optional={"reasoning": values, "room": values, "cues": values | st.lists(rows, max_size=5)}
    )
)
def test_no_value_harms(data):
    try:
        text = json.dumps(data)
    except ValueError:
        return
    answer = answer_in(text, 4.0)
    assert answer.room in ("", "cabin", "small", "room", "bare", "hall", "church", "street", "forest")
    for wish in answer.wishes:
        assert wish.prompt and len(wish.prompt) <= 200 and len(wish.avoid) <= 200
        assert 0 <= wish.confidence <= 1 and (wish.pan is None or -1 <= wish.pan <= 1)
        assert all(math.isfinite(t) for t in (wish.start, wish.end) if t is not None)
    for text in answer.thoughts.values():
        assert len(text) <= 800 and text.isprintable()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [(1, 1.0), ("2.5", 2.5), ("2.5 s", 2.5), ("0:02.5", 2.5), ("1:00:01", 3601.0), (-3, -3.0), (1e300, 1e6),
     (10**400, 1e6), ("1e5", 1e5)],
)  # fmt: skip
def test_numbers_in_many_shapes(given, wanted):
    row = {**GOOD["cues"][0], "in": given}
    assert answer_in(json.dumps({**GOOD, "cues": [row]}), 4.0).wishes[0].start == wanted


@pytest.mark.parametrize("given", ["soon", None, True, [], {}, "NaN", "", "1,5"])
def test_what_is_no_number_is_named(given):
    row = {**GOOD["cues"][0], "in": given}
    answer = answer_in(json.dumps({**GOOD, "cues": [row]}), 4.0)
    assert not answer.wishes and "in is" in answer.complaints[0]
    assert not answer.proper


def test_not_a_number_is_none():
    answer = answer_in(
        '{"reasoning": {"sounds": "a"}, "cues": [{"kind": "fx", "in": NaN, "out": 1, "prompt": "x"}]}', 4.0
    )
    assert not answer.wishes


def test_an_unknown_kind_is_named_and_the_rest_counts():
    rows = [*GOOD["cues"], {**GOOD["cues"][0], "kind": "laser\x1b[31m"}]
    answer = answer_in(json.dumps({**GOOD, "cues": rows}), 4.0)
    assert len(answer.wishes) == 2 and answer.proper
    assert answer.complaints == ("cues[2]: 'laser [31m' is not a kind of sound",)


def test_an_absurd_number_of_cues_is_bounded():
    answer = answer_in(json.dumps({**GOOD, "cues": GOOD["cues"] * 500}), 4.0)
    assert len(answer.wishes) == most(4.0) == 24
    assert any("1000 cues" in each for each in answer.complaints)


def test_texts_are_bounded_and_made_plain():
    assert plain("a\x00b\u202ec\ud800 \n d\x1b", 100) == "a bc d"
    assert plain("word " * 100, 22) == "word word word word"
    assert len(plain("x" * 1000, 50)) == 50
    long = answer_in(
        json.dumps({**GOOD, "reasoning": {"sounds": "rain " * 9000, "space": ["left", "near"]}}), 4.0
    )
    assert len(long.thoughts["sounds"]) <= 800 and long.thoughts["space"] == "left near"


def test_an_answer_without_cues_is_one():
    answer = answer_in(json.dumps({**GOOD, "cues": []}), 4.0)
    assert answer.proper and answer.usable and not answer.wishes
    assert not answer_in('{"reasoning": {}, "cues": []}', 4.0).usable


def test_schema_and_words_say_the_same():
    schema = json_schema(("fo", "bg"))
    cue = schema["properties"]["cues"]["items"]
    assert list(cue["properties"]) == cue["required"] == [f.name for f in CUE]
    assert cue["properties"]["kind"]["enum"] == ["fo", "bg"]
    assert all(f'"{f.name}"' in told() for f in (*CUE, *PARTS))
