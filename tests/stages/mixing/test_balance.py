from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stages.scene import hit, region
from v2a.dsp.specs import spec
from v2a.interfaces import Bench
from v2a.stages.mixing.balance import Levels, gains
from v2a.stages.mixing.sounds import Heard
from v2a.stages.mixing.target import Limits, headroom

ANCHOR = -27.0


def balanced(folder, *hits: tuple[str, str, float], room: float = 60.0):
    """Effects (cue, prompt and level each) and their gains."""
    made = [region(folder, cue, "fx", 0, hit(level=level)) for cue, _, level in hits]
    made = [
        replace(r, take=replace(r.take, prompt=p)) for r, (_, p, _) in zip(made, hits, strict=True)
    ]  # fmt: skip
    sounds = {Heard.by(r): r.take.sound.open() for r in made}
    levels = Levels(bg=-20, mx=-6, fo=-6, fx=3, vo=0, headroom=room)
    return made, gains(made, sounds, levels, ANCHOR, Bench())


def gained(folder, *hits: tuple[str, str, float], room: float = 60.0):
    """The gains alone."""
    return balanced(folder, *hits, room=room)[1].by_take


def test_the_same_sound_keeps_its_distances(tmp_path):
    found = gained(tmp_path, ("near", "a step", 0.8), ("far", "a step", 0.008))
    assert found["t-near"] == found["t-far"]


def test_another_sound_is_never_lost_behind_a_loud_one(tmp_path):
    found = gained(tmp_path, ("thunder", "thunder", 0.8), ("hammer", "hammer", 0.008))
    assert found["t-hammer"] - found["t-thunder"] == pytest.approx(40 - 8, abs=0.1)


def test_another_sound_that_is_nearly_as_loud_stays_as_it_is(tmp_path):
    found = gained(tmp_path, ("thunder", "thunder", 0.8), ("hammer", "hammer", 0.4))
    assert found["t-hammer"] == found["t-thunder"]


def test_silence_is_left_alone(tmp_path):
    assert gained(tmp_path, ("nothing", "nothing", 0.0)).get("t-nothing", 0.0) == 0.0


def test_a_sharp_sound_keeps_within_the_headroom(tmp_path):
    free, bound = (gained(tmp_path, ("hit", "hit", 0.8), room=room)["t-hit"] for room in (60.0, 10.0))
    assert bound < free


def test_what_is_held_under_its_level_is_said_in_one_line(tmp_path):
    hits = [(f"{name} {n}", name, 0.8) for name in ("door slam", "clap", "knock", "shot") for n in range(2)]
    regions, found = balanced(tmp_path, *hits, room=10.0)
    (note,) = found.notes(regions)
    assert note.count("'door slam' by") + note.count("'clap' by") == 2 and note.endswith("and 1 more.")
    by = float(note.split(" by ")[1].split(" LU")[0])
    assert by > 1 and by == pytest.approx(max(found.held.values()), abs=0.06)
    assert found.notes([]) == ()


def test_what_is_at_its_level_is_not_spoken_of(tmp_path):
    regions, found = balanced(tmp_path, ("hit", "hit", 0.8))
    assert found.notes(regions) == ()


@pytest.mark.parametrize(("name", "room"), [("youtube", 19.0), ("ebu-r128", 22.0), ("none", 22.0)])
def test_the_headroom_follows_the_spec(name, room):
    assert headroom(spec(name), Limits()) == pytest.approx(room)
