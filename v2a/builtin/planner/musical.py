"""Music as one speaks of it: `driving` is a car until `electronic` stands beside it, `chase music` is no footsteps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from v2a.builtin.planner.clauses import Clause, Named, is_small, written
from v2a.builtin.planner.hanging import merged
from v2a.builtin.planner.served import Shelf
from v2a.builtin.planner.tokens import Token, stem, stems_of
from v2a.builtin.planner.vocabulary import (
    KindWord,
    Language,
    Material,
    Meaning,
    Modifier,
    Sound,
    Trend,
    Vocabulary,
)

MUSIC = Sound("music", "mx", ("music",))
_BARE = re.compile(r"\bat (\d{2,3})$")
_BORDERS = ("prepositions", "articles", "pronouns", "verbs", "joins", "negators")
_JOINS = frozenset({",", "and", "with", "plus", "or", "but", "no"})
# From how like a known word on an unknown one is taken for that, misspelt.
_MEANT = 0.85
_PURPOSES = frozenset({"for", "of", "like"})


def is_music(meaning: Meaning) -> bool:
    """Whether a word is of music wherever it stands."""
    return isinstance(meaning, Sound | KindWord) and meaning.kind == "mx"


def is_whole(meaning: Meaning) -> bool:
    """Whether a word stands for music as such: not for its mood, its genre or what plays in it."""
    return is_music(meaning) and (isinstance(meaning, KindWord) or getattr(meaning, "name", "") == "music")


def says_nothing(prompt: str, known: Vocabulary) -> bool:
    """Whether a prompt only says that there is music."""
    stems = stems_of(prompt)
    whole = [p.stems for part in stems for p in known.phrases.get(part, ()) if is_whole(p.meaning)]
    return all(any(part in phrase for phrase in whole) for part in stems)


def is_detail(clause: Clause, known: Vocabulary) -> bool:
    """Whether a clause names what music is made of, such as drums or a singer, and no other sound."""
    heard = [n for n in clause.named if isinstance(n.meaning, Sound | KindWord) and not is_whole(n.meaning)]
    return bool(heard) and all(is_music(n.meaning) or among(clause, n, known, "sung") for n in heard)


def advised(problem: str, clause: Clause, text: str) -> str:
    """A problem with a time, and for music whose tempo may have been meant by it, how that is written."""
    bare = _BARE.search(text)
    if bare is None or not any(is_music(named.meaning) for named in clause.named):
        return problem
    return f"{problem}; a tempo is written {bare[1]} bpm"


def described(tokens: Sequence[Token], language: Language) -> str:
    """The words of a text that say something: `make it really dark` says `dark`."""
    return written([t for t in tokens if t.text in "-#" or not is_small(t.word, language)]).strip(" -#")


def of_music(clauses: Sequence[Clause], known: Vocabulary, shelf: Shelf) -> tuple[Clause, ...]:
    """The clauses, in which everything that describes music is named as music."""
    read = [_with_attributes(clause, known) for clause in clauses]
    gone: set[int] = set()
    for run in _runs(read, known, shelf):
        named = [at for at in run if _names_music(read[at], known)]
        ahead = read[run[0] - 1] if run[0] > 0 and read[run[0]].join else None
        timed = any(read[at].whens for at in named) or (bool(named) and ahead is not None and _is_time(ahead))
        for at in run:
            read[at] = _as_music(read[at], known)
        if timed:
            gone |= _folded(read, run, named)
    return tuple(clause for at, clause in enumerate(read) if at not in gone)


def _folded(read: list[Clause], run: Sequence[int], named: Sequence[int]) -> set[int]:
    """Join what says how music is to the music that it is said of, where that has times of its own; gives what is gone.

    A time ends what is said of a piece: in `piano until 0:10, tense, driving strings` the strings are tense.
    """
    of = {at: _said_of(at, read, named) for at in run if at not in named}
    for at in sorted(of, reverse=True):
        if of[at] > at:
            read[of[at]] = replace(merged(read[at], read[of[at]]), leading=read[of[at]].leading)
    for at in sorted(of):
        if of[at] < at:
            read[of[at]] = merged(read[of[at]], read[at])
    return set(of)


def _is_time(clause: Clause) -> bool:
    return bool(clause.whens) and not clause.tokens


def _said_of(at: int, read: Sequence[Clause], named: Sequence[int]) -> int:
    before = max((n for n in named if n < at), default=None)
    behind = min((n for n in named if n > at), default=None)
    if before is None or (behind is not None and read[before].whens and not read[before].leading):
        return behind if behind is not None else named[0]
    return before


def _with_attributes(clause: Clause, known: Vocabulary) -> Clause:
    """A clause that names music, in which sounds that stand before it as what it is like are no sounds of their own."""
    music = [n for n in clause.named if is_music(n.meaning)]
    if not music or clause.negated:
        return clause
    named = [_done_by_music(clause, at) for at in range(len(clause.named))]
    for at, said in reversed(list(enumerate(named))):
        if isinstance(said.meaning, Sound | KindWord) and not is_music(said.meaning):
            behind = named[at + 1] if at + 1 < len(named) else None
            near = [m for m in music if not _between(clause, said, m, known) or _is_of(clause, said, m)]
            beside = among(clause, said, known, "beside") and near
            if (
                beside
                or (behind is not None and behind in near)
                or (behind and _is_attribute(behind) and near)
            ):
                named[at] = Named(Modifier(written([clause.tokens[t] for t in said.tokens])), said.tokens)
    if named and is_music(named[0].meaning) and any(_is_sound(n.meaning) for n in named[1:]):
        follower = next(n for n in named[1:] if _is_sound(n.meaning))
        words = [t.word for t in clause.tokens[named[0].tokens[-1] + 1 : follower.first]]
        if _PURPOSES & set(words):
            named[0] = Named(MUSIC, named[0].tokens)
    return replace(clause, named=tuple(named))


def _is_of(clause: Clause, said: Named, music: Named) -> bool:
    """Whether what sounds is made by who plays: `an explosion of the orchestra`."""
    words = [t.word for t in clause.tokens[said.tokens[-1] + 1 : music.first]]
    return words in (["of"], ["of", "the"])


def _done_by_music(clause: Clause, at: int) -> Named:
    """What is named; a sound right behind `music` is what that does: `let the music breathe`."""
    here, before = clause.named[at], clause.named[at - 1] if at else None
    if before is None or not is_whole(before.meaning) or not _is_sound(here.meaning):
        return here
    if here.first != before.tokens[-1] + 1:
        return here
    return Named(Modifier(written([clause.tokens[t] for t in here.tokens])), here.tokens)


def _is_attribute(named: Named) -> bool:
    return isinstance(named.meaning, Modifier) and named.meaning.gain == 0 and named.meaning.pan is None


def _is_sound(meaning: Meaning) -> bool:
    return isinstance(meaning, Sound) and not is_music(meaning)


def _between(clause: Clause, one: Named, other: Named, known: Vocabulary) -> bool:
    """Whether a small word stands between two that are named, so that they are two things."""
    first, second = sorted((one, other), key=lambda n: n.first)
    words = [t.word for t in clause.tokens[first.tokens[-1] + 1 : second.first]]
    return any(known.language.among(name, word) for word in words for name in _BORDERS)


def _runs(clauses: Sequence[Clause], known: Vocabulary, shelf: Shelf) -> Iterator[list[int]]:
    """The stretches of clauses that go on about one piece of music, without what hangs on their neighbours."""
    run: list[int] = []
    for at, clause in enumerate(clauses):
        goes_on = clause.join in _JOINS and bool(run) and run[-1] == at - 1
        if run and not goes_on:
            yield from _kept(run, clauses, known)
            run = []
        if _speaks_of_music(clause, known) or _describes(clause, known, shelf):
            run.append(at)
    yield from _kept(run, clauses, known)


def _kept(run: Sequence[int], clauses: Sequence[Clause], known: Vocabulary) -> Iterator[list[int]]:
    """The run, where music is named in it; clauses that only say how it is may belong to what stands around it."""
    felt = any(clauses[at].moods for at in run) and any(
        t.word == "ambient" for at in run for t in clauses[at].tokens
    )
    if not felt and not any(_names_music(clauses[at], known) and not clauses[at].negated for at in run):
        return
    kept = list(run)
    if kept[0] > 0 and clauses[kept[0]].join:
        while _only_says_how(clauses[kept[0]], known):
            kept.pop(0)
    after = clauses[run[-1] + 1] if run[-1] + 1 < len(clauses) else None
    if after is not None and after.join in ("and", "but"):
        while _only_says_how(clauses[kept[-1]], known):
            kept.pop()
    yield [at for at in kept if not clauses[at].negated]


def _only_says_how(clause: Clause, known: Vocabulary) -> bool:
    return not clause.negated and all(
        isinstance(n.meaning, Modifier | Trend) and not among(clause, n, known, "beside")
        for n in clause.named
    )


def _speaks_of_music(clause: Clause, known: Vocabulary) -> bool:
    others = any(_is_other(clause, n, known) for n in clause.named)
    return (_names_music(clause, known) and not others) or (clause.negated and is_detail(clause, known))


def _names_music(clause: Clause, known: Vocabulary) -> bool:
    """Whether a clause names music for certain: `energetic rock` and `driving rock` do, and rock alone is a stone."""
    if any(is_music(n.meaning) for n in clause.named):
        return True
    if any(_is_other(clause, n, known) for n in clause.named):
        return False
    if _names_a_driven_genre(clause, known):
        return True
    genre = any(among(clause, n, known, "genre") for n in clause.named)
    return (
        genre
        and bool(clause.moods)
        and not (clause.unknown(known.language) or (clause.sounds and clause.whens))
    )


def _names_a_driven_genre(clause: Clause, known: Vocabulary) -> bool:
    """Whether a genre stands right behind a word for how music drives, as no road and no metal would: `driving rock`."""
    ends = {n.tokens[-1] for n in clause.named if among(clause, n, known, "drives")}
    return any(n.first - 1 in ends and among(clause, n, known, "genre") for n in clause.named)


def _describes(clause: Clause, known: Vocabulary, shelf: Shelf) -> bool:
    """Whether a clause may say how the music of its neighbours is."""
    if clause.negated or clause.whens or clause.count or clause.level or clause.turns:
        return False
    if any(_is_other(clause, n, known) for n in clause.named):
        return False
    unknown = clause.unknown(known.language)
    if all(stem(word) in known.beside["beside"] for word in unknown):
        return bool(clause.named or unknown)
    return _is_known(clause.text, shelf) or _is_of_music_alone(clause, unknown, known, shelf)


def _is_of_music_alone(clause: Clause, unknown: Sequence[str], known: Vocabulary, shelf: Shelf) -> bool:
    """Whether words that nobody knows can only be said of the music beside them: no sound of that name could be made."""
    things = any(known.language.among("articles", t.word) for t in clause.tokens)
    if things or clause.join not in (",", "with") or (shelf.open - {"mx"} and clause.join != "with"):
        return False
    return len(unknown) <= 2 and (
        clause.join == "with" or not any(known.nearest(word, cutoff=_MEANT) for word in unknown)
    )


def _is_known(text: str, shelf: Shelf) -> bool:
    """Whether a generator of music knows a word of a text; one that takes any words says nothing where others do too."""
    open_too = shelf.open - {"mx"}
    return replace(shelf, open=open_too).knows("mx", text) if open_too else shelf.knows("mx", text)


def _is_other(clause: Clause, named: Named, known: Vocabulary) -> bool:
    """Whether what is named is neither music nor may be said of it."""
    heard = isinstance(named.meaning, Sound | KindWord | Material) and not is_music(named.meaning)
    return heard and not any(among(clause, named, known, name) for name in ("beside", "genre", "sung"))


def among(clause: Clause, named: Named, known: Vocabulary, name: str) -> bool:
    """Whether all words by which something is named are in one of the lists of the table of music."""
    return all(stem(clause.tokens[at].text) in known.beside[name] for at in named.tokens)


def _as_music(clause: Clause, known: Vocabulary) -> Clause:
    """A clause of a run: what describes music is no sound, and music is wished for; what builds `to the end` does all along."""
    rises = [n for n in clause.named if isinstance(n.meaning, Trend) and among(clause, n, known, "beside")]
    named = [
        Named(Modifier(written([clause.tokens[at] for at in n.tokens])), n.tokens)
        if n in rises or (isinstance(n.meaning, Sound | KindWord | Material) and not is_music(n.meaning))
        else n
        for n in clause.named
    ]
    if not any(is_music(n.meaning) for n in named):
        named.append(Named(MUSIC, (len(clause.tokens) - 1,)))
    whens = tuple(when for when in clause.whens if not (rises and when.edge))
    return replace(clause, named=tuple(named), whens=whens)
