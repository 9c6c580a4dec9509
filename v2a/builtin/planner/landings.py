"""Where a brief wants music to land: `a mark at 0:04`, `hit the cut at 0:12`, `accent the door slam at 0:08`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.planner.clauses import Clause, Named, is_small
from v2a.builtin.planner.clock import When, joined
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.hitwords import (
    SaidHit,
    Words,
    ends,
    every_cut,
    music_in,
    name_of,
    not_marked,
    said_hit,
    speaks_of_music,
    weight_of,
)
from v2a.builtin.planner.musical import MUSIC, is_whole
from v2a.builtin.planner.pieces import NOUN, changing
from v2a.builtin.planner.tokens import Token, stem
from v2a.builtin.planner.vocabulary import Modifier, Vocabulary
from v2a.builtin.planner.wishes import Landing
from v2a.model.spotting import Unplaced
from v2a.model.time import Span

# How long before the end of the music its last chord falls, in seconds: it has to ring.
RINGS = Fraction(3)
_JOINED = frozenset({",", "and", "then", "plus", "or", "with", "&"})


@dataclass(frozen=True)
class Landed:
    """The clauses that speak of other things, where music lands, and what cannot be placed."""

    clauses: tuple[Clause, ...]
    landings: tuple[Landing, ...]
    unplaced: tuple[Unplaced, ...]


def landed(clauses: Sequence[Clause], film: Film, known: Vocabulary) -> Landed:
    """The clauses without what they say of landing."""
    return _Reader(clauses, film, known).read()


class _Reader:
    """Goes through the clauses and keeps apart what music is to land on."""

    def __init__(self, clauses: Sequence[Clause], film: Film, known: Vocabulary) -> None:
        self._clauses, self._film, self._known = clauses, film, known
        self._left: list[Clause] = []
        self._landings: list[Landing] = []
        self._unplaced: list[Unplaced] = []
        self._open = self._listed = self._named = self._arrived = False
        self._musical = [speaks_of_music(clause) for clause in clauses]

    def read(self) -> Landed:
        """All of them."""
        first, musical = False, sum(self._musical)
        for at, clause in enumerate(self._clauses):
            closing = self._closes(clause)
            of_music = musical > self._musical[at]
            clause = not_marked(clause, self._known) if of_music else clause
            said = said_hit(clause, self._known, of_music=of_music, closing=closing)
            if self._goes_on(clause):
                bare = not clause.leading and not self._named
                self._land(clause, () if bare else clause.tokens, self._landings[-1:])
            elif said is not None and self._is_landing(said, at):
                opens = self._left.pop() if closing else clause
                first = first or not opens.join
                self._take(_ended(said, opens) if closing and opens.whens else said)
            else:
                self._left.append(self._after(clause, first=first))
                self._open = first = False
        return Landed(tuple(self._left), tuple(self._landings), tuple(self._unplaced))

    def _closes(self, clause: Clause) -> bool:
        """Whether the clause before only says that something ends, `with` this."""
        words, language = Words.known(), self._known.language
        before = self._left[-1] if self._left and clause.join == "with" else None
        if before is None or before.negated or not (before.tokens or before.whens):
            return False
        if before.whens:
            plain = len(before.whens) == 1 and all(is_whole(n.meaning) for n in before.named)
            return plain and before.whens[0].said_as == "end"
        others = [
            t for t in before.tokens if not is_small(t.word, language) and stem(t.text) not in words.ends
        ]
        whole = {t for n in before.named if is_whole(n.meaning) for t in n.tokens}
        return ends(before.tokens) and all(before.tokens.index(t) in whole for t in others)

    def _goes_on(self, clause: Clause) -> bool:
        """Whether a clause gives more times of the landing before it: `…, another at 0:09`, `and the fall at 0:12`."""
        if not self._open or clause.negated or not clause.whens:
            return False
        if self._listed and clause.leading:
            return True
        if clause.join not in _JOINED:
            return False
        words, language = Words.known(), self._known.language
        degrees = words.strong | words.soft
        more = len(clause.tokens) == 0 or "one" in {t.word for t in clause.tokens}
        bare = all(is_small(t.word, language) or (more and stem(t.text) in degrees) for t in clause.tokens)
        if bare or (self._named and clause.tokens[0].word in ("the", "when")):
            return True
        named = bool(self._landings) and bool(self._landings[-1].name)
        return named and not self._named and clause.leading and clause.join == ","

    def _is_landing(self, said: SaidHit, at: int) -> bool:
        """Whether a clause really speaks of music that lands: `a hit at 0:12` does, `a hit on metal` does not."""
        if said.clause.whens or said.ending or every_cut(said):
            return True
        behind = self._clauses[at + 1] if at + 1 < len(self._clauses) else None
        heading = (
            not said.tail and behind is not None and behind.leading and (behind.join == "," or not said.head)
        )
        return heading or (said.of_music and bool(said.tail) and (said.imperative or bool(said.head)))

    def _take(self, said: SaidHit) -> None:
        clause = said.clause
        rest = _growth(said) or music_in(said, self._known)
        if rest is not None and (not all(is_whole(n.meaning) for n in rest.named) or not said.of_music):
            self._left.append(rest)
        self._named, self._listed = said.imperative, not clause.whens
        self._open, self._arrived = True, said.arrives
        if every_cut(said):
            clause = replace(clause, whens=())
            self._land(clause, (), (), self._film.cuts)
        elif said.ending and not clause.whens:
            self._landings.append(Landing(clause.text, (), weight_of(clause), ending=True))
        elif clause.whens:
            self._land(clause, said.tail, (), ending=said.ending, word=said.word)
        elif said.tail:
            self._open = False
            why = "nothing tells when that is; write a time, such as 'hit at 0:12'"
            self._unplaced.append(Unplaced(clause.text, why))

    def _after(self, clause: Clause, *, first: bool) -> Clause:
        """A clause behind a landing: a sentence's first where that was, and music that comes `then` comes with the hit."""
        last = self._landings[-1] if self._open and self._landings else None
        if last is not None and last.times and _only_ends(clause):
            self._landings = self._landings[:-1] if self._arrived else self._landings
            return replace(clause, whens=(When(points=last.times[-1:]),))
        if last is not None and clause.join == "then" and len(last.times) == 1:
            when, end = joined(clause.whens, self._film), self._film.duration
            if when.spans and when.spans[0].start == 0 and not when.points:
                end = when.spans[0].end
            if (when.anywhere or when.spans[:1] == (Span(Fraction(0), end),)) and last.times[0] < end:
                said = When(spans=(Span(last.times[0], end),), text=when.text)
                return replace(clause, whens=(said,), leading=True)
        return replace(clause, join="") if first and clause.join in (",", "and", "then") else clause

    def _land(
        self,
        clause: Clause,
        name: Sequence[Token],
        like: Sequence[Landing],
        times: Sequence[Fraction] = (),
        *,
        ending: bool = False,
        word: Token | None = None,
    ) -> None:
        told = tuple(w for w in clause.whens if w.points and not w.enumerated)
        when = joined(told or clause.whens, self._film)
        text = " ".join(part for part in (clause.text, when.text) if part)
        starts = tuple(s.start for s in when.spans) if not when.edge and _of_pictures(when.text) else ()
        starts = starts or _said_to_stop(when)
        found = tuple(times) or when.points or starts
        problem = when.problem or ("" if found else "a hit is at one time; write it, such as 'hit at 0:12'")
        if not problem and not any(self._film.scope.contains(time) for time in found):
            problem = "it lies outside the part of the film that is spotted"
        if problem:
            self._unplaced.append(Unplaced(text, problem))
            return
        inside = tuple(time for time in found if self._film.scope.contains(time))
        weight = like[0].weight if like and not clause.tokens else weight_of(clause)
        called, every = name_of(name, word, self._known), bool(times) or when.enumerated
        self._landings.append(Landing(text, inside, weight, called, ending, every))
        if ending:
            out = When(points=(min(inside[-1] + RINGS, self._film.duration),), text=when.text)
            named, join = (Named(MUSIC, (0,)),), clause.join or "then"
            self._left.append(replace(clause, tokens=_OUT, named=named, join=join, whens=(out,)))


