"""What a clause says of music that lands: the word for it, what stands before it, and what it lands on."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from v2a.builtin.planner.clauses import Clause, Named, is_small, written
from v2a.builtin.planner.musical import is_music
from v2a.builtin.planner.tokens import Token, stem, stems_of
from v2a.builtin.planner.vocabulary import (
    KindWord,
    Material,
    Modifier,
    Mood,
    Sound,
    Trend,
    Turn,
    Vocabulary,
    table,
)
from v2a.builtin.planner.wishes import MARK

# What a mark weighs that is to be strong, and one that is to be soft.
_STRONG, _SOFT = 25.0, 4.0
_PEOPLE = frozenset({"he", "she", "they", "someone", "somebody", "who"})
_JUST = frozenset({"right", "exactly", "just", "precisely", "hard"})
_OBJECTS = frozenset({"on", "with", "to", "cuts", "every", "each", "all"})
_LONGEST = 80
_ACCENT = Sound("accent", "mx", ("accent",))
# What is hit is told right behind its time in so many words: `0:08 title card`.
_TOLD = 3


@dataclass(frozen=True)
class Words:
    """The words for landing, by their stems."""

    nouns: frozenset[str]
    verbs: frozenset[str]
    bare: frozenset[str]
    plain: frozenset[str]
    heard: frozenset[str]
    seen: frozenset[str]
    ends: frozenset[str]
    endings: frozenset[str]
    strong: frozenset[str]
    arrivals: frozenset[str]
    soft: frozenset[str]

    @classmethod
    @functools.cache
    def known(cls) -> Words:
        """Those of the table of music."""
        rows = table("music")["landing"]
        stems = {name: frozenset(stems_of(" ".join(words))) for name, words in rows.items()}
        return cls(bare=frozenset(rows["verbs"]), **stems)


@dataclass(frozen=True)
class SaidHit:
    """A clause that speaks of landing: what stands before the word for it, which word it is, and what stands behind."""

    clause: Clause
    at: int
    of_music: bool
    ending: bool = False

    @property
    def head(self) -> tuple[Token, ...]:
        """What stands before the word."""
        return self.clause.tokens[: self.at]

    @property
    def word(self) -> Token:
        """The word itself."""
        return self.clause.tokens[self.at]

    @property
    def tail(self) -> tuple[Token, ...]:
        """What stands behind it."""
        rest = self.clause.tokens[self.at + 1 :]
        return rest[1:] if rest and rest[0].word in ("point", "points") else rest

    @property
    def arrives(self) -> bool:
        """Whether music builds up to it: `builds to 1:10`."""
        return _builds(self.clause, self.at)

    @property
    def imperative(self) -> bool:
        """Whether it stands as a verb that tells the composer what to do."""
        return self.word.word in Words.known().bare and bool(self.tail)


def speaks_of_music(clause: Clause) -> bool:
    """Whether a clause asks for music."""
    return not clause.negated and _has_music(clause, len(clause.tokens))


def not_marked(clause: Clause, known: Vocabulary) -> Clause:
    """A clause that wants no hits, as one that wants none in music: `no stabs` takes no stabbing out of the film."""
    words = Words.known()
    marks = words.nouns | words.verbs | words.strong | words.soft
    said = [at for at, t in enumerate(clause.tokens) if not is_small(t.word, known.language)]
    if not clause.negated or not said or not all(stem(clause.tokens[at].text) in marks for at in said):
        return clause
    return replace(clause, named=(Named(_ACCENT, tuple(said)),))


def said_hit(clause: Clause, known: Vocabulary, *, of_music: bool, closing: bool) -> SaidHit | None:
    """What a clause says of landing, if it has a word for it that is none for a sound."""
    if clause.negated:
        return None
    words, ended = Words.known(), closing
    for at, token in enumerate(clause.tokens):
        part = stem(token.text) if token.kind == "word" else ""
        ended = ended or ends(clause.tokens[at - 1 : at])
        ending = ended or (part in words.endings and ends(clause.tokens[at + 1 : at + 2]))
        enumerated = part == "beat" and any(w.enumerated for w in clause.whens)
        builds = _builds(clause, at) and (of_music or _has_music(clause, at))
        seen = ending and token.word == "on" and of_music and at + 1 < len(clause.tokens)
        if not (
            part in words.nouns | words.verbs
            or (ending and part in words.endings)
            or enumerated
            or seen
            or builds
        ):
            continue
        wide = any(
            at in n.tokens and len(n.tokens) > 1 and isinstance(n.meaning, Sound) for n in clause.named
        )
        said = SaidHit(clause, at, of_music or _has_music(clause, at), ending)
        if seen or builds or (not wide and _fits(said, known)):
            return said
    return None


def _builds(clause: Clause, at: int) -> bool:
    """Whether music builds up to a time here, and nothing is said to be behind it: `builds to 1:10`, `crescendo into 0:33`."""
    rest = [t.word for t in clause.tokens[at + 1 :]]
    points = len(clause.whens) == 1 and len(clause.whens[0].points) == 1
    arrival = stem(clause.tokens[at].text) in Words.known().arrivals
    return points and arrival and rest[-1:] in (["to"], ["into"], ["towards"])


def _has_music(clause: Clause, before: int) -> bool:
    return any(
        n.first < before and (is_music(n.meaning) or isinstance(n.meaning, Mood)) for n in clause.named
    )


def _fits(said: SaidHit, known: Vocabulary) -> bool:
    """Whether what stands around the word lets it be of music."""
    return _fits_before(said, known) and _fits_behind(said, known)


def _fits_before(said: SaidHit, known: Vocabulary) -> bool:
    """Whether nobody hits, and nothing that sounds."""
    language, words = known.language, Words.known()
    named = {t: n.meaning for n in said.clause.named for t in n.tokens}
    each = said.of_music and any(when.enumerated for when in said.clause.whens)
    for at, token in enumerate(said.head):
        meaning = named.get(at)
        if said.of_music and stem(token.text) in words.nouns & words.verbs:
            continue
        if token.word in _PEOPLE or (
            isinstance(meaning, Sound | Material | KindWord) and not is_music(meaning)
        ):
            return False
        if isinstance(meaning, Modifier) and meaning.gain == 0 and not said.of_music:
            return False
        strange = meaning is None and token.kind == "word" and not is_small(token.word, language)
        degree = stem(token.text) in words.strong | words.soft | words.ends
        if strange and not (degree or each or _has_music(said.clause, at + 1)):
            return False
    return True


def _fits_behind(said: SaidHit, known: Vocabulary) -> bool:
    """Whether nothing is hit that sounds so: a time is, or what is seen."""
    language, words = known.language, Words.known()
    plain = stem(said.word.text) in words.plain
    if all(is_small(t.word, language) and not language.among("prepositions", t.word) for t in said.tail):
        noun = stem(said.word.text) in words.heard and said.word.word != "land"
        return said.of_music or not noun
    first = next((t for t in said.tail if t.word not in _JUST), said.tail[0])
    if first.word in ("in", "out", "off", "back") or said.tail[-1].word in ("silence", "nothing"):
        return False
    verb = said.word.word in words.bare or (said.of_music and stem(said.word.text) in words.verbs)
    if not verb or not _opens_object(first.word, known):
        opens = (
            language.among("prepositions", first.word)
            or first.word in ("when", "whenever")
            or first.kind == "quote"
        )
        opens = opens or (said.of_music and len(said.tail) <= _TOLD and not _names_sound(said))
        return opens and (not plain or said.of_music)
    return not plain or said.of_music or _is_seen(said, known)


def _names_sound(said: SaidHit) -> bool:
    return any(n.first > said.at and isinstance(n.meaning, Sound | Material) for n in said.clause.named)


def _opens_object(word: str, known: Vocabulary) -> bool:
    return known.language.among("articles", word) or word in _OBJECTS


def _is_seen(said: SaidHit, known: Vocabulary) -> bool:
    """Whether what is to be hit is something that is seen: a cut, a title, a door that slams."""
    words = Words.known().seen
    skip = said.at + 1
    heard = any(n.first >= skip and isinstance(n.meaning, Sound) for n in said.clause.named)
    stuff = any(n.first >= skip and isinstance(n.meaning, Material) for n in said.clause.named)
    return any(stem(t.text) in words for t in said.tail) or (heard and not stuff)


def ends(tokens: Sequence[Token]) -> bool:
    """Whether words say that something ends."""
    return any(stem(t.text) in Words.known().ends for t in tokens)


def every_cut(said: SaidHit) -> bool:
    """Whether all cuts are to be hit."""
    return not said.clause.whens and bool(said.tail) and said.tail[-1].word in ("cuts", "edits")


def music_in(said: SaidHit, known: Vocabulary) -> Clause | None:
    """The music of which a clause says that it lands, as a clause of its own: `epic drums that hit at 0:12`."""
    kept = [
        n for n in said.clause.named if n.tokens[-1] < said.at and not isinstance(n.meaning, Turn | Trend)
    ]
    words = Words.known()
    told = [n for n in kept if not all(stem(said.clause.tokens[t].text) in words.plain for t in n.tokens)]
    if not any(is_music(n.meaning) or isinstance(n.meaning, Mood) for n in told) or said.ending:
        return None
    tokens = list(said.head)
    while len(tokens) > kept[-1].tokens[-1] + 1 and is_small(tokens[-1].word, known.language):
        tokens.pop()
    turned = any(token.word in ("to", "into") for token in tokens[: kept[0].first])
    whens = said.clause.whens if turned else ()
    return replace(said.clause, tokens=tuple(tokens), named=tuple(kept), whens=whens, count=None)


def weight_of(clause: Clause) -> float:
    """What a mark weighs, as it is said to be strong or soft."""
    words, said = Words.known(), {stem(t.text) for t in clause.tokens}
    gain = sum(n.meaning.gain for n in clause.named if isinstance(n.meaning, Modifier))
    if said & words.strong or gain > 0:
        return _STRONG
    return _SOFT if said & words.soft or gain < 0 else MARK


def name_of(tokens: Sequence[Token], word: Token | None, known: Vocabulary) -> str:
    """What is hit, in the user's words; where nothing is said of that, the word for it if it says more than hit or mark."""
    language, kept = known.language, list(tokens)
    opening = ("prepositions", "articles")
    while kept and (kept[0].word in _JUST or any(language.among(name, kept[0].word) for name in opening)):
        kept.pop(0)
    while kept and (is_small(kept[-1].word, language) and kept[-1].kind == "word"):
        kept.pop()
    text = written(kept).strip(" \"'-")
    silent = Words.known().plain | (Words.known().arrivals - Words.known().nouns)
    if not text and word is not None and stem(word.text) not in silent:
        text = word.word
    return text[:_LONGEST].strip()
