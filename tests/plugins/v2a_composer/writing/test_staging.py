"""Who plays what: a tutti is many players, but not many on the same voice."""

import pytest

from tests.plugins.v2a_composer.writing.making import Written, planned
from v2a_composer.writing.scoring import compose

SEEDS = range(3)


def climaxes(prompt, seed):
    cue = Written(planned(prompt, 90, seed))
    return [parts for section, parts in zip(cue.sections, cue.parts) if section.function == "climax"]


@pytest.mark.parametrize("prompt", ["epic", "triumphant", "action", "tense"])
@pytest.mark.parametrize("seed", SEEDS)
def test_each_of_the_brass_has_a_voice_of_its_own(prompt, seed):
    for parts in climaxes(prompt, seed):
        lines = [p.line for p in parts if p.role == "swell" and p.chair.section == "brass"]
        assert lines and len(set(lines)) == len(lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tutti_with_a_pulse_has_no_figure_under_it(seed):
    for parts in climaxes("epic", seed):
        roles = {p.role for p in parts}
        assert "pulse" in roles and "figure" not in roles
        assert {"melody", "choir", "swell", "bass", "drums"} <= roles


@pytest.mark.parametrize(("prompt", "most"), [("epic", 14.5), ("tense", 12.0)])
def test_no_more_tones_sound_than_are_heard(prompt, most):
    found = []
    for seed in SEEDS:
        score = compose(planned(prompt, 90, seed))
        times = {mark.name: mark.time for mark in score.marks}
        start = next(time for name, time in times.items() if name.endswith("climax"))
        end = min(time for time in times.values() if time > start)
        notes = [n for voice in score.voices for n in voice.notes]
        held = sum(max(0.0, min(n.time + n.length, end) - max(n.time, start)) for n in notes)
        found.append(held / (end - start))
    assert 7 < sum(found) / len(found) < most
