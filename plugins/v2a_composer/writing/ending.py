"""The last chord: everybody who played comes to rest on it, and it dies away with the cue."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from v2a_composer.writing.bars import Grid
from v2a_composer.writing.form import Section
from v2a_composer.writing.orchestra import CHAIRS, Chair
from v2a_composer.writing.plans import Plan
from v2a_composer.writing.staging import Part, compass_of
from v2a_composer.writing.tones import Footing, Ground, Tone, parallel
from v2a_composer.writing.voicing import BASS

_RELEASE, _SHARE = 0.9, 0.25
_ROLLED = 0.11


def ended(
    plan: Plan, grid: Grid, ground: Ground, sections: Sequence[Section], parts: Sequence[Part]
) -> list[Part]:
    """What everybody plays on the last chord."""
    footing = ground.footings[-1]
    room = plan.length - grid.final_time
    until = plan.length - min(_RELEASE, _SHARE * room)
    beats = float(grid.tempo.beat(Fraction(until).limit_denominator(10**6))) - grid.final
    last = Tone(grid.final, max(beats, 0.05), 60, 0.95, pinned=any(_own(h.time, grid) for h in plan.hits))
    players = [p for p in parts if p.tones] or _few(plan)
    low = (_lowest(players, grid, footing), footing.setting[BASS])
    since = grid.bars[sections[-1].first].start if sections else grid.head
    done: dict[tuple[str, str, int | None], Part] = {}
    for part in players:
        name = (part.chair.key, "choir" if part.role == "pulse" else part.role, part.line)
        if (sections and part.tones[-1].end < since + 1e-6) or name in done:
            continue
        pitches = _pitches(plan, part, footing, low)
        tones = (
            _rolled(plan, grid, last, pitches, part.chair)
            if part.role == "figure"
            else [last._replace(pitch=p) for p in pitches]
        )
        if tones:
            done[name] = Part(part.chair, name[1], tuple(tones), part.force, part.line)
    return list(done.values())


def _own(time: Fraction, grid: Grid) -> bool:
    return -0.002 <= grid.final_time - float(time) <= 0.085


def _few(plan: Plan) -> list[Part]:
    """Who plays where there is nothing but the last chord."""
    genre = plan.genre
    roles: list[tuple[str, str, int | None]] = [
        ("choir", r.chair, n) for n, r in zip((3, 2, 1, 0), genre.choir)
    ]
    roles += [("bass", r.chair, None) for r in genre.bass[:1]] + [
        ("figure", r.chair, None) for r in genre.figure[:1]
    ]
    if plan.mood.force > 0.7 or genre.lone:
        roles += [("drums", r.chair, None) for r in genre.drums]
    if not roles:
        roles = [("melody", chair, None) for chair in genre.leads[:1]]
    return [Part(CHAIRS[chair], role, (Tone(0, 1, 60, 1),), 1.0, line) for role, chair, line in roles]


def _pitches(plan: Plan, part: Part, footing: Footing, low: tuple[int, int]) -> list[int]:
    chair = part.chair
    if part.role == "drums":
        return (
            [35, 57]
            if chair.drums and plan.mood.force > 0.6
            else [35]
            if chair.drums
            else [chair.folded(footing.setting[BASS])]
        )
    if part.line is not None:
        return [chair.folded(footing.setting[part.line])]
    if part.role == "bass":
        return [chair.folded(footing.setting[BASS] - (12 if chair.high <= 56 else 0))]
    if part.role == "figure":
        lift = 12 if chair.low >= 60 else 0
        return sorted({chair.folded(p + lift) for p in (*footing.setting, footing.setting[BASS] + 24)})
    if part.role in ("melody", "doubling", "counter"):
        return [_rest(plan, part, footing, low)]
    return []


def _lowest(parts: Sequence[Part], grid: Grid, footing: Footing) -> int:
    """The pitch of the bass before the last chord."""
    line = [p for p in parts if p.role == "bass"] or [p for p in parts if p.line == BASS]
    tones = [t for p in line[-1:] for t in p.tones if t.beat < grid.final]
    return max(tones).pitch if tones else footing.setting[BASS]


def _rest(plan: Plan, part: Part, footing: Footing, low: tuple[int, int]) -> int:
    """Where a melody comes to rest: on the root that lies nearest, or on the third where that would go parallel."""
    before = (
        part.tones[-1].pitch
        if part.tones and part.tones[-1].beat > 0
        else round(compass_of(plan, part.chair).home)
    )
    near = footing.place(before)
    places = [p for p in range(near - 5, near + 6) if footing.inside(p)]

    def cost(place: int) -> float:
        pitch = footing.pitch(place)
        away = abs(pitch - before)
        third = 1.5 if pitch % 12 != footing.pitches[0] else 0.0
        outside = 60.0 if not part.chair.low <= pitch <= part.chair.high else 0.0
        return (
            away
            + third
            + outside
            + (100.0 if parallel(low, (before, pitch)) else 0.0)
            + (5.0 if away in (6, 10, 11) else 0.0)
        )

    return footing.pitch(min(places, key=cost))


def _rolled(plan: Plan, grid: Grid, last: Tone, pitches: Sequence[int], chair: Chair) -> list[Tone]:
    """The chord from below, the slower the gentler the music is; together where it is loud."""
    gap = _ROLLED * (1 - plan.mood.force) * 1.6 if plan.mood.force < 0.75 and chair.touch == "struck" else 0.0
    gap = min(gap, 0.3 * (plan.length - grid.final_time) / max(1, len(pitches)))
    one = 60 / grid.tempo.bpm(Fraction(grid.final_time).limit_denominator(1000))
    return [
        last._replace(beat=last.beat + n * gap / one, beats=max(0.05, last.beats - n * gap / one), pitch=p)
        for n, p in enumerate(pitches)
    ]
