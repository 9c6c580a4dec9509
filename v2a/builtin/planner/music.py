"""Music: what the brief asks for, or the style's mood; it begins and ends where scenes do."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from v2a.builtin.planner.clock import clock_text
from v2a.builtin.planner.desk import Desk, Placed
from v2a.builtin.planner.musical import says_nothing
from v2a.builtin.planner.spans import merged, minus, overlapping
from v2a.builtin.planner.succession import in_succession, of_one_music
from v2a.builtin.planner.tokens import stems_of
from v2a.builtin.planner.vocabulary import Mood
from v2a.builtin.planner.wishes import Wish
from v2a.model.spotting import Cue, Unplaced
from v2a.model.time import Span

_SHORT_FILM = Fraction(90)
_BLOCK = Fraction(60)
_SHORTEST = Fraction(4)
_AWAY = Fraction(3)
_CROSS = Fraction(1)
_PARTS = re.compile(r",|\band\b|\bwith\b")


def place_music(desk: Desk) -> Placed:
    """The music of a film."""
    succession = in_succession(desk.wished("mx"), desk.film)
    wishes = of_one_music(succession.wishes, desk.film, desk.known)
    placed = [_of_wish(wish, desk) for wish in wishes]
    cues = _without_for_a_while(_in_turn([c for p in placed for c in p.cues]), desk)
    notes = [
        f"The production sound already has music under {c.prompt!r}, which the brief asks for."
        for c in cues
        if overlapping(desk.production.music, c.span)
    ]
    if not wishes and "mx" in desk.kinds and desk.style.music:
        own = _own(desk)
        cues, notes = [*own.cues], [*own.notes]
    unplaced = tuple(u for p in placed for u in p.unplaced)
    return Placed(tuple(cues), unplaced, (*succession.notes, *_strange(wishes, desk), *notes[:2]))


def _strange(wishes: Sequence[Wish], desk: Desk) -> list[str]:
    """What to say of parts of prompts that no generator of music knows a word of."""
    if not desk.shelf.told or "mx" in desk.shelf.open:
        return []
    parts = [part.strip() for w in wishes for part in _PARTS.split(w.prompt) if part.strip()]
    strange = [
        p
        for p in parts
        if not desk.shelf.knows("mx", p) and not any(s in desk.known.phrases for s in stems_of(p))
    ]
    said = ", ".join(map(repr, dict.fromkeys(strange)))
    return [f"No generator of music here knows {said}; it stays in the prompt."] if strange else []


def _in_turn(cues: Sequence[Cue]) -> list[Cue]:
    """The cues so that no two play at once: what begins together is one piece, what begins later takes over."""
    together: dict[Span, Cue] = {}
    for cue in cues:
        first = together.get(cue.span)
        if first is None:
            together[cue.span] = cue
        elif cue.prompt not in first.prompt:
            together[cue.span] = replace(
                first,
                prompt=f"{first.prompt}, {cue.prompt}",
                why=f"{first.why}; {cue.why}",
                tempo=first.tempo or cue.tempo,
                meter=first.meter or cue.meter,
            )
    ordered = sorted(together.values(), key=lambda c: c.span)
    for n, cue in enumerate(ordered[:-1]):
        following = ordered[n + 1].span.start
        if cue.span.start < following < cue.span.end:
            end = min(cue.span.end, following + _CROSS)
            fade = min(2 * _CROSS, (end - cue.span.start) / 3)
            ordered[n] = replace(cue, span=Span(cue.span.start, end), fade_out=fade)
    return ordered


def _without_for_a_while(cues: Sequence[Cue], desk: Desk) -> list[Cue]:
    """The cues; one of which something is left out for a part of it, `no drums before 0:24`, is two there."""
    spans = [s for r in desk.understood.refusals if r.detail for s in r.when.spans]
    borders = sorted({time for s in spans for time in (s.start, s.end)})
    done = []
    for cue in cues:
        inside = [t for t in borders if cue.span.start + _SHORTEST <= t <= cue.span.end - _SHORTEST]
        ends = [cue.span.start, *inside, cue.span.end]
        for start, end in itertools.pairwise(ends):
            fade_in = cue.fade_in if start == cue.span.start else Fraction(0)
            fade_out = cue.fade_out if end == cue.span.end else Fraction(0)
            done.append(replace(cue, span=Span(start, end), fade_in=fade_in, fade_out=fade_out))
    return done


def mood_of(desk: Desk) -> Mood:
    """The mood of the film: the brief's, else the style's."""
    asked = next((w.mood for w in desk.wished("mx") if w.mood is not None), None)
    return (
        asked or desk.understood.mood or desk.known.moods.get(desk.style.mood) or desk.known.moods["neutral"]
    )


def _common_mood(desk: Desk) -> Mood:
    """The mood of music of which nothing is said: not that of music which has its own time."""
    timeless = next((w.mood for w in desk.wished("mx") if w.mood is not None and w.when.anywhere), None)
    return (
        timeless
        or desk.understood.mood
        or desk.known.moods.get(desk.style.mood)
        or desk.known.moods["neutral"]
    )


def _of_wish(wish: Wish, desk: Desk) -> Placed:
    film, when = desk.film, wish.when
    if when.spans:
        wanted = list(when.spans)
    elif when.points:
        point = when.points[0]
        wanted = [Span(point, min(point + (when.length or film.duration), film.duration))]
        if wish.trend == "down":
            wanted = [Span(film.scope.start, min(point + _AWAY, film.duration))]
    elif when.length is not None:
        wanted = [Span(film.scope.start, min(film.scope.start + when.length, film.duration))]
    else:
        wanted = _blocks(desk)
    spans = [s for s in map(film.clamped, wanted) if s is not None]
    if not spans:
        return Placed(unplaced=(Unplaced(wish.text, "it lies outside the part of the film that is spotted"),))
    mood = wish.mood or desk.understood.mood
    prompt = _own_words(wish, mood, desk)
    cues = []
    for span in merged(spans):
        cue = _cue(span, prompt, f"brief: {wish.text!r}")
        cue = replace(cue, gain=round(wish.gain, 1), pan=wish.pan or 0.0, avoid=", ".join(wish.avoid))
        cue = wish.tempo.filled(desk.understood.tempo).on(cue)
        if wish.comes or wish.goes:
            cue = replace(cue, fade_in=min(wish.comes, span.duration), fade_out=min(wish.goes, span.duration))
        elif wish.trend == "up":
            cue = replace(cue, fade_in=span.duration / 2)
        elif wish.trend == "down":
            ends = bool(when.points) or span.end < film.duration
            cue = replace(cue, fade_out=min(span.duration / 3, _AWAY) if ends else span.duration / 3)
        cues.append(cue)
    return Placed(tuple(cues))


def _own_words(wish: Wish, mood: Mood | None, desk: Desk) -> str:
    """The user's own words; a mood that was said elsewhere, and plain words that the generators know, are added."""
    prompt, feeling = wish.prompt, desk.understood.feeling
    if feeling and wish.mood is None and not set(stems_of(feeling)) & set(stems_of(prompt)):
        prompt = f"{feeling} {prompt}"
    if mood is None and says_nothing(prompt, desk.known):
        prompt = _common_mood(desk).prompt
    named = prompt if wish.sound.name == "music" else wish.head
    plays = "" if desk.shelf.knows("mx", named) else wish.sound.name
    return _in_known_words(prompt, desk, mood, plays)


