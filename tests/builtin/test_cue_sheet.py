from __future__ import annotations

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import film
from v2a.builtin.exporters.cue_sheet import CueSheetReader
from v2a.errors import SpottingSyntax

_HEAD = "kind,in,out,prompt,gain,room,distance\n"


def read(folder, line):
    path = folder / "cues.csv"
    path.write_text(f"{_HEAD}{line}\n", encoding="utf-8")
    return CueSheetReader().read(path, film(30)).cues


def test_a_line_is_a_cue_with_its_room(tmp_path):
    (cue,) = read(tmp_path, "fx,1,2.5,door slam,-3,Hall,2.5")
    assert (cue.kind, cue.span.start, cue.span.end, cue.prompt) == ("fx", F(1), F("2.5"), "door slam")
    assert (cue.gain, cue.room, cue.distance) == (-3.0, "hall", 2.5)


def test_what_is_left_empty_is_as_usual(tmp_path):
    (cue,) = read(tmp_path, "fx,1,2.5,door slam,,,")
    assert (cue.gain, cue.room, cue.distance) == (0.0, "", 1.0)


@pytest.mark.parametrize("rest", ["99,,", "nan,,", ",moon,", ",hall,500", ",hall,0.05", ",hall,far"])
def test_what_does_not_fit_is_named_with_its_line(tmp_path, rest):
    with pytest.raises(SpottingSyntax) as caught:
        read(tmp_path, f"fx,1,2.5,door slam,{rest}")
    assert "cues.csv, line 2" in str(caught.value)
