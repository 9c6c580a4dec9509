"""A motif is developed, not looped: nothing comes back unvaried for long, in any key."""

import pytest

from tests.plugins.v2a_composer.writing.making import Written, planned
from v2a_composer.writing.genres import GENRES
from v2a_composer.writing.scoring import compose


def bars_of(cue, notes, pitched=True):
    """What each bar has, as beats within it and steps from its lowest note: the same in every key."""
    found = [[] for _ in cue.grid.bars]
    for beat, pitch in notes:
        n = cue.grid.bar_of(beat + 0.02)
        found[n].append((round(4 * (beat - cue.grid.bars[n].start)), pitch))
    lowest = [min((p for _, p in bar), default=0) for bar in found]
    return [tuple(sorted((b, p - low) for b, p in bar)) for bar, low in zip(found, lowest)]


def longest_repeat(bars):
    """How many bars in a row come again somewhere, exactly; silent bars count for nothing."""
    longest, at = 0, {}
    for n in range(len(bars)):
        for m in at.get(bars[n], ()):
            length = 0
            while n + length < len(bars) and bars[m + length] == bars[n + length]:
                length += 1
            if any(bars[n : n + length]):
                longest = max(longest, length)
        at.setdefault(bars[n], []).append(n)
    return longest


def test_the_measure_finds_a_loop():
    assert longest_repeat([((0, n % 5),) for n in range(20)]) == 15
    assert longest_repeat([((0, n),) for n in range(20)]) == 0


@pytest.mark.parametrize("genre", sorted(GENRES))
def test_ten_minutes_have_no_bars_unvaried_for_long(genre):
    """All that sounds: at most four bars in a row come again; the melody alone: at most eight, as a theme may."""
    plan = planned("music", 600, 5, params={"mood": "hopeful", "genre": genre})
    cue = Written(plan)
    score = compose(plan)
    beats = [(float(b), p) for b, p in _beats(plan, score)]
    assert longest_repeat(bars_of(cue, beats)) <= 4
    melody = [(t.beat, t.pitch) for parts in cue.parts for p in parts if p.role == "melody" for t in p.tones]
    assert longest_repeat(bars_of(cue, melody)) <= 8


def _beats(plan, score):
    slope = 60 / plan.bpm
    return [(n.time / slope, n.pitch) for v in score.voices if not v.drums for n in v.notes]


@pytest.mark.parametrize("mood", ["tense", "calm", "sad", "epic"])
def test_no_mood_loops(mood):
    plan = planned(mood, 600, 11)
    assert longest_repeat(bars_of(Written(plan), _beats(plan, compose(plan)))) <= 4


def test_a_motif_comes_back_changed():
    """The rhythm of the first bar is heard again many times in the first minutes, and mostly on other notes."""
    cue = Written(planned("hopeful orchestral", 180, 4))
    melody = [(t.beat, t.pitch) for parts in cue.parts for p in parts if p.role == "melody" for t in p.tones]
    bars = [bar for bar in bars_of(cue, melody) if len(bar) > 2]
    rhythms = [tuple(b for b, _ in bar) for bar in bars]
    most = max(set(rhythms), key=rhythms.count)
    alike = [bar for bar, rhythm in zip(bars, rhythms) if rhythm == most]
    assert len(alike) >= 8
    assert len(set(alike)) >= len(alike) / 3