def _in_known_words(prompt: str, desk: Desk, mood: Mood | None, plays: str = "") -> str:
    """The prompt, with a plain word for its mood and for what plays where generators of few words know none of its own."""
    if not desk.shelf.told or "mx" in desk.shelf.open:
        return prompt
    feels = mood.name if mood is not None and not _says_a_mood(prompt, desk) else ""
    for plain in (feels, plays):
        if not set(stems_of(plain)) & set(stems_of(prompt)) and desk.shelf.knows("mx", plain):
            prompt = f"{prompt}, {plain}"
    return prompt


def _says_a_mood(prompt: str, desk: Desk) -> bool:
    """Whether a prompt names any mood in a word that a generator knows."""
    return any(
        isinstance(phrase.meaning, Mood) and desk.shelf.knows("mx", word)
        for word in prompt.split()
        for part in stems_of(word)
        for phrase in desk.known.phrases.get(part, ())
    )


def _own(desk: Desk) -> Placed:
    """Music in the style's mood where the production sound has none."""
    if not desk.shelf.knows("mx", "music") and not desk.shelf.words["mx"]:
        return Placed()
    mood, film = mood_of(desk), desk.film
    if desk.refused(mood.prompt):
        return Placed(notes=("No music: the brief does not want what it would be made of.",))
    least = min(_SHORTEST, film.scope.duration)
    spans = [piece for block in _blocks(desk) for piece in minus(block, desk.production.music, least)]
    there = overlapping(desk.production.music, film.scope)
    notes = (
        [f"No music where the production sound has some, first at {clock_text(there[0].start)}."]
        if there
        else []
    )
    tempo = desk.understood.tempo
    feeling = desk.understood.feeling
    why = f"brief: {feeling!r}" if feeling else f"style: {mood.name} music"
    prompt = _as_felt(mood, desk)
    cues = tuple(tempo.on(_cue(s, prompt, why)) for s in spans)
    return Placed(cues, notes=tuple(notes))


