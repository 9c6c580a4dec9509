"""When music comes and goes: `in at 0:08, out at 1:10`, `drop out at 0:42, back in at 0:51`, `before that soft pads`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from itertools import zip_longest
from typing import Literal

from v2a.builtin.planner.changes import timed_piece
from v2a.builtin.planner.clauses import Clause, Named, is_small
from v2a.builtin.planner.clock import When, joined
from v2a.builtin.planner.fading import FADES, faded, only_fades
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.hanging import merged
from v2a.builtin.planner.joining import with_joining
from v2a.builtin.planner.leaning import from_until, in_and_out, related
from v2a.builtin.planner.musical import MUSIC, is_music, is_whole
from v2a.builtin.planner.pieces import changing, is_piece, last_piece, plainly_music, without
from v2a.builtin.planner.tokens import stem
from v2a.builtin.planner.vocabulary import KindWord, Mood, Sound, Trend, Turn, Vocabulary
from v2a.model.time import Span

Way = Literal["in", "out"]
_STOPPED = frozenset({"cut", "kill", "los", "drop"})


def coming(clauses: Sequence[Clause], film: Film, known: Vocabulary) -> tuple[Clause, ...]:
    """The clauses, with the times at which music comes and goes at the music that they are said of."""
    reader = _Reader(film, known)
    for clause, behind in zip_longest(clauses, clauses[1:]):
        if not _goes_without_saying(clause):
            reader.take(clause, behind)
    return tuple(timed_piece(clause, known) for clause in reader.done)


class _Reader:
    """Goes through the clauses; `ended` where music went out and did not come back."""

    def __init__(self, film: Film, known: Vocabulary) -> None:
        self._film, self._known = film, known
        self.done: list[Clause] = []
        self._ended = False
        self._waiting: tuple[When, ...] = ()

    def take(self, clause: Clause, behind: Clause | None) -> None:
        """Keep a clause, or let what it says hold for the music before it; `behind` is the next one."""
        timed = replace(clause, whens=self._waiting + clause.whens)
        clause = from_until(in_and_out(related(timed, self.done, self._film)))
        clause = with_joining(clause, self.done, self._film, self._known.language)
        self._waiting = ()
        if any(token.word in FADES for token in clause.tokens):
            around = self.done if any(map(_heard, self.done)) or behind is None else [behind]
            clause = faded(clause, self._film) if _speaks_of_music(clause, around) else clause
        way = _way(clause, self._known) or _hushed_or_again(clause, self._known, ended=self._ended)
        last = last_piece(self.done) if clause.comes or clause.goes else None
        if self.done and only_fades(clause) and is_piece(self.done[-1]):
            self.done[-1] = merged(self.done[-1], clause)
        elif last is not None and not is_piece(clause):
            here = self.done[last.start]
            self.done[last.start] = replace(
                here, comes=here.comes or clause.comes, goes=here.goes or clause.goes
            )
        elif (clause.comes or clause.goes) and not clause.tokens:
            self.done.append(plainly_music(clause))
        elif way is None or not clause.whens:
            self.done.append(clause)
            self._ended = self._ended and not is_piece(clause)
        elif way == "in" and behind is not None and behind.join == "with" and is_piece(behind):
            self._waiting = clause.whens
        else:
            self._bound(clause, way)
            self._ended = way == "out"

    def _bound(self, clause: Clause, way: Way) -> None:
        """Let music come or go: that which the clause names, else that before it."""
        own = _piece_in(clause)
        last = last_piece(self.done)
        if own is not None and (last is None or not all(is_whole(n.meaning) for n in own.named)):
            self.done.append(_bounded(own, way, replace(own, whens=()), self._film, again=False))
        elif last is not None and _speaks_on(clause, self.done, last):
            whole = reduce(merged, self.done[last])
            self.done[last] = [_bounded(clause, way, whole, self._film, again=self._ended)]
        else:
            self.done.append(clause)


def _speaks_of_music(clause: Clause, done: Sequence[Clause]) -> bool:
    """Whether a clause is about music: it names some, or nothing, and the clause before it that names any sound does."""
    named = clause.named if _heard(clause) else next((c.named for c in reversed(done) if _heard(c)), ())
    return all(is_music(n.meaning) for n in named if isinstance(n.meaning, Sound))


def _heard(clause: Clause) -> list[Named]:
    return [n for n in clause.named if isinstance(n.meaning, Sound | KindWord)]


def _goes_without_saying(clause: Clause) -> bool:
    """What music does unasked: it makes room for who speaks, and ends by itself where it is not told to fade."""
    words = [t.word for t in clause.tokens]
    leaves = (
        bool({"room", "space"} & set(words))
        and bool(words)
        and words[0] in ("leave", "leaving", "make", "give")
    )
    speech = any(isinstance(n.meaning, KindWord | Sound) and n.meaning.kind == "vo" for n in clause.named)
    fades = clause.negated and any(t.word in FADES for t in clause.tokens)
    return (leaves and speech) or (fades and all(isinstance(n.meaning, Turn | Trend) for n in clause.named))


def _speaks_on(clause: Clause, done: Sequence[Clause], last: slice) -> bool:
    """Whether a clause goes on about the music before it, with nothing else between, or names music again."""
    again = any(is_music(n.meaning) for n in clause.named)
    near = bool(clause.join or clause.tokens)
    return again or (near and all(_of_music_only(c) for c in done[last.start + 1 :]))


def _of_music_only(clause: Clause) -> bool:
    """Whether a clause names no sound but music."""
    return all(is_music(n.meaning) or not isinstance(n.meaning, Sound) for n in clause.named)


def _way(clause: Clause, known: Vocabulary) -> Way | None:
    """Whether a clause says that music comes in or goes out, at one time, and nothing else of anything but music."""
    if not _may_bound(clause) or any(t.word in FADES for t in clause.tokens):
        return None
    way = _said_way(clause)
    at = _at(clause, way) if way is not None else None
    if at is None:
        return way if not _content(clause, known, len(clause.tokens)) else None
    plain = not _content(clause, known, at) or is_piece(clause)
    return way if plain and _opens_no_object(clause, at, known) else None


def _may_bound(clause: Clause) -> bool:
    """Whether a clause has one time, and names no sound but music up to a word for coming or going."""
    one_time = len(clause.whens) == 1 and _is_one_time(clause.whens[0])
    others = any(isinstance(n.meaning, Sound) and not is_music(n.meaning) for n in _head(clause))
    return one_time and not clause.negated and not others


def _said_way(clause: Clause) -> Way | None:
    """The way that the words of a clause say, wherever they stand."""
    words, said, said_as = changing(), {stem(t.text) for t in clause.tokens}, clause.whens[0].said_as
    stopped = _STOPPED & said and any(is_whole(n.meaning) for n in clause.named)
    if said_as == "end" or said & words["out"] or (stopped and not said & words["in"]):
        return "out"
    return "in" if said_as == "start" or said & words["in"] else None


def _opens_no_object(clause: Clause, at: int, known: Vocabulary) -> bool:
    """Whether nothing but music, or when it is, stands behind the word that says so: one may `stop the car`."""
    words, language = changing(), known.language
    whole = {t for n in clause.named if is_whole(n.meaning) for t in n.tokens}
    behind = list(enumerate(clause.tokens))[at + 1 :]
    if all(n in whole or is_small(t.word, language) for n, t in behind):
        return True
    moving = words["by"] | words["in"] | words["out"]
    first = next((t.word for _, t in behind if stem(t.text) not in moving), "when")
    return first == "when" or language.among("prepositions", first)


def _hushed_or_again(clause: Clause, known: Vocabulary, *, ended: bool) -> Way | None:
    """`drop to silence at 0:42` is where music goes out; what is `again` from a time on comes in, where it was out."""
    if not _may_bound(clause):
        return None
    words = [t.word for t in clause.tokens]
    if len(words) > 2 and words[-1] in ("silence", "nothing") and "to" in words:
        return "out"
    return "in" if ended and "again" in words and not is_piece(clause) else None


def _is_one_time(when: When) -> bool:
    return (
        not when.problem and not when.enumerated and len(when.points) + len(when.spans) == 1 and not when.edge
    )


def _at(clause: Clause, way: Way) -> int | None:
    """Where the word stands that says so; `in` in the middle of a clause only says where."""
    words = changing()[way] | (_STOPPED if way == "out" else frozenset())
    last = len(clause.tokens) - 1
    found = []
    for at, token in enumerate(clause.tokens):
        noun = at > 0 and clause.tokens[at - 1].word in ("the", "a", "for", "to")
        inside = token.word in ("in", "out", "off") and at < last and not _closes(clause, at)
        if stem(token.text) in words and not noun and not inside:
            found.append(at)
    return found[-1] if found else None


def _closes(clause: Clause, at: int) -> bool:
    """Whether a preposition with nothing of its own stands behind `in` or `out`: `out on the gunshot`."""
    return clause.tokens[at + 1].word in ("on", "when", "with", "as", "for", "after", "abruptly", "again")


def _head(clause: Clause) -> list[Named]:
    """What is named up to the word that says that music comes or goes."""
    ways = [at for way in ("in", "out") if (at := _at(clause, way)) is not None]
    end = max(ways, default=len(clause.tokens))
    by = changing()["by"] | changing()["in"] | changing()["out"]
    return [
        n
        for n in clause.named
        if n.first < end and not all(stem(clause.tokens[t].text) in by for t in n.tokens)
    ]


def _content(clause: Clause, known: Vocabulary, end: int) -> bool:
    """Whether words up to there say anything but that it is music."""
    whole = {t for n in clause.named if is_whole(n.meaning) or isinstance(n.meaning, Turn) for t in n.tokens}
    by = changing()["by"] | changing()["in"] | changing()["out"]
    return any(
        at not in whole and stem(t.text) not in by and not is_small(t.word, known.language)
        for at, t in enumerate(clause.tokens[:end])
    )


def _piece_in(clause: Clause) -> Clause | None:
    """The music that a clause itself names, without what says that it comes or goes."""
    named = [n for n in _head(clause) if is_music(n.meaning) or isinstance(n.meaning, Mood)]
    if not named:
        bare = any(is_whole(n.meaning) for n in clause.named)
        return plainly_music(clause) if bare else None
    by = changing()["by"] | changing()["in"] | changing()["out"]
    last = max(t for n in named for t in n.tokens)
    kept = without(clause, set(range(last + 1, len(clause.tokens))))
    kept = without(
        kept, {at for at, t in enumerate(kept.tokens) if at < named[0].first and stem(t.text) in by}
    )
    return (
        kept
        if any(is_music(n.meaning) for n in kept.named)
        else replace(kept, named=(*kept.named, Named(MUSIC, (0,))))
    )


def _bounded(said: Clause, way: Way, piece: Clause, film: Film, *, again: bool) -> Clause:
    """The music with its times so that it comes in or goes out when a clause says; nothing else of it changes."""
    when, own = joined(said.whens, film), joined(piece.whens, film)
    time = when.points[0] if when.points else when.spans[0].end if way == "out" else when.spans[0].start
    spans = list(own.spans) or [Span(p, film.duration) for p in own.points[:1]]
    until = when.spans[0].end if when.spans else film.duration
    if way == "out":
        spans = [
            Span(s.start, min(s.end, time))
            for s in spans or [Span(Fraction(0), film.duration)]
            if s.start < time
        ]
    elif again or (spans and all(s.end <= time for s in spans)):
        spans.append(Span(time, until))
    else:
        spans = [Span(time, max((s.end for s in spans if s.end > time), default=until))]
    text = ", ".join(part for part in (own.text, said.text, when.text) if part)
    if not spans or own.problem:
        return piece
    return replace(piece, whens=(When(spans=tuple(spans), text=text),))
