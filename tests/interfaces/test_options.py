"""What is said of options that do not fit."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from v2a.interfaces import option
from v2a.interfaces.options import checked


@dataclass(frozen=True)
class Wishes:
    """A choice that may be left open."""

    mood: str = option("", "the mood, if it is not to follow from the words", choices=("", "warm", "sad"))


def test_a_choice_that_may_be_left_open_names_what_there_is():
    assert checked(Wishes, {"mood": ""}, "composer") == Wishes()
    with pytest.raises(ValueError, match=r"^composer\.mood is one of warm, sad, not 'weird'$"):
        checked(Wishes, {"mood": "weird"}, "composer")