def _growth(said: SaidHit) -> Clause | None:
    """What is said of music that builds up to a time: that it builds."""
    if not said.arrives:
        return None
    named = (Named(Modifier("building"), (0,)),)
    return replace(said.clause, tokens=(Token("word", "building", 0, 0),), named=named, whens=(), join=",")


def _ended(said: SaidHit, before: Clause) -> SaidHit:
    """The end on which music ends, with the time of that: `ends at 1:00 with a big hit`."""
    when = before.whens[0]
    points = tuple(span.end for span in when.spans)
    return replace(said, clause=replace(said.clause, whens=(replace(when, spans=(), points=points),)))


_OUT = (NOUN, Token("word", "ending", 0, 0))


def _said_to_stop(when: When) -> tuple[Fraction, ...]:
    """When something in the picture starts or stops: `when the car stops at 1:05`."""
    if len(when.spans) != 1 or not when.said_as:
        return ()
    return (when.spans[0].end if when.said_as == "end" else when.spans[0].start,)


def _only_ends(clause: Clause) -> bool:
    """Whether a clause without a time says that music ends, and nothing else: `and cuts off`."""
    said = {stem(t.text) for t in clause.tokens}
    goes = changing()["out"] | changing()["by"] | {"cut"}
    return bool(said & changing()["out"]) and not clause.whens and bool(clause.join) and said <= goes


def _of_pictures(text: str) -> bool:
    return any(part in ("scene", "scenes", "shot", "shots") for part in text.lower().split())
