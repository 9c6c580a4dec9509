from __future__ import annotations

from fractions import Fraction as F

import pytest

from tests.builtin.planner.films import film
from v2a.builtin.exporters.cue_sheet import CueSheetReader, _row
from v2a.errors import SpottingSyntax

_HEAD = "kind,in,out,prompt,gain,room,distance"


def read(folder, line, head=_HEAD):
    path = folder / "cues.csv"
    path.write_text(f"{head}\n{line}\n", encoding="utf-8")
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


def test_a_line_names_a_reference(tmp_path):
    head = "kind,in,out,prompt,reference,strength"
    (cue,) = read(tmp_path, "fx,1,2,door slam,doors/oak.wav,0", head)
    assert (cue.reference, cue.strength) == ("doors/oak.wav", 0.0)
    (cue,) = read(tmp_path, "fx,1,2,door slam,,", head)
    assert (cue.reference, cue.strength) == ("", 0.5)
    for wrong in ("2", "nan", "much"):
        with pytest.raises(SpottingSyntax, match="line 2"):
            read(tmp_path, f"fx,1,2,door slam,oak.wav,{wrong}", head)


def test_a_line_names_a_tempo_and_a_meter(tmp_path):
    head = "kind,in,out,prompt,tempo,meter"
    (cue,) = read(tmp_path, "mx,1,20,a waltz,'80:110,'3/4", head)
    assert (cue.tempo, cue.meter) == ("80:110", "3/4")
    assert [_row(cue, film(30), "", "")[name] for name in ("tempo", "meter")] == ["'80:110", "'3/4"]
    (cue,) = read(tmp_path, "mx,1,20,a waltz,96,", head)
    assert (cue.tempo, cue.meter) == ("96", "")
    for wrong in ("fast,", "110:80,", ",03-Apr"):
        with pytest.raises(SpottingSyntax, match="line 2"):
            read(tmp_path, f"mx,1,20,a waltz,{wrong}", head)
