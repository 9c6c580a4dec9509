"""A mistake in the spotting list is told with its place, its key and what to do."""

from __future__ import annotations

from fractions import Fraction

import pytest

from v2a.errors import SpottingSyntax, TimeOutsideFilm
from v2a.model import Cue, Span
from v2a.project import Clock, read_seconds
from v2a.project.document import parsed, read
from v2a.project.memory import Memory, Remembered
from v2a.testing import film

VIDEO = film(60, start="01:00:00:00")
HEAD = 'schema = "v2a-spotting"\nversion = 1\n'
CUE = '[[cue]]\nid = "fx1"\nin = 1\nout = 2\nkind = "fx"\nprompt = "door"\n'


def load(text: str, video=VIDEO, known=None):
    return read(parsed(HEAD + text, "s.toml"), video, known, "s.toml").spotting


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("seed = \n", r"s\.toml: line 3, column 8: invalid value\. Correct that line"),
        ("seed = 1\nseed = 2\n", r"line 4, column 9: cannot overwrite a value"),
        ('brief = """\n', r"line 4, column 1: "),
        ("sead = 1\n", r"s\.toml: 'sead' is not a key of a spotting list\. There are: schema, version"),
        ('seed = "x"\n', r"seed = 'x' does not fit\. Write a whole number"),
        ("cue = 3\n", r"cue is not a list of tables"),
        (CUE + "gian = 3\n", r"s\.toml: cue fx1, gian: is not a key of a cue\. There are: id, in, out"),
        (CUE + 'gain = "loud"\n', r"cue fx1, gain: 'loud' does not fit\. Write a number of dB"),
        (CUE + "gain = nan\n", r"cue fx1, gain: nan does not fit"),
        (CUE + "strength = 2\n", r"cue fx1, strength: 2 does not fit\. Write a number from 0 .* to 1"),
        (CUE + 'strength = "much"\n', r"cue fx1, strength: 'much' does not fit"),
        (CUE + "reference = 1\n", r"cue fx1, reference: 1 does not fit\. Write the path of a sound file"),
        (CUE + "pan = 2\n", r"cue fx1, pan: 2 does not fit\. Write a number from -1 \(left\) to 1"),
        (CUE + "nudge = 1.5\n", r"cue fx1, nudge: 1.5 does not fit\. Write a whole number of frames"),
        (CUE + "locked = 1\n", r"cue fx1, locked: 1 does not fit\. Write true or false"),
        (CUE + "fade_in = -1\n", r"cue fx1, fade_in: a fade cannot be shorter than nothing"),
        (
            CUE.replace('"fx"', '"sfx"'),
            r"cue fx1, kind: 'sfx' does not fit\. Write one of fo, fx, bg, mx, vo",
        ),
        (CUE.replace("in = 1\n", ""), r"cue fx1, in: is missing"),
        (CUE.replace("in = 1\n", "in = nan\n"), r"cue fx1, in: nan is not a time"),
        (
            CUE.replace("in = 1\n", 'in = "soon"\n'),
            r"cue fx1, in: 'soon' is not a time: write seconds or HH:MM:SS:FF",
        ),
        (
            CUE.replace("in = 1\n", 'in = "01:00:01:25"\n'),
            r"cue fx1, in: .* is not a timecode at 25 frames a second",
        ),
        (CUE.replace("out = 2", "out = 1"), r"cue fx1, out: out must be later than in"),
        (
            CUE.replace('id = "fx1"\n', "")[:-1] + "\ngain = 99\n",
            r"cue number 1 \(without id\), gain: 99 does not fit",
        ),
        (CUE.replace("fx1", "../x"), r"id: '../x' is not an id"),
        (
            CUE + CUE.replace("fx1", "FX1"),
            r"cue FX1, id: two cues have this id\. Remove the id line of the copy",
        ),
        ("[[scene]]\nscene = 1\nin = 0\nout = 1\nmood = 3\n", r"scene 1: 'mood' is not a key of a scene"),
        ("[[scene]]\nin = 0\n", r"has no number"),
        ("[[scene]]\nscene = 1\nin = 0\n", r"scene 1: None is not a time"),
        ("[[unplaced]]\nwhat = 3\n", r"unplaced: 'what' is not a key"),
        ("settings = 3\n", r"settings are tables"),
    ],
)
def test_a_mistake_is_told(text, says):
    with pytest.raises(SpottingSyntax, match=says) as caught:
        load(text)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ("", 'is not a v2a-spotting file. It begins with schema = "v2a-spotting"'),
        ('schema = "v2a-spotting"\nversion = 2\n', "written by a newer v2a .*Update v2a"),
        ('schema = "v2a-spotting"\nversion = "1"\n', "has no version that v2a knows"),
    ],
)
def test_another_schema_or_version(head, says):
    with pytest.raises(SpottingSyntax, match=says):
        parsed(head, "s.toml")


