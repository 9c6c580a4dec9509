"""A brief cut into clauses: what is named in each, and how each hangs on the one before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from v2a.builtin.planner.clock import When
from v2a.builtin.planner.film import Film
from v2a.builtin.planner.times import Times
from v2a.builtin.planner.tokens import Token, plain, stem, tokens_of
from v2a.builtin.planner.vocabulary import (
    KindWord,
    Language,
    Material,
    Meaning,
    Modifier,
    Mood,
    Phrase,
    Sound,
    Turn,
    Vocabulary,
    trend_of,
)

_SPOKEN = re.compile("^(narrat|voice|speech|say|said|announc|comment)")
_STOPS, _SOFT = frozenset(".;!?\n•*"), frozenset(",&+/()|:")
# Words without any mark between them are cut after so many, so that work grows with the brief and no faster.
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Named:
    """A phrase of the vocabulary found in a clause, and which tokens of the clause it covers."""

    meaning: Meaning
    tokens: tuple[int, ...]

    @property
    def first(self) -> int:
        """The first token it covers."""
        return self.tokens[0]


@dataclass(frozen=True)
class Clause:
    """One wish, as written: words, times, and what is named.

    `join` is what stands before it (empty: a new sentence); `leading` where its time comes before its words; `level` is a
    trim in dB; music fades in and out in so many seconds where it `comes` and `goes`.
    """

    tokens: tuple[Token, ...]
    whens: tuple[When, ...]
    named: tuple[Named, ...]
    join: str = ""
    negated: bool = False
    only: bool = False
    count: int | None = None
    leading: bool = False
    level: float = 0.0
    comes: Fraction = Fraction(0)
    goes: Fraction = Fraction(0)

    @property
    def sounds(self) -> tuple[Named, ...]:
        """The sounds that are named, in order."""
        return tuple(n for n in self.named if isinstance(n.meaning, Sound))

    @property
    def kinds(self) -> tuple[KindWord, ...]:
        """The kinds of sound that are named."""
        return tuple(n.meaning for n in self.named if isinstance(n.meaning, KindWord))

    @property
    def materials(self) -> tuple[Material, ...]:
        """What things are made of."""
        return tuple(n.meaning for n in self.named if isinstance(n.meaning, Material))

    @property
    def moods(self) -> tuple[Mood, ...]:
        """The moods that are named."""
        return tuple(n.meaning for n in self.named if isinstance(n.meaning, Mood))

    @property
    def modifiers(self) -> tuple[Modifier, ...]:
        """How it is."""
        return tuple(n.meaning for n in self.named if isinstance(n.meaning, Modifier))

    @property
    def trend(self) -> str:
        """Whether it grows (`up`) or goes (`down`)."""
        return next(filter(None, (trend_of(n.meaning) for n in self.named)), "")

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Where it comes, goes or becomes another."""
        return tuple(n.meaning for n in self.named if isinstance(n.meaning, Turn))

    @property
    def text(self) -> str:
        """The clause as written, without its times."""
        return written(self.tokens)

    def unknown(self, language: Language) -> tuple[str, ...]:
        """The words that mean nothing to the planner."""
        covered = {at for named in self.named for at in named.tokens}
        return tuple(
            token.text
            for at, token in enumerate(self.tokens)
            if at not in covered and token.kind in ("word", "quote") and not is_small(token.word, language)
        )


def written(tokens: Sequence[Token]) -> str:
    """Tokens as text, with the spaces they were written with made single."""
    text = ""
    for before, token in zip((None, *tokens), tokens):
        text += " " if before is not None and not before.start < token.start == before.end else ""
        text += token.text
    return text.strip()


_SMALL = (
    "prepositions", "articles", "pronouns", "verbs", "adverbs", "fillers", "tails", "picture", "negators", "joins",
)  # fmt: skip


def is_small(word: str, language: Language) -> bool:
    """Whether a word carries no sound of its own."""
    counted = word in language.counts or word in language.numbers
    return counted or any(language.among(name, form) for name in _SMALL for form in (word, stem(word)))


@dataclass(frozen=True, slots=True)
class _Cut:
    tokens: tuple[Token, ...]
    whens: tuple[When, ...]
    join: str
    leading: bool
    level: float = 0.0


def clauses_of(brief: str, film: Film, known: Vocabulary) -> Iterator[Clause]:
    """All clauses of a brief, in order."""
    tokens = tokens_of(plain(brief))
    if not any(t.kind == "word" and _SPOKEN.search(t.word) for t in tokens):
        tokens = tokens_of(plain(brief).replace('"', " "))
    for cut in _cuts(tokens, film, known.language):
        yield _clause(cut, known)


