"""Moods differ in what can be measured: tempo, mode, density, register, loudness, brightness."""

from functools import cache

import numpy as np

from tests.plugins.v2a_composer.writing.making import planned
from v2a_composer.writing.moods import MOODS
from v2a_composer.writing.orchestra import CHAIRS
from v2a_composer.writing.scoring import compose

BRIGHT = {c.name: c.bright for c in CHAIRS.values()}


@cache
def measured(mood):
    """Means over seeds, each in the mood's own genre: tempo, notes a second, pitch, velocity, how bright the players are."""
    rows = []
    for seed in range(6):
        plan = planned(f"{mood} music", 60, seed)
        score = compose(plan)
        tuned = [(n, v.name) for v in score.voices if not v.drums for n in v.notes]
        every = [n for v in score.voices for n in v.notes]
        rows.append(
            (
                plan.bpm,
                len(every) / 60,
                np.mean([n.pitch for n, _ in tuned]),
                np.mean([n.velocity for n in every]),
                np.mean([BRIGHT[name] for _, name in tuned]),
            )
        )
    return dict(zip(("tempo", "density", "register", "force", "light"), np.mean(rows, axis=0)))


def test_sad_is_slower_thinner_and_softer_than_hopeful_and_epic():
    sad, hopeful, epic = measured("sad"), measured("hopeful"), measured("epic")
    assert sad["tempo"] < 0.75 * hopeful["tempo"]
    assert sad["density"] < 0.5 * hopeful["density"] < 0.5 * epic["density"]
    assert sad["force"] < hopeful["force"] < epic["force"]


def test_tense_and_dark_lie_low_and_playful_lies_high_and_bright():
    tense, dark, playful = measured("tense"), measured("dark"), measured("playful")
    assert max(tense["register"], dark["register"]) < playful["register"] - 6
    assert playful["light"] > max(tense["light"], dark["light"]) + 0.04
    assert playful["tempo"] > 1.25 * tense["tempo"]


def test_calm_is_quieter_than_anything_that_drives():
    calm = measured("calm")
    for mood in ("action", "epic", "joyful", "triumphant"):
        assert measured(mood)["force"] > calm["force"] + 15
        assert measured(mood)["density"] > 2 * calm["density"]


def test_modes_follow_moods():
    for mood, third in (("sad", 3), ("epic", 3), ("dark", 3), ("warm", 4), ("hopeful", 4), ("joyful", 4)):
        thirds = []
        for seed in range(4):
            plan = planned(f"{mood} music in d {'minor' if third == 3 else 'major'}", 60, seed)
            found = [n.pitch % 12 for v in compose(plan).voices if not v.drums for n in v.notes]
            thirds.append(found.count(5) > found.count(6) if third == 3 else found.count(6) > found.count(5))
        assert all(thirds), mood


def test_no_two_moods_are_alike():
    rows = {mood: np.array(list(measured(mood).values())) for mood in MOODS}
    spread = np.std(list(rows.values()), axis=0)
    near = {(a, b): float(np.abs((rows[a] - rows[b]) / spread).max()) for a in rows for b in rows if a < b}
    closest = min(near, key=near.get)
    assert near[closest] > 0.25, closest
