"""Music that changes: `calm, then epic`, `it turns dark at 0:24`, `from playful to tense`, `build to epic at 0:40`."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from v2a.builtin.planner.clauses import Clause, Named, is_small
from v2a.builtin.planner.hanging import FOLLOWING, merged
from v2a.builtin.planner.musical import MUSIC, is_music, is_whole
from v2a.builtin.planner.pieces import NOUN, changing, is_other, plainly_music, tells_of_a_piece, without
from v2a.builtin.planner.tokens import Token, stem
from v2a.builtin.planner.vocabulary import Modifier, Mood, Turn, Vocabulary

_AND = Token("word", "and", 0, 0)
_BUILDING = Token("word", "building", 0, 0)


def changed(clauses: Sequence[Clause], known: Vocabulary) -> tuple[Clause, ...]:
    """The clauses, with music that becomes another one as two, and moods that have a time or a turn of their own as music."""
    parts: list[Clause] = []
    for clause in _timed_together(_timed_before(clauses, known)):
        parts += _parted(clause, parts, known)
    parts = _timed_later(_timed_behind(parts, known), known)
    return tuple(
        _as_piece(clause, known) if _is_piece(at, parts, known) else clause for at, clause in enumerate(parts)
    )


def timed_piece(clause: Clause, known: Vocabulary) -> Clause:
    """The clause, as music of its own where it names a mood and a time, and nothing else."""
    return _as_piece(clause, known) if clause.whens and _only_feels(clause, known) else clause


def _timed_before(clauses: Sequence[Clause], known: Vocabulary) -> list[Clause]:
    """The clauses; a mood has the time before it, where that is nobody else's: `scene 1: sad, scene 2: hopeful`."""
    done: list[Clause] = []
    for clause in clauses:
        time = done[-1] if done and done[-1].whens and not done[-1].tokens else None
        free = time is not None and (not time.join or len(done) == 1 or bool(done[-2].whens))
        if time is not None and free and _waits(clause, known) and not clause.whens:
            done[-1] = replace(clause, whens=time.whens, join=time.join, leading=True)
        else:
            done.append(clause)
    return done


