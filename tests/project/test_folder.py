"""The project folder: what is written is read, what the user changed survives, what he deleted stays away."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.project.lists import PLAN, VIDEO, change, cue, read, spotted
from v2a.errors import TimeOutsideFilm
from v2a.interfaces import Plan
from v2a.model import Identity, Reasoning, Span, Timecode
from v2a.project import Project, Scope


def test_a_new_project_has_a_list_that_reads_as_it_was_written(folder):
    written = spotted(folder)
    assert [c.id for c in written.cues] == ["bg1", "1M1", "fx1", "fx2"]
    assert read(folder) == written
    text = (folder / "spotting.toml").read_text(encoding="utf-8")
    assert 'in = "01:00:02:00"' in text
    assert "gain" not in text.split("[film]")[1]
    assert text.startswith("# The spotting list of film.mp4")


def test_writing_the_same_again_leaves_the_file_alone(folder):
    written = spotted(folder)
    path = folder / "spotting.toml"
    os.utime(path, (1, 1))
    with Project.open(folder, VIDEO) as project:
        assert project.read() == written
        project.write(written)
        project.respot(PLAN)
    assert path.stat().st_mtime == 1


def test_an_edit_is_pinned_and_survives(folder):
    spotted(folder)
    change(folder, 'prompt = "door slam"\n', 'prompt = "a heavy oak door"  # mine\ngain = -6\n')
    found = read(folder).cue("fx1")
    assert (found.prompt, found.gain, found.pinned) == ("a heavy oak door", -6.0, {"prompt", "gain"})
    plan = replace(PLAN, cues=(replace(PLAN.cues[0], why="it falls shut", confidence=0.7), *PLAN.cues[1:]))
    again = spotted(folder, plan).cue("fx1")
    assert (again.prompt, again.gain, again.why, again.confidence) == (
        "a heavy oak door",
        -6.0,
        "it falls shut",
        0.7,
    )
    assert "# mine" in (folder / "spotting.toml").read_text(encoding="utf-8")
    third = spotted(folder, PLAN).cue("fx1")
    assert (third.prompt, third.pinned) == ("a heavy oak door", {"prompt", "gain"})


def test_a_cue_the_user_moved_away_is_still_the_same_cue(folder):
    spotted(folder)
    change(folder, 'in = "01:00:05:00"\nout = "01:00:06:00"', 'in = 40.5\nout = "0:41.5"')
    again = spotted(folder)
    assert len(again.cues) == 4
    assert again.cue("fx2").span == Span(Fraction("40.5"), Fraction("41.5"))


def test_a_deleted_cue_stays_away_until_it_is_put_back(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    whole = path.read_text(encoding="utf-8")
    start = whole.index('[[cue]]\nid = "fx2"')
    rest = whole.index("[[scene]]")
    path.write_text(whole[:start] + whole[rest:], encoding="utf-8")
    assert [c.id for c in spotted(folder).cues] == ["bg1", "1M1", "fx1"]
    assert [c.id for c in spotted(folder).cues] == ["bg1", "1M1", "fx1"]
    path.write_text(path.read_text(encoding="utf-8") + "\n" + whole[start:rest], encoding="utf-8")
    assert spotted(folder).cue("fx2").prompt == "glass breaks"
    with Project.open(folder, VIDEO) as project:
        assert project.remove("fx2").cue("fx2") is None
    assert spotted(folder).cue("fx2") is None


def test_a_cue_without_an_id_gets_one_for_good_and_is_kept(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    mine = '\n# I want this\n[[cue]]\nin = 10\nout = 11.25\nkind = "fx"\nprompt = "thunder"\n'
    path.write_text(path.read_text(encoding="utf-8") + mine, encoding="utf-8")
    assert read(folder).cue("fx3").prompt == "thunder"
    again = spotted(folder, Plan((cue(20, 21, "a bird"),)))
    assert {c.id: c.prompt for c in again.cues} == {"fx3": "thunder", "fx4": "a bird"}
    assert '# I want this\n[[cue]]\nid = "fx3"\nin = 10\nout = 11.25\n' in path.read_text(encoding="utf-8")


def test_ids_are_never_used_twice(folder):
    spotted(folder)
    spotted(folder, Plan((cue(20, 21, "a bird"),)))
    assert [c.id for c in spotted(folder, Plan((cue(30, 31, "a dog"),))).cues] == ["fx4"]


def test_a_locked_cue_is_left_as_it_is(folder):
    spotted(folder)
    change(folder, 'prompt = "glass breaks"\n', 'prompt = "glass breaks"\nlocked = true\n')
    moved = replace(PLAN.cues[1], span=Span(Fraction("5.2"), Fraction("6.2")))
    assert spotted(folder, replace(PLAN, cues=(moved,))).cue("fx2").span == Span(5, 6)


def test_a_plan_for_a_part_leaves_the_rest(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        found = project.respot(Plan(), scope=Scope(Span(4, 7), ("fx",)))
    assert [c.id for c in found.cues] == ["bg1", "1M1", "fx1"]


def test_music_keeps_its_id_and_gain_when_its_mood_changes(folder):
    spotted(folder)
    change(folder, 'prompt = "sad piano"\n', 'prompt = "sad piano"\ngain = -3\n')
    found = spotted(folder, Plan((cue(0, 60, "merry brass band", "mx"),)))
    assert [(c.id, c.prompt, c.gain) for c in found.cues] == [("1M1", "merry brass band", -3.0)]


def test_the_users_words_on_a_scene_survive(folder):
    spotted(folder)
    change(folder, 'character = "soft"', 'character = "hard and cold"')
    for _ in range(2):
        found = spotted(folder, replace(PLAN, reasoning=(Reasoning(0, Span(0, 30), "snow"),)))
        assert found.reasoning[0].character == "hard and cold"


def test_comments_and_order_survive(folder):
    spotted(folder)
    path = folder / "spotting.toml"
    text = path.read_text(encoding="utf-8")
    parts = text.split("[[cue]]\n")
    shuffled = "[[cue]]\n".join([parts[0] + "# over it\n", parts[2], parts[1] + "# and inside\n", *parts[3:]])
    path.write_text(shuffled.replace("[[scene]]", "# the scene\n[[scene]]") + "# the end\n", encoding="utf-8")
    spotted(folder, replace(PLAN, cues=(cue(1, 2, "an owl"), *PLAN.cues)))
    new = path.read_text(encoding="utf-8")
    for comment in (
        '# over it\n[[cue]]\nid = "1M1"',
        "# and inside\n",
        "# the scene\n[[scene]]",
        "# the end\n",
    ):
        assert comment in new
    assert (
        new.index('id = "1M1"') < new.index('id = "bg1"') < new.index('id = "fx3"') < new.index('id = "fx1"')
    )


def test_a_cue_that_is_added_through_v2a_is_the_users(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        project.write(project.read().with_cue(cue(40, 41, "an owl")))
    assert {c.id for c in spotted(folder, Plan()).cues} == {"fx3"}


def test_settings_and_preset_are_kept(folder):
    spotted(folder)
    with Project.open(folder, VIDEO) as project:
        project.write(project.read(), preset="trailer")
        path = project.path
        path.write_text(
            path.read_text(encoding="utf-8")
            + "\n[settings.mix]\nbg_level = -23\n[settings.generators.rain]\ndrops = 20\n",
            encoding="utf-8",
        )
        project.respot(PLAN)
        settings = project.settings()
    assert (settings.preset, settings.values) == (
        "trailer",
        {"mix": {"bg_level": -23}, "generators.rain": {"drops": 20}},
    )


def test_a_cue_that_would_lie_outside_is_never_written(folder):
    spotted(folder)
    before = (folder / "spotting.toml").read_bytes()
    with pytest.raises(TimeOutsideFilm):
        spotted(folder, Plan((cue(59, 70, "a bird"),)))
    assert (folder / "spotting.toml").read_bytes() == before


def test_another_cut_of_the_film_is_noted_in_the_document(folder):
    spotted(folder)
    other = replace(VIDEO, identity=Identity(5, "1" * 32), path="film2.mp4")
    with Project.open(folder, other) as project:
        project.read()
        assert "not for film2.mp4" in project.other_film[0]
        assert project.respot(PLAN).film == other.identity
        assert not project.other_film
    assert 'name = "film2.mp4"\nsize = 5\n' in (folder / "spotting.toml").read_text(encoding="utf-8")


def test_times_keep_their_meaning_when_the_film_gets_another_start(folder):
    spotted(folder)
    change(folder, 'in = "01:00:05:00"', 'in = "01:00:05:12" # mine')
    before = read(folder)
    other = replace(VIDEO, start_timecode=Timecode.parse("10:00:00:00", VIDEO.frame_rate))
    with Project.open(folder, other) as project:
        found = project.read()
        assert not project.other_film
        assert [c.span for c in found.cues] == [c.span for c in before.cues]
        assert project.write(found).cues == found.cues
        assert project.read() == found
    text = (folder / "spotting.toml").read_text(encoding="utf-8")
    assert 'in = "10:00:05:12" # mine' in text
    assert 'start = "10:00:00:00"' in text
    assert '"01:' not in text
