"""Stems that are handed over: all or none, nothing of before among them, and each says what it is."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from tests.builtin.planner.films import film
from v2a.errors import CannotWrite
from v2a.interfaces import Bench
from v2a.media.writer import SoundWriter
from v2a.model import Breakpoint, Loudness, Mixdown, Ride, Span, StemFile, Timecode
from v2a.stages.delivering.handover import hand_over
from v2a.stages.delivering.report import SCHEMA, Written
from v2a.stages.delivering.stems import StemFiles

RATE = 48_000
LOUDNESS = Loudness(-23.0, 5.0, -3.0, None, None)
VIDEO = replace(film(2), start_timecode=Timecode.parse("01:00:00:00", F(25)), path="harbour.mov")


@pytest.fixture
def mixdown(tmp_path):
    """A mix of two seconds with production sound, backgrounds and M&E."""
    (tmp_path / "mix").mkdir()
    noise = 0.1 * np.random.default_rng(1).standard_normal((2, 2 * RATE)).astype(np.float32)
    for name in ("dx", "bg", "mix", "me"):
        with SoundWriter(tmp_path / "mix" / f"{name}.wav", RATE, 2, "s24") as out:
            out.write(noise)
    dx, bg, mix, me = (str(tmp_path / "mix" / f"{n}.wav") for n in ("dx", "bg", "mix", "me"))
    stems = (StemFile("dx", dx, RATE, 2, 2 * RATE, LOUDNESS), StemFile("bg", bg, RATE, 2, 2 * RATE, LOUDNESS))
    return Mixdown(stems, mix, RATE, 2, 2 * RATE, LOUDNESS, 0.0, 0.0, "none", me=me, me_loudness=LOUDNESS)


def handed(mixdown: Mixdown, folder: Path, **how):
    """Hand over, and write the part of the report that tells of the files."""
    report = folder / "harbour.report.json"
    done = hand_over(VIDEO, mixdown, StemFiles(folder, **how), report, Bench())
    files = [{"name": w.name, "sha256": w.sha256} for w in (Written.of(f, folder) for f in done.files)]
    report.write_text(json.dumps({"schema": SCHEMA, "files": files}))
    return done


def without(mixdown: Mixdown, *stems: str) -> Mixdown:
    return replace(mixdown, stems=tuple(s for s in mixdown.stems if s.stem not in stems))


def names(folder: Path) -> list[str]:
    return sorted(re.sub(r"harbour_R1_|_v01", "", p.name) for p in folder.iterdir() if p.suffix != ".json")


def test_what_the_last_mix_left_and_this_one_lacks_is_removed(mixdown, tmp_path):
    folder = tmp_path / "stems"
    handed(replace(mixdown, rides=(ride((0, 0), (1, -4)),)), folder)
    assert names(folder) == ["BG.wav", "DX.wav", "ME.wav", "MIX.wav", "RIDES.csv"]
    done = handed(replace(without(mixdown, "bg"), me=None), folder)
    assert names(folder) == ["DX.wav", "MIX.wav"]
    assert [note.split()[0] for note in done.notes] == [
        "harbour_R1_BG_v01.wav",
        "harbour_R1_ME_v01.wav",
        "harbour_R1_RIDES_v01.csv",
    ]


def test_what_somebody_worked_on_or_what_is_another_s_stays_and_is_named(mixdown, tmp_path):
    folder = tmp_path / "stems"
    handed(mixdown, folder)
    edited = folder / "harbour_R1_BG_v01.wav"
    edited.write_bytes(edited.read_bytes()[:-2] + b"!!")
    (folder / "harbour_R1_MX_v01.wav").write_bytes(b"mine")
    for other in ("harbour_R1_BG_v02.wav", "harbour_R2_BG_v01.wav", "notes.txt"):
        (folder / other).write_bytes(b"mine")
    before = {p.name for p in folder.iterdir()}
    done = handed(without(mixdown, "bg"), folder)
    assert {p.name for p in folder.iterdir()} == before
    told = [note for note in done.notes if "stays" in note]
    assert [note.split()[0] for note in told] == ["harbour_R1_BG_v01.wav", "harbour_R1_MX_v01.wav"]


def test_the_last_report_may_be_damaged_or_gone(mixdown, tmp_path):
    folder = tmp_path / "stems"
    handed(mixdown, folder)
    for said in ("", "[]", '{"schema": "v2a.report", "files": [1]}'):
        (folder / "harbour.report.json").write_text(said)
        done = hand_over(
            VIDEO, without(mixdown, "bg"), StemFiles(folder), folder / "harbour.report.json", Bench()
        )
        assert any("stays" in note for note in done.notes)
    assert (folder / "harbour_R1_BG_v01.wav").exists()


def test_where_one_cannot_be_written_none_is(mixdown, tmp_path):
    folder = tmp_path / "stems"
    (folder / "harbour_R1_MIX_v01.wav" / "mine").mkdir(parents=True)
    with pytest.raises(CannotWrite, match=f"^{folder / 'harbour_R1_MIX_v01.wav'}: "):
        handed(mixdown, folder)
    assert names(folder) == ["MIX.wav"]
    assert [p.name for p in (folder / "harbour_R1_MIX_v01.wav").iterdir()] == ["mine"]


def test_the_film_itself_under_a_stem_s_name_is_never_written_to(mixdown, tmp_path):
    folder = tmp_path / "stems"
    folder.mkdir()
    source = folder / "harbour_R1_MIX_v01.wav"
    source.write_bytes(b"film")
    linked = tmp_path / "harbour.mov"
    linked.symlink_to(source)
    with pytest.raises(CannotWrite, match="never written"):
        hand_over(replace(VIDEO, path=str(linked)), mixdown, StemFiles(folder), folder / "x.json", Bench())
    assert [p.name for p in folder.iterdir()] == [source.name]
    assert source.read_bytes() == b"film"


@pytest.mark.parametrize("kept", [True, False])
def test_music_and_effects_say_themselves_that_they_are_not_filled(mixdown, tmp_path, kept):
    done = handed(mixdown if kept else without(mixdown, "dx"), tmp_path / "stems")
    data = next(f for f in done.files if "_ME_" in f.name).read_bytes()
    assert (b"harbour ME, not filled\0" in data) == kept
    assert (b"<NOTE>not filled</NOTE>" in data) == kept
    assert any("not filled" in note for note in done.notes) == kept
    other = next(f for f in done.files if "_MIX_" in f.name).read_bytes()
    assert b"harbour MIX\0" in other and b"not filled" not in other


def ride(*corners: tuple[float, float]) -> Ride:
    return Ride("bg", tuple(Breakpoint(F(str(t)), gain, 2 * gain) for t, gain in corners))


def table(mixdown: Mixdown, folder: Path, points, **how):
    done = handed(replace(mixdown, rides=(ride(*points),)), folder, **how)
    with done.files[-1].open(newline="") as file:
        return [
            (r["seconds"], r["timecode"], r["gain_db"], r["gain_1_to_4_khz_db"]) for r in csv.DictReader(file)
        ]


def test_rides_begin_and_end_with_the_file(mixdown, tmp_path):
    points = [(-0.05, 0.0), (0.15, -4.0), (1.9, -4.0), (2.9, -0.001)]
    assert table(mixdown, tmp_path / "stems", points) == [
        ("0.000000", "01:00:00:00", "-1.00", "-2.00"),
        ("0.150000", "01:00:00:04", "-4.00", "-8.00"),
        ("1.900000", "01:00:01:23", "-4.00", "-8.00"),
        ("2.000000", "01:00:02:00", "-3.60", "-7.20"),
    ]


def test_what_rounds_to_nothing_has_no_sign(mixdown, tmp_path):
    rows = table(mixdown, tmp_path / "stems", [(0, -0.001), (1, -4), (2, -0.0)])
    assert [row[2] for row in rows] == ["0.00", "-4.00", "0.00"]


def test_a_ride_s_seconds_count_from_the_first_sample_of_the_stems(mixdown, tmp_path):
    points = [(-0.05, 0.0), (0.15, -4.0), (1.0, -4.0), (1.5, 0.0)]
    popped = table(mixdown, tmp_path / "a", points, pop=True)
    assert [row[0] for row in popped] == ["1.950000", "2.150000", "3.000000", "3.500000"]
    assert popped[0][1:3] == ("00:59:59:24", "0.00")
    part = table(mixdown, tmp_path / "b", points, span=Span(F(1, 2), F(5, 4)))
    assert part == [
        ("0.000000", "01:00:00:13", "-4.00", "-8.00"),
        ("0.500000", "01:00:01:00", "-4.00", "-8.00"),
        ("0.750000", "01:00:01:06", "-2.00", "-4.00"),
    ]
