"""Values to JSON and back."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2a.model import Cue, Licence, Moment, Music, Request, Span, Take, codec
from v2a.model.sound import SoundFile


def test_a_cue_comes_back_as_it_was():
    cue = Cue(
        id="fx1",
        kind="fx",
        span=Span(Fraction(1, 3), 2),
        prompt="glass — Tür",
        sync=Fraction(1001, 24000),
        params={"size": 0.5, "wet": True, "list": [1, 2]},
        pinned=frozenset({"prompt", "gain"}),
    )
    assert codec.decode(Cue, codec.encode(cue)) == cue


def test_a_request_and_a_take_come_back_as_they_were():
    request = Request(
        cue="a", kind="bg", prompt="p", window=Span(0, 2), whole=Fraction(2), seed=2**62, rate=48_000, channels=2,
        moments=(Moment(Fraction(1, 7), "impact", 0.5, 0.9),), tail=SoundFile("x.npy", 48_000, 2, 7),
    )  # fmt: skip
    assert codec.decode(Request, codec.encode(request)) == request
    take = Take("t", "a", SoundFile("x.npy", 48_000, 2, 7), "g", "1", 3, 0, "p", Licence("MIT"))
    assert codec.decode(Take, codec.encode(take)) == take


def test_music_comes_back_with_its_beats_and_without():
    music = Music(Span(1, 9), 0.9, 119.5, (Fraction(7, 5), Fraction(19, 10)))
    assert codec.decode(Music, codec.encode(music)) == music
    assert codec.decode(Music, {"span": {"start": 1, "end": 9}}) == Music(Span(1, 9))


@given(st.dictionaries(st.text(), st.one_of(st.integers(), st.fractions(), st.text(), st.booleans())))
def test_canonical_bytes_do_not_depend_on_order(values):
    turned = dict(reversed(list(values.items())))
    assert codec.canonical(values) == codec.canonical(turned)


def test_the_digest_is_the_same_on_every_machine():
    value = {"b": Fraction(1, 3), "a": (1, 2.5, None, "ü")}
    assert codec.canonical(value) == '{"a":[1,2.5,null,"ü"],"b":"1/3"}'.encode()
    assert codec.digest(value) == "95d1166c58a012b4bc328b31215be4b526fd91d20003ba92c771eec663dd3e2a"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2}])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        codec.canonical(value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"id": "a", "kind": "xx", "span": {"start": 0, "end": 1}, "prompt": ""}, "kind"),
        ({"id": 3, "kind": "fx", "span": {"start": 0, "end": 1}, "prompt": ""}, "Cue.id must be str"),
        (
            {"id": "a", "kind": "fx", "span": {"start": 0, "end": 1}, "prompt": "", "colour": 1},
            "no field 'colour'",
        ),
        ({"id": "a", "kind": "fx", "span": {"start": "1/0", "end": 1}, "prompt": ""}, "not a fraction"),
        ({"id": "a", "kind": "fx"}, "missing"),
        (
            {"id": "a", "kind": "fx", "span": {"start": 0, "end": 1}, "prompt": "", "gain": True},
            "must be a number",
        ),
    ],
)
def test_what_does_not_fit_is_named(data, words):
    with pytest.raises(ValueError, match=words):
        codec.decode(Cue, data)