def _cuts(tokens: Sequence[Token], film: Film, language: Language) -> Iterator[_Cut]:
    times = Times(tokens, film, language)
    held: list[Token] = []
    whens: list[When] = []
    join, at, leading, level = "", 0, False, 0.0
    while at < len(tokens):
        timed = times.read(at)
        if timed is not None:
            leading = leading if whens else not held
            whens.append(timed.when)
            at = timed.end
            continue
        trim = _trim(tokens, at)
        if trim is not None:
            level, at = level + trim.level, trim.end
            continue
        separator = _separator(tokens, at, language)
        if len(held) >= _LONGEST and separator in (None, "no"):
            yield _Cut(tuple(held), tuple(whens), join, leading, level)
            held, whens, join, leading, level = [], [], ",", False, 0.0
        if separator == "no" and not whens and all(is_small(t.word, language) for t in held):
            separator = None
        if separator is not None:
            if held or whens:
                yield _Cut(tuple(held), tuple(whens), join, leading, level)
                join = separator
            elif separator in ("then", "but", "or"):
                join = separator
            held, whens, leading, level = [], [], False, 0.0
            join = "" if separator in _STOPS else (join or separator)
            if separator != "no":
                at += 1
                continue
        held.append(tokens[at])
        at += 1
    if held or whens:
        yield _Cut(tuple(held), tuple(whens), join, leading, level)


@dataclass(frozen=True, slots=True)
class _Trim:
    """A level in dB, and the token after it."""

    level: float
    end: int


def _trim(tokens: Sequence[Token], at: int) -> _Trim | None:
    """`-6 dB`, `+3 dB`, `at -12 dB`."""
    start = at + 1 if tokens[at].word in ("at", "by") else at
    signed = start < len(tokens) and tokens[start].text in ("-", "+")
    sign = -1 if signed and tokens[start].text == "-" else 1
    start += signed
    if start + 1 >= len(tokens) or tokens[start + 1].word != "db" or tokens[start].value is None:
        return None
    return _Trim(sign * float(min(tokens[start].value or 0, 60)), start + 2)


def _separator(tokens: Sequence[Token], at: int, language: Language) -> str | None:
    """What separates two clauses here; `no` stands for a word that begins a negated one."""
    token = tokens[at]
    if token.kind == "mark":
        if token.text in _STOPS:
            return token.text
        if token.text in _SOFT:
            return ","
        spaced = at == 0 or token.start > tokens[at - 1].end
        return "," if token.text == "-" and spaced else None
    if token.kind != "word":
        return None
    if language.among("joins", token.word):
        return token.word
    return "no" if language.among("negators", token.word) else None


def _clause(cut: _Cut, known: Vocabulary) -> Clause:
    language = known.language
    tokens = tuple(t for t in cut.tokens if t.kind != "mark" or t.text in "-'%#")
    negated = any(language.among("negators", t.word) for t in tokens)
    if negated and tokens and tokens[-1].word in ("no", "not", "nor") and len(tokens) > 1:
        tokens = (tokens[-1], *tokens[:-1])
    named = tuple(_named(tokens, known))
    words = [t.word for t in tokens]
    only = any(language.among("only", word) for word in words) and any(
        isinstance(n.meaning, KindWord) for n in named
    )
    return Clause(
        tokens, cut.whens, named, cut.join, negated, only, _count(tokens, language), cut.leading, cut.level
    )


def _named(tokens: Sequence[Token], known: Vocabulary) -> list[Named]:
    """The phrases in a clause: those of most words first, each word used once."""
    stems = [stem(t.text) if t.kind == "word" else "" for t in tokens]
    where: dict[str, list[int]] = {}
    for at, part in enumerate(stems):
        where.setdefault(part, []).append(at)
    used: set[int] = set()
    found: list[Named] = []
    candidates = {p.stems: p for part in where for p in known.phrases.get(part, ())}
    for phrase in sorted(candidates.values(), key=lambda p: (-len(p.stems), p.stems)):
        if all(part in where for part in phrase.stems):
            for covered in _places(phrase, where, used):
                found.append(Named(phrase.meaning, covered))
                used.update(covered)
    return sorted(found, key=lambda n: n.first)


def _places(phrase: Phrase, where: dict[str, list[int]], used: set[int]) -> Iterator[tuple[int, ...]]:
    taken: set[int] = set()
    for first in where[phrase.stems[0]]:
        covered = [first]
        for part in phrase.stems[1:]:
            free = [a for a in where[part] if a not in covered and a not in used and a not in taken]
            if not free:
                break
            covered.append(min(free, key=lambda a: (abs(a - first), a)))
        close = max(covered) - min(covered) <= len(phrase.stems) + 2
        if (
            len(covered) == len(phrase.stems)
            and close
            and not used & set(covered)
            and not taken & set(covered)
        ):
            taken |= set(covered)
            yield tuple(sorted(covered))


def _count(tokens: Sequence[Token], language: Language) -> int | None:
    """How many were asked for: `three knocks`, `knocks twice`, `x3`."""
    for at, token in enumerate(tokens):
        if token.kind == "number" and token.value is not None and token.value.denominator == 1:
            before = tokens[at - 1].word if at else ""
            behind = tokens[at + 1] if at + 1 < len(tokens) else None
            if before == "x" or (behind is not None and behind.kind == "word"):
                return max(1, int(token.value))
        if token.word in language.counts and token.word not in ("double", "single", "pair", "few", "couple"):
            return language.counts[token.word]
        if token.word in ("couple", "few", "pair") and at and tokens[at - 1].word == "a":
            return language.counts[token.word]
    return None