def _timed_together(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses; where times stand behind the music, one holds for two that play: `piano 0:00-0:24, choir and drums 0:24-1:00`."""
    done: list[Clause] = []
    for clause in clauses:
        last = done[-1] if done else None
        before = done[-2].whens and not done[-2].leading and done[-2].tokens if len(done) > 1 else ()
        alike = last is not None and all(tells_of_a_piece(c) and not _names_others(c) for c in (last, clause))
        behind = clause.join == "and" and clause.whens and not clause.leading
        if last is not None and before and alike and behind and not last.whens:
            done[-1] = merged(replace(last, tokens=(*last.tokens, _AND)), clause)
        else:
            done.append(clause)
    return done


def _timed_behind(clauses: Sequence[Clause], known: Vocabulary) -> list[Clause]:
    """The clauses; a time at the end holds for all that is said of the music before it: `guitar, happy, from 0:08`."""
    done: list[Clause] = []
    for at, clause in enumerate(clauses):
        behind = clauses[at + 1] if at + 1 < len(clauses) else None
        closes = behind is None or not behind.join or behind.join in FOLLOWING
        first = len(done)
        if clause.whens and not clause.tokens and clause.join == "," and closes:
            first = _begins(done)
        if first < len(done) - 1:
            done[first:] = [replace(functools.reduce(merged, done[first:]), whens=clause.whens)]
        else:
            done.append(clause)
    return done


def _begins(done: Sequence[Clause]) -> int:
    """Where what is said last of one music begins, none of which has a time."""
    first = len(done)
    while (
        first
        and not (done[first - 1].whens or done[first - 1].negated)
        and not _names_others(done[first - 1])
    ):
        first -= 1
        if not done[first].join or done[first].join in FOLLOWING:
            break
    return first if any(tells_of_a_piece(clause) for clause in done[first:]) else len(done)


def _names_others(clause: Clause) -> bool:
    return any(is_other(n.meaning) for n in clause.named)


def _timed_later(clauses: Sequence[Clause], known: Vocabulary) -> list[Clause]:
    """The clauses; music that comes `then` has the time of a mood that is said of it: `then strings, hopeful at 0:20`."""
    done: list[Clause] = []
    for clause in clauses:
        last = done[-1] if done else None
        timeless = last is not None and last.join in FOLLOWING and not last.whens and tells_of_a_piece(last)
        if last is not None and timeless and _waits(clause, known) and clause.whens:
            done[-1] = merged(last, clause)
        else:
            done.append(clause)
    return done


def _waits(clause: Clause, known: Vocabulary) -> bool:
    """Whether a clause is a mood that goes on after a comma."""
    return clause.join in (",", "and") and _only_feels(clause, known)


def _parted(clause: Clause, before: list[Clause], known: Vocabulary) -> list[Clause]:
    """A clause in which music becomes another one, as two; what comes before it grows where it is said to build."""
    cut = _cut(clause, known)
    if cut is None:
        return [clause]
    builds = stem(clause.tokens[cut.word].text) in changing()["builds"]
    earlier, later = _part(clause, cut.first, cut.end), _part(clause, cut.later, len(clause.tokens))
    if not tells_of_a_piece(earlier) and _follows_piece(before):
        if builds and tells_of_a_piece(before[-1]):
            before[-1] = _growing(before[-1])
        return [replace(later, join="then")]
    if not tells_of_a_piece(earlier):
        spoken = any(is_whole(n.meaning) for n in earlier.named) or "it" in {t.word for t in earlier.tokens}
        if not spoken:
            return [later]
        earlier = plainly_music(Clause((), (), (), clause.join))
    earlier = replace(earlier, whens=(), leading=False, level=0.0)
    return [_growing(earlier) if builds else earlier, replace(later, join="then")]


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where music changes in a clause: the word for it, what it was from `first` to `end`, and from `later` on what it becomes."""

    word: int
    first: int
    end: int
    later: int


def _cut(clause: Clause, known: Vocabulary) -> _Cut | None:
    """Where a clause says that music becomes another one."""
    if clause.negated or any(is_other(n.meaning) for n in _plainly(clause)):
        return None
    words, stems = changing(), [stem(t.text) if t.kind == "word" else "" for t in clause.tokens]
    for at, part in enumerate(stems):
        if part == "from" and "to" in stems[at:]:
            to = stems.index("to", at)
            if _opens_piece(clause, at + 1, known, to) and _opens_piece(clause, to + 1, known):
                return _Cut(at, at + 1, to, to + 1)
        if part not in words["turns"] | words["becomes"]:
            continue
        behind = at + 1
        while behind < len(stems) and stems[behind] in words["between"]:
            behind += 1
        into = behind < len(stems) and stems[behind] in words["into"] and part in words["turns"]
        if into and _opens_piece(clause, behind + 1, known):
            return _Cut(at, 0, at, behind + 1)
        if part in words["becomes"] and _opens_piece(clause, behind, known):
            return _Cut(at, 0, at, behind)
    return None


def _plainly(clause: Clause) -> list[Named]:
    """What is named, without what words of changing are by themselves: nothing explodes in `explode into a full orchestra`."""
    words = changing()["turns"] | changing()["becomes"]
    return [n for n in clause.named if not all(stem(clause.tokens[t].text) in words for t in n.tokens)]


def _opens_piece(clause: Clause, at: int, known: Vocabulary, end: int | None = None) -> bool:
    """Whether music is named from here on (up to an end), with nothing but words that describe it before."""
    language = known.language
    within = [n for n in clause.named if n.first >= at and (end is None or n.first < end)]
    named = [n for n in within if is_music(n.meaning) or isinstance(n.meaning, Mood)]
    if not named:
        return False
    covered = {t for n in clause.named for t in n.tokens}
    between = range(at, named[0].first)
    strange = [t for t in between if t not in covered and not is_small(clause.tokens[t].word, language)]
    return len(strange) <= 2


def _part(clause: Clause, start: int, end: int) -> Clause:
    """Some of the words of a clause as a clause with its times, without those that say nothing at their ends."""
    named = [
        replace(n, tokens=tuple(t - start for t in n.tokens))
        for n in clause.named
        if n.first >= start and n.tokens[-1] < end and not isinstance(n.meaning, Turn)
    ]
    return replace(clause, tokens=clause.tokens[start:end], named=tuple(named))


def _growing(clause: Clause) -> Clause:
    """The clause, of music that builds."""
    at = len(clause.tokens)
    named = (*clause.named, Named(Modifier("building"), (at,)))
    return replace(clause, tokens=(*clause.tokens, _BUILDING), named=named)


def _is_piece(at: int, clauses: Sequence[Clause], known: Vocabulary) -> bool:
    """Whether a clause that names a mood and nothing else stands for music of its own: it has a time, or comes `then`."""
    clause = clauses[at]
    if not _only_feels(clause, known):
        return False
    if any(not w.edge or not clause.trend for w in clause.whens):
        return True
    if clause.join in FOLLOWING and _follows_piece(clauses[:at]):
        return True
    behind = clauses[at + 1] if at + 1 < len(clauses) else None
    return behind is not None and behind.join in FOLLOWING and tells_of_a_piece(behind)


def _only_feels(clause: Clause, known: Vocabulary) -> bool:
    """Whether a clause names a mood and no sound."""
    if (
        clause.negated
        or not clause.moods
        or any(is_other(n.meaning) or is_music(n.meaning) for n in clause.named)
    ):
        return False
    beside = known.beside["beside"] | changing()["turns"] | changing()["starts"] | changing()["between"]
    unknown = [word for word in clause.unknown(known.language) if stem(word) not in beside]
    aftermath = len(unknown) == 1 and clause.join in FOLLOWING and not known.nearest(unknown[0], cutoff=0.85)
    return not unknown or aftermath


def _follows_piece(before: Sequence[Clause]) -> bool:
    return any(tells_of_a_piece(clause) for clause in before)


def _positive(token: Token, known: Vocabulary) -> Token:
    """A mood as generators know it: `darker` is dark."""
    stemmed = token.text.removesuffix("er")
    if stemmed == token.text or len(stemmed) < 3:
        return token
    forms = (stemmed, f"{stemmed}e", f"{stemmed[:-1]}y", stemmed[:-1])
    feels = (
        f
        for f in forms
        for p in known.phrases.get(stem(f), ())
        if isinstance(p.meaning, Mood) and len(p.stems) == 1
    )
    return replace(token, text=next(feels, token.text))


def _as_piece(clause: Clause, known: Vocabulary) -> Clause:
    """The clause with music as what it speaks of, and without the words that say that it begins."""
    rest = without(clause, {t for n in clause.named if isinstance(n.meaning, Turn) for t in n.tokens})
    tokens = [_positive(token, known) for token in rest.tokens]
    return replace(rest, tokens=(*tokens, NOUN), named=(*rest.named, Named(MUSIC, (len(tokens),))))
