"""Voice leading: no parallels where they are wrong, ranges, leading tones, leaps, and notes that can be explained."""

from itertools import pairwise

import pytest

from tests.plugins.v2a_composer.writing.making import Written, parallels, planned
from v2a_composer.writing.ending import ended
from v2a_composer.writing.genres import GENRES
from v2a_composer.writing.moods import MOODS
from v2a_composer.writing.voicing import BASS, SOPRANO

CASES = [(mood, genre) for n, mood in enumerate(MOODS) for m, genre in enumerate(GENRES) if (n + m) % 3 == 0]


@pytest.fixture(scope="module", params=range(2))
def cues(request):
    return [
        Written(planned("music", 60, 7 * request.param + n, params={"mood": mood, "genre": genre}))
        for n, (mood, genre) in enumerate(CASES)
    ]


def sections(cues):
    return [(cue, s, parts) for cue in cues for s, parts in zip(cue.sections, cue.parts)]


def test_the_four_voices_never_go_in_fifths_or_octaves(cues):
    for cue in cues:
        for a, b in pairwise(cue.settings):
            for low in range(4):
                for high in range(low + 1, 4):
                    moved = a[low] != b[low] and a[high] != b[high]
                    was, now = (a[high] - a[low]) % 12, (b[high] - b[low]) % 12
                    assert not (moved and was == now and was in (0, 7))


def test_the_choir_as_it_plays_has_no_parallels(cues):
    compared = 0
    for _, _, parts in sections(cues):
        choir = sorted((p for p in parts if p.role == "choir" and p.line is not None), key=lambda p: p.line)
        for low, high in [(a, b) for n, a in enumerate(choir) for b in choir[n + 1 :]]:
            compared += 1
            assert parallels(low.tones, high.tones) == []
    assert compared > 300


def test_melody_and_bass_have_no_parallels(cues):
    compared = 0
    for _, _, parts in sections(cues):
        melody = [p for p in parts if p.role == "melody"]
        lowest = [p for p in parts if p.role == "bass"] or [
            p for p in parts if p.line == BASS and p.role == "choir"
        ]
        if melody and lowest:
            compared += 1
            assert parallels(lowest[0].tones, melody[0].tones) == []
    assert compared > 150


def test_everybody_stays_in_range(cues):
    for _, _, parts in sections(cues):
        for part in parts:
            if not part.chair.drums:
                assert all(part.chair.low <= t.pitch <= part.chair.high for t in part.tones), part.chair.name


def test_melodies_keep_to_the_scale_of_their_chord(cues):
    for cue, _, parts in sections(cues):
        for tone in (t for p in parts if p.role in ("melody", "doubling", "counter") for t in p.tones):
            footing = cue.ground.at(tone.beat)
            assert (tone.pitch - footing.tonic) % 12 in {p % 12 for p in footing.scale}


def test_other_notes_can_be_explained(cues):
    """They belong to the chord's scale, hang over from the chord before, or lead by a semitone into the next bass note."""
    for cue, _, parts in sections(cues):
        for part in (p for p in parts if not p.chair.drums and p.role not in ("drums", "pulse")):
            line = sorted(part.tones)
            for n, tone in enumerate(line):
                footing = cue.ground.at(tone.beat)
                inside = (tone.pitch - footing.tonic) % 12 in {p % 12 for p in footing.scale}
                hangs = footing.hanging is not None and tone.pitch % 12 == footing.hanging.pitch % 12
                leads = part.role == "bass" and (
                    n == len(line) - 1 or (line[n + 1].pitch - tone.pitch) % 12 in (1, 2, 10, 11)
                )
                assert inside or hangs or leads, (part.role, tone)


def test_leaps_turn_back(cues):
    leaps = on = 0
    for _, _, parts in sections(cues):
        for part in (p for p in parts if p.role == "melody"):
            pitches = [t.pitch for t in part.tones]
            for a, b, c in zip(pitches, pitches[1:], pitches[2:]):
                if abs(b - a) >= 8:
                    leaps += 1
                    on += (c - b) * (b - a) > 0
            assert all(abs(b - a) not in (6, 10, 11) for a, b in pairwise(pitches)) or len(pitches) > 4
    assert leaps > 100
    assert on < 0.05 * leaps


def test_leading_tones_of_the_top_voice_go_home(cues):
    owed = kept = 0
    for cue in cues:
        for (slot, a), (after, b) in pairwise(zip(cue.slots, cue.settings)):
            leading = slot.chord.leading
            if (
                leading is not None
                and a[SOPRANO] % 12 == leading
                and (leading + 1) % 12 in after.chord.pitches
            ):
                owed += 1
                kept += b[SOPRANO] - a[SOPRANO] == 1
    assert owed > 10
    assert kept >= 0.95 * owed


def test_voices_move_by_small_steps(cues):
    moves = [abs(x - y) for cue in cues for a, b in pairwise(cue.settings) for x, y in zip(a[1:], b[1:])]
    assert sum(moves) / len(moves) < 2.2
    assert sum(m > 7 for m in moves) < 0.01 * len(moves)


def test_the_last_step_is_no_parallel_either(cues):
    compared = 0
    for cue in cues:
        final = ended(cue.plan, cue.grid, cue.ground, cue.sections, [p for parts in cue.parts for p in parts])
        lines = []
        for role in ("bass", "melody"):
            before = [p.tones for p in cue.parts[-1] if p.role == role][:1]
            after = [p.tones for p in final if p.role == role][:1]
            if before and after:
                lines.append([*before[0], *after[0]])
        if len(lines) == 2:
            compared += 1
            assert cue.grid.final not in parallels(*lines)
    assert compared > 30
