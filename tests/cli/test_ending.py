"""The last lines of a run."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import pytest

from v2a.cli.ending import _landing, _print_lines
from v2a.model import Hit, Loudness
from v2a.testing import delivery

QUIET = Loudness(None, None, None, None, None)


@pytest.mark.parametrize(
    ("loudness", "length", "said"),
    [
        (QUIET, 480_000, "silent"),
        (replace(QUIET, true_peak=-18.0), 5_760, "too short to measure, -18.0 dBTP"),
        (replace(QUIET, true_peak=-74.0), 480_000, "too soft to measure, -74.0 dBTP"),
        (Loudness(-14.0, 3.0, -9.0, -11.0, -1.0), 480_000, "-14.0 LUFS, -1.0 dBTP (spec youtube)"),
    ],
)
def test_how_loud_it_is_or_why_nobody_can_say(tmp_path, capsys, loudness, length, said):
    made = delivery(tmp_path)
    mixdown = replace(made.mixdown, loudness=loudness, length=length, rate=48_000, spec="youtube")
    _print_lines(replace(made, mixdown=mixdown), Path("film.mp4"))
    assert f"  loudness  {said}\n" in capsys.readouterr().out


def test_hit_points_of_the_list_are_told_in_one_line(tmp_path, capsys):
    made = delivery(tmp_path)
    hits = (Hit(F(25, 2), name="door slam"), Hit(F(4)))
    _print_lines(replace(made, spotting=replace(made.spotting, hits=hits)), Path("film.mp4"))
    assert "  hits      0:04, 0:12.50 door slam\n" in capsys.readouterr().out
    assert _landing([Hit(F(n)) for n in range(7)])[0].endswith("0:04 and 2 more: see spotting.toml")
    assert _landing([]) == []
