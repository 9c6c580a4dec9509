"""Music that follows music: from when on, where the brief says it, and where the picture says it if it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest

from v2a.builtin.planner.clock import When, clock_text
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.musical import MUSIC, says_nothing
from v2a.builtin.planner.spans import merged, minus
from v2a.builtin.planner.vocabulary import Vocabulary
from v2a.builtin.planner.wishes import Wish
from v2a.model.time import Span

# Kinds of sound of which the second waits for the first to end, where it comes `then`.
_SUCCESSORS = (("bg", "bg"), ("mx", "mx"), ("bg", "mx"))


@dataclass(frozen=True)
class Succession:
    """Wishes for music with their times, and what is to be said of those times that the brief does not name."""

    wishes: tuple[Wish, ...]
    notes: tuple[str, ...] = ()


def followed(wish: Wish, last: Wish | None, since: Fraction | None, film: Film) -> When | None:
    """When what comes `then` is heard: from the end of what was before on; nothing where it says itself.

    Music without a time follows music that the film begins with and that ends before it does. `since` is the end of a
    silence between the two; a single sound is only known to follow on a silence.
    """
    if wish.kind not in ("bg", "mx"):
        after = wish.follows and wish.when.anywhere and since is not None and since < film.scope.end
        return When(points=(since,)) if after and since is not None else None
    if last is None or (last.kind, wish.kind) not in _SUCCESSORS:
        return None
    music = last.kind == wish.kind == "mx"
    opens = music and wish.when.anywhere and any(s.start == 0 for s in last.when.spans)
    until = music and wish.when.text.lower().startswith(("until", "till", "up to", "up until"))
    if not (wish.follows or opens or (until and last.when.spans)):
        return None
    spans = last.when.spans
    if not music and wish.kind == "mx" and last.when.length is not None:
        spans = spans or (Span(film.scope.start, min(film.scope.start + last.when.length, film.scope.end)),)
    end = max((s.end for s in spans), default=film.scope.end)
    return wish.when.after(end if since is None else max(end, since), film.scope.end)


def silence(when: When, last: Wish | None, film: Film) -> When:
    """When a silence is: `until 1:05` from the end of the music before it on, `for 5 seconds` behind what was before."""
    ends = [span.end for span in last.when.spans] if last is not None else []
    if last is not None and when.anywhere and when.length is not None:
        ends += [point + last.sound.tail for point in last.when.points]
    elif last is None or last.kind != "mx" or when.anywhere:
        ends = []
    start = max(ends, default=film.scope.start)
    after = when.after(start, film.scope.end) if ends or when.length is not None else None
    return after or when


def in_succession(wishes: Sequence[Wish], film: Film) -> Succession:
    """Music of which nobody says when it follows on other music: at the scenes or cuts nearest to equal parts."""
    done: list[Wish] = []
    notes: list[str] = []
    for run in _runs(wishes):
        if len(run) == 1:
            done += run
            continue
        borders = _borders(len(run), run, film)
        for wish, start, end in zip(run, borders, borders[1:]):
            done.append(replace(wish, when=When(spans=(Span(start, end),))))
        for wish, start in zip(run[1:], borders[1:]):
            where = (
                "with a scene"
                if start in film.scene_starts
                else "on a cut"
                if start in film.cuts
                else "in equal parts"
            )
            notes.append(
                f"The brief does not say when {wish.prompt!r} begins: it is at {clock_text(start)}, {where}; write a time to move it."
            )
    return Succession(tuple(_until_the_next(done)), tuple(notes))


def _until_the_next(wishes: Sequence[Wish]) -> Iterator[Wish]:
    """The wishes; music `at the beginning` plays until other music begins."""
    for wish, behind in zip_longest(wishes, wishes[1:]):
        first = wish.when.edge and [s for s in wish.when.spans if s.start == 0]
        starts = [*behind.when.points[:1], *(s.start for s in behind.when.spans[:1])] if behind else []
        if first and starts and starts[0] > first[0].end:
            wish = replace(wish, when=When(spans=(Span(Fraction(0), starts[0]),), text=wish.when.text))
        yield wish


def _runs(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """The wishes in their order, those together of which each follows on the one before and none has a time."""
    runs: list[list[Wish]] = []
    for wish in wishes:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and wish.follows
            and wish.when.anywhere
            and wish.when.length is None
            and last.when.anywhere
        ):
            runs[-1].append(wish)
        else:
            runs.append([wish])
    return runs


def _borders(parts: int, run: Sequence[Wish], film: Film) -> list[Fraction]:
    """From where to where each of so many parts goes."""
    scope = film.scope
    borders = [scope.start]
    if run[0].when.length is not None:
        borders.append(min(scope.end, scope.start + run[0].when.length))
    while len(borders) < parts:
        left = parts - len(borders) + 1
        share = (scope.end - borders[-1]) / left
        ideal, reach = borders[-1] + share, share / 2
        borders.append(_near(film.scene_starts, ideal, reach) or _near(film.cuts, ideal, reach) or ideal)
    return [*borders, scope.end]


def _near(times: Sequence[Fraction], ideal: Fraction, reach: Fraction) -> Fraction | None:
    close = [time for time in times if abs(time - ideal) < reach]
    return min(close, key=lambda time: abs(time - ideal), default=None)


def of_one_music(wishes: Sequence[Wish], film: Film, known: Vocabulary) -> list[Wish]:
    """The wishes; what is said of music as such is said of the music that is named: `music fades in; a gentle harp`."""
    bare = [w for w in wishes if w.mood is None and says_nothing(w.prompt, known)]
    plain = [w for w in bare if w.when.anywhere]
    named = [w for w in wishes if w.when.anywhere and w not in plain]
    if not named:
        told = [w for w in wishes if w not in bare]
        spans = [s for w in told for s in (*w.when.spans, *(Span(p, film.duration) for p in w.when.points))]
        covered = not minus(film.scope, merged(spans))
        return _played_throughout(told if covered else wishes, film)
    first = named[0]
    if len(wishes) == 2 and bare and not plain and not first.follows:
        plain, first = bare, replace(first, when=bare[0].when)
    for wish in plain:
        first = replace(
            first,
            gain=max(-24.0, min(12.0, first.gain + wish.gain)),
            trend=first.trend or wish.trend,
            comes=first.comes or wish.comes,
            goes=first.goes or wish.goes,
            avoid=(*first.avoid, *wish.avoid),
            tempo=first.tempo.filled(wish.tempo),
        )
    kept = [first if wish == named[0] else wish for wish in wishes if wish not in plain]
    return _played_throughout(kept, film)


def _played_throughout(wishes: Sequence[Wish], film: Film) -> list[Wish]:
    """The wishes; who plays `throughout` plays all moods of which nothing else is said: `happy, then sad, solo piano throughout`."""
    whole = [w for w in wishes if w.mood is None and w.when.spans == (film.scope,)]
    felt = [w for w in wishes if w.mood is not None and w.sound == MUSIC]
    if len(whole) != 1 or len(felt) < 2:
        return list(wishes)
    prompt = whole[0].prompt.removesuffix(" throughout")
    return [replace(w, prompt=f"{w.prompt}, {prompt}") if w in felt else w for w in wishes if w not in whole]