@pytest.mark.parametrize(
    "change",
    [
        ("out = 2", "out = 60.05"),
        ("in = 1", "in = -1"),
        ("in = 1\nout = 2", "in = 61\nout = 62"),
        ("in = 1", 'in = "00:59:59:00"'),
    ],
)
def test_a_cue_outside_the_film(change):
    with pytest.raises(
        TimeOutsideFilm,
        match=r"cue fx1: in or out lies outside the film\. The film runs from 01:00:00:00 to 01:01:00:00",
    ):
        load(CUE.replace(*change))
    with pytest.raises(TimeOutsideFilm, match="sync lies outside"):
        load(CUE + "sync = 60.5\n")


def test_only_what_v2a_had_go_over_into_another_reel_reaches_over_the_ends():
    planned = Cue("bg1", "bg", Span(Fraction(-5), Fraction(70)), "rain", seed=3)
    known = Memory(cues={"bg1": Remembered(planned, planned)})
    text = CUE.replace('id = "fx1"', 'id = "bg1"').replace('kind = "fx"', 'kind = "bg"')
    text = text.replace("in = 1\nout = 2", 'in = "00:59:55:00"\nout = 70')
    assert load(text, known=known).cue("bg1").span == Span(-5, 70)
    with pytest.raises(TimeOutsideFilm):
        load(text)
    with pytest.raises(TimeOutsideFilm):
        load(text.replace("out = 70", "out = 71"), known=known)


def test_an_out_that_is_late_by_a_frame_is_trimmed():
    assert load(CUE.replace("out = 2", "out = 60.04")).cue("fx1").span == Span(1, 60)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (12, "12"),
        (12.5, "12.5"),
        ("12.5", "12.5"),
        ("12.5 s", "12.5"),
        ("1:02.5", "62.5"),
        ("01:00:12:13", "12.52"),
    ],
)
def test_times_are_read_as_they_are_written(text, seconds):
    assert Clock.of(VIDEO).read(text) == Fraction(seconds)


def test_times_are_written_as_timecode_only_where_they_lie_on_a_frame():
    assert Clock.of(VIDEO).write(Fraction("12.52")) == "01:00:12:13"
    assert Clock.of(VIDEO).write(Fraction("12.53")) == 12.53
    assert Clock.of(VIDEO).write(Fraction(1, 3)) == 0.333333
    assert Clock.of(film(60)).write(Fraction(3)) == "00:00:03:00"
    assert Clock.of(film(60, variable=True)).write(Fraction(3)) == 3


def test_drop_frame_and_midnight():
    clock = Clock.of(film(60, frame_rate=Fraction(30000, 1001), start="23:59:50;00"))
    later = Fraction(600 * 1001, 30000)
    assert clock.write(later) == "00:00:10;00"
    assert clock.read("00:00:10;00") == later
    assert clock.read("00:00:10:00") == later


def test_a_length_of_time_is_no_timecode():
    with pytest.raises(ValueError, match="is not a time"):
        read_seconds("01:00:00:12")
    with pytest.raises(ValueError, match="is not a time"):
        read_seconds(True)