def _as_felt(mood: Mood, desk: Desk) -> str:
    """A prompt for music of which the brief says at most how it feels, and what is not to play."""
    if desk.understood.feeling:
        return _in_known_words(f"{desk.understood.feeling} music", desk, mood)
    return f"{mood.name} music" if _details(desk) & set(stems_of(mood.prompt)) else mood.prompt


def _details(desk: Desk) -> set[str]:
    """The stems of all that the brief does not want in music."""
    return {part for r in desk.understood.refusals if r.detail for part in stems_of(r.words)}


def _blocks(desk: Desk) -> list[Span]:
    """Where music plays: all through a short film; in a longer one stretches of a minute or so, first and last too."""
    scope = desk.film.scope
    if scope.duration < _SHORT_FILM:
        return [scope] if scope.duration > 0 else []
    share = desk.style.music_share
    if share <= 0:
        return []
    borders = _borders(desk)
    spans = [Span(a, b) for a, b in itertools.pairwise(borders)]
    wanted = Fraction(share).limit_denominator(1000)
    chosen, due = [], Fraction(1)
    for n, span in enumerate(spans):
        if due >= 1 or (n == len(spans) - 1 and wanted >= Fraction(1, 4)):
            chosen.append(span)
            due -= 1
        due += wanted
    return list(merged(chosen)) if share >= 1 else chosen


def _borders(desk: Desk) -> list[Fraction]:
    """Times about a minute apart, at scene borders where there are any near, else at cuts, else evenly."""
    scope = desk.film.scope
    scenes, cuts = sorted(desk.film.scene_starts), sorted(desk.film.cuts)
    borders = [scope.start]
    while scope.end - borders[-1] > _BLOCK * 3 / 2:
        ideal = borders[-1] + _BLOCK
        low, high = borders[-1] + _BLOCK / 2, min(borders[-1] + 2 * _BLOCK, scope.end - _BLOCK / 4)
        borders.append(_nearest(scenes, ideal, low, high) or _nearest(cuts, ideal, low, high) or ideal)
    return [*borders, scope.end]


def _nearest(times: Sequence[Fraction], ideal: Fraction, low: Fraction, high: Fraction) -> Fraction | None:
    at = bisect_left(times, ideal)
    near = [t for t in times[max(0, at - 1) : at + 1] if low <= t <= high]
    return min(near, key=lambda t: abs(t - ideal), default=None)


def _cue(span: Span, prompt: str, why: str) -> Cue:
    """A cue without fades: music begins and ends by itself, and what does not is faded where it is arranged."""
    return Cue(id="", kind="mx", span=span, prompt=prompt, why=why)
