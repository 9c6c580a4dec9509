"""Cues, seeds and the spotting list."""

from dataclasses import replace

import pytest

from v2a.model import Cue, Span, SpottingList
from v2a.model.video import Identity


def cue(number, kind="fx", **more):
    return Cue(id=f"{kind}{number}", kind=kind, span=Span(number, number + 1), prompt="p", **more)


def listed(*cues, seed=7):
    return SpottingList(Identity(1, "x"), seed, cues=cues)


def test_a_seed_follows_from_film_and_id_not_from_position():
    a, b = cue(1), cue(2)
    assert listed(a, b).seed_of(b) == listed(b).seed_of(b)
    assert listed(a).seed_of(a) != listed(b).seed_of(b)
    assert listed(a).seed_of(a) != listed(a, seed=8).seed_of(a)
    assert listed(a).seed_of(a, 1) != listed(a).seed_of(a)
    assert listed(a).seed_of(replace(a, seed=5)) == 5


def test_solo_mute_and_suggestions_decide_what_sounds():
    a, b, c = cue(1), cue(2, muted=True), cue(3, suggested=True)
    assert listed(a, b, c).sounding == (a,)
    alone = cue(4, solo=True)
    assert listed(a, alone).sounding == (alone,)


@pytest.mark.parametrize(("change", "words"), [({"pan": 2.0}, "pan runs"), ({"kind": "zz"}, "kind"),
                                                ({"span": Span(1, 1)}, "length")])  # fmt: skip
def test_a_cue_that_makes_no_sense_is_refused(change, words):
    with pytest.raises(ValueError, match=words):
        replace(cue(1), **change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"gain": 99.0},
        {"gain": float("nan")},
        {"distance": 0.05},
        {"distance": 500.0},
        {"room": "moon"},
        {"strength": 2.0},
    ],
)
def test_a_cue_refuses_what_no_mix_can_do(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        cue(1, **wrong)
