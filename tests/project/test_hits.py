"""The user's own hit points in the spotting list, and the tempo and the meter of a cue."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from tests.project.lists import PLAN, VIDEO, change, read, spotted
from v2a.errors import SpottingSyntax, TimeOutsideFilm
from v2a.model import Hit
from v2a.project import Project

HITS = """
# the kiss
[[hit]]
time = "01:00:10:12"   # on the frame
name = "kiss"

[[hit]]
time = 12.345678
weight = 4

[[hit]]
time = "0:20.5"
"""
MEANT = (
    Hit(F(262, 25), 10.0, "mark", "kiss"),
    Hit(F("12.345678"), 4.0, "mark", ""),
    Hit(F("20.5"), 10.0, "mark", ""),
)


def with_text(folder, text):
    spotted(folder)
    path = folder / "spotting.toml"
    path.write_text(path.read_text() + text)
    return path


def test_hits_are_read_as_they_are_written(folder):
    with_text(folder, HITS)
    assert read(folder).hits == MEANT


def test_spotting_again_leaves_hits_alone_to_the_byte(folder):
    path = with_text(folder, HITS)
    with Project.open(folder, VIDEO) as project:
        listed = project.respot(replace(PLAN, cues=PLAN.cues[1:]), seed=7)
    assert listed.hits == MEANT
    assert path.read_text().endswith(HITS)
    assert 'prompt = "door slam"' not in path.read_text()


def test_hits_are_added_changed_and_taken_out_through_v2a(folder):
    path = with_text(folder, HITS)
    with Project.open(folder, VIDEO) as project:
        listed = project.read()
        moved = replace(MEANT[1], time=F(13), weight=10.0)
        project.write(replace(listed, hits=(MEANT[0], moved, MEANT[2], Hit(F(30), 2.5, "mark", "door"))))
    text = path.read_text()
    assert '# the kiss\n[[hit]]\ntime = "01:00:10:12"   # on the frame\nname = "kiss"\n' in text
    assert '[[hit]]\ntime = "01:00:13:00"\n' in text
    assert '[[hit]]\ntime = "01:00:30:00"\nweight = 2.5\nname = "door"\n' in text
    assert read(folder).hits == (MEANT[0], moved, MEANT[2], Hit(F(30), 2.5, "mark", "door"))
    with Project.open(folder, VIDEO) as project:
        project.write(replace(project.read(), hits=MEANT[:1]))
    assert read(folder).hits == MEANT[:1]


def test_a_list_that_is_written_anew_has_its_hits(folder):
    with Project.open(folder, VIDEO) as project:
        listed = project.respot(PLAN)
        assert "[[hit]]" in project.path.read_text().split("[film]")[0]
        project.path.unlink()
        project.read()
        project.write(replace(listed, hits=MEANT))
    assert read(folder).hits == MEANT


def test_a_hit_that_was_typed_meanwhile_stays(folder):
    path = with_text(folder, "")
    with Project.open(folder, VIDEO) as project:
        listed = project.read()
        path.write_text(path.read_text() + HITS)
        project.write(listed.with_cue(replace(listed.cues[0], gain=-3.0)))
    assert read(folder).hits == MEANT
    assert path.read_text().endswith(HITS)


def test_another_start_timecode_moves_the_text_and_not_the_hit(folder):
    path = with_text(folder, HITS)
    later = replace(VIDEO, start_timecode=replace(VIDEO.start_timecode, frame=2 * VIDEO.start_timecode.frame))
    with Project.open(folder, later) as project:
        assert project.respot(PLAN, seed=7).hits == MEANT
    assert 'time = "02:00:10:12"   # on the frame' in path.read_text()


@pytest.mark.parametrize(
    ("text", "where", "error"),
    [
        ("time = 61", "hit number 1, time", TimeOutsideFilm),
        ("time = 60", "hit number 1, time", TimeOutsideFilm),
        ("time = -1", "hit number 1, time", TimeOutsideFilm),
        ('time = "00:00:01:00"', "hit number 1, time", TimeOutsideFilm),
        ('time = "noon"', "hit number 1, time", SpottingSyntax),
        ("time = true", "hit number 1, time", SpottingSyntax),
        ("name = 'kiss'", "hit number 1", SpottingSyntax),
        ("time = 1\nweight = 0", "hit number 1, weight", SpottingSyntax),
        ("time = 1\nweight = nan", "hit number 1, weight", SpottingSyntax),
        ("time = 1\nweight = 'big'", "hit number 1, weight", SpottingSyntax),
        ("time = 1\nname = 3", "hit number 1, name", SpottingSyntax),
        ("time = 1\nat = 3", "hit number 1, at", SpottingSyntax),
    ],
)
def test_a_hit_that_does_not_fit_is_named(folder, text, where, error):
    with_text(folder, f"\n[[hit]]\n{text}\n")
    with pytest.raises(error, match=where):
        read(folder)


def test_hits_that_are_no_tables_are_refused(folder):
    path = with_text(folder, "")
    path.write_text(path.read_text().replace("seed = 7", "seed = 7\nhit = 3"))
    with pytest.raises(SpottingSyntax, match="hit"):
        read(folder)


@pytest.mark.parametrize(
    ("line", "tempo", "meter"),
    [
        ('tempo = "96"', "96", ""),
        ("tempo = 96", "96", ""),
        ("tempo = 92.5", "92.5", ""),
        ('tempo = "80:110"\nmeter = "3/4"', "80:110", "3/4"),
        ('tempo = ""\nmeter = ""', "", ""),
    ],
)
def test_a_cue_has_a_tempo_and_a_meter_and_both_stay_as_they_are_written(folder, line, tempo, meter):
    spotted(folder)
    change(folder, 'prompt = "sad piano"', f'prompt = "sad piano"\n{line}')
    text = (folder / "spotting.toml").read_text()
    with Project.open(folder, VIDEO) as project:
        listed = project.respot(PLAN, seed=7)
    cue = next(c for c in listed.cues if c.kind == "mx")
    assert (cue.tempo, cue.meter) == (tempo, meter)
    assert line in text and line in (folder / "spotting.toml").read_text()
    assert cue.pinned == frozenset(n for n, v in (("tempo", tempo), ("meter", meter)) if v)


@pytest.mark.parametrize(
    "line",
    ["tempo = 0", 'tempo = "140:60"', 'tempo = "fast"', "tempo = true", 'meter = "0/4"', 'meter = "3"'],
)
def test_a_tempo_or_a_meter_that_is_none_is_refused(folder, line):
    spotted(folder)
    change(folder, 'prompt = "sad piano"', f'prompt = "sad piano"\n{line}')
    with pytest.raises(SpottingSyntax, match=f"cue 1M1, {line.split()[0]}"):
        read(folder)


def test_a_name_is_one_line(folder):
    with_text(folder, '\n[[hit]]\ntime = 3\nname = """the\\nkiss """\n')
    assert [hit.name for hit in read(folder).hits] == ["the kiss"]
