"""One clause turned into wishes: which sounds it names, in which words, how loud, where and how often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from v2a.builtin.planner.clauses import Clause, Named, written
from v2a.builtin.planner.clock import When
from v2a.builtin.planner.hanging import FOLLOWING
from v2a.builtin.planner.musical import MUSIC, described
from v2a.builtin.planner.places import named_room, room_said
from v2a.builtin.planner.tokens import Token, stem
from v2a.builtin.planner.vocabulary import (
    KindWord,
    Language,
    Material,
    Modifier,
    Mood,
    Sound,
    Trend,
    Turn,
    trend_of,
)
from v2a.builtin.planner.wishes import Wish
from v2a.model.spotting import Kind, RoomName

_MOST_SINGLE = 12


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a clause that is one sound: its head, what it stands in, and its tokens from `start` to `stop`."""

    head: Sound
    start: int
    stop: int
    context: tuple[Sound, ...] = ()


def wishes_of(clause: Clause, when: When, language: Language) -> tuple[Wish, ...]:
    """The wishes in a clause that names sounds; a place that a sound stands in is wished for too, as implied."""
    wishes: list[Wish] = []
    for piece in _pieces(clause, language):
        wish = _wish(clause, piece, when, language)
        wishes.append(wish)
        for place in piece.context:
            if place.kind == "bg" and wish.kind not in ("bg", "mx", "vo"):
                large = place.name == "room" and wish.room in ("hall", "church")
                prompt = "large hall" if large else place.say[0]
                implied = Wish(wish.text, "bg", prompt, place, replace(when, length=None), implied=True)
                wishes.append(implied)
    return tuple(wishes)


def _pieces(clause: Clause, language: Language) -> list[_Piece]:
    pieces: list[_Piece] = []
    last: Named | None = None
    for named in clause.sounds:
        sound = named.meaning
        assert isinstance(sound, Sound)
        if any(other.meaning == sound and other.first < named.first for other in clause.sounds):
            last = named
            continue
        if last is None or not pieces:
            pieces.append(_Piece(sound, 0, len(clause.tokens)))
        else:
            between = clause.tokens[last.tokens[-1] + 1 : named.first]
            piece = pieces[-1]
            if any(language.among("prepositions", t.word) for t in between):
                pieces[-1] = replace(piece, context=(*piece.context, sound))
            elif _family(sound.kind) == _family(piece.head.kind) and (
                sound.kind == "mx" or not _apart(clause, last, named)
            ):
                first = clause.tokens[last.first].word.endswith("ing")
                head = piece.head if first or sound.name in _GENERAL else sound
                pieces[-1] = replace(piece, head=head)
            else:
                cut = last.tokens[-1] + 1
                pieces[-1] = replace(piece, stop=cut)
                pieces.append(_Piece(sound, cut, len(clause.tokens)))
        last = named
    return pieces


_GENERAL = frozenset({"air", "room", "music", "tune"})


def _family(kind: Kind) -> str:
    return "spot" if kind in ("fo", "fx") else kind


def _apart(clause: Clause, last: Named, named: Named) -> bool:
    """Whether words that say nothing about the second sound stand between two."""
    described = {t for n in clause.named if not isinstance(n.meaning, Sound) for t in n.tokens}
    return any(at not in described for at in range(last.tokens[-1] + 1, named.first))


def _wish(clause: Clause, piece: _Piece, when: When, language: Language) -> Wish:
    inside = [n for n in clause.named if piece.start <= n.first < piece.stop]
    modifiers = [n.meaning for n in inside if isinstance(n.meaning, Modifier)]
    trend = next(filter(None, (trend_of(n.meaning) for n in inside)), "")
    moods = [n.meaning for n in inside if isinstance(n.meaning, Mood)]
    tokens: Sequence[Token] = clause.tokens[piece.start : piece.stop]
    kind = _kind(clause, piece.head)
    if kind in ("bg", "mx"):
        growing = {t for n in inside if isinstance(n.meaning, Trend | Turn) for t in n.tokens}
        tokens = tuple(t for at, t in enumerate(tokens, piece.start) if at not in growing)
    if kind == "bg":
        trend = next((n.meaning.direction for n in inside if isinstance(n.meaning, Trend)), "")
    count = clause.count if kind in ("fo", "fx") and not when.enumerated else None
    if count is not None and count <= _MOST_SINGLE:
        tokens = _single(tokens, language)
    if trend and kind in ("bg", "mx") and when.edge:
        when = When()
    head = [clause.tokens[t] for n in inside if n.meaning == piece.head for t in n.tokens]
    alone = _alone(tokens, head, language) if kind == "mx" and piece.head.name not in _GENERAL else ""
    return Wish(
        text=" ".join(part for part in (clause.text, when.text) if part),
        kind=kind,
        head=written(head),
        prompt=alone + (trimmed(tokens, language) or piece.head.name),
        sound=piece.head,
        when=when,
        gain=max(-24.0, min(12.0, piece.head.gain + clause.level + sum(m.gain for m in modifiers))),
        pan=next((m.pan for m in modifiers if m.pan is not None), None),
        pace=next((m.pace for m in modifiers if m.pace != 1.0), 1.0),
        count=count,
        trend=trend,
        mood=moods[0] if moods else None,
        materials=tuple(n.meaning.name for n in inside if isinstance(n.meaning, Material)),
        characters=tuple(dict.fromkeys([*(m.character for m in modifiers), *(m.name for m in moods)])),
        room=_room(clause, kind, piece.head),
        follows=clause.join in FOLLOWING,
        comes=clause.comes,
        goes=clause.goes,
    )


_SPACES = frozenset({"room", "office", "cave", "city", "forest", "crowd"})


def _room(clause: Clause, kind: Kind, sound: Sound) -> RoomName:
    """Where a sound is said to be heard; some backgrounds are themselves places."""
    if kind != "bg":
        return room_said(clause.tokens)
    stems = [stem(t.text) for t in clause.tokens]
    return named_room(stems, len(stems)) if sound.name in _SPACES else ""


def _kind(clause: Clause, sound: Sound) -> Kind:
    """The sound's kind, unless the clause says that it is meant as a background."""
    said = {k.kind for k in clause.kinds}
    return "bg" if sound.kind in ("fo", "fx") and "bg" in said else sound.kind


def _alone(tokens: Sequence[Token], players: Sequence[Token], language: Language) -> str:
    """`only` or `just` where nobody else is to play: `only sad guitar`, `just a piano`; `just soft pads` says no more than that."""
    opening = list(takewhile(lambda t: language.among("fillers", t.word) or t.kind == "mark", tokens))
    at = next((n for n, token in enumerate(opening) if language.among("only", token.word)), None)
    behind = list(tokens[at + 1 :]) if at is not None else []
    while behind and language.among("articles", behind[0].word):
        behind.pop(0)
    if at is None or not behind or language.among("fillers", behind[0].word):
        return ""
    said = tokens[at : len(tokens) - len(behind) + 1]
    apart = any(second.start > first.end + 1 for first, second in pairwise(said))
    simply = tokens[at].word == "just" and behind[0] not in players
    return "" if apart or simply else f"{tokens[at].word} "


_OPENING = frozenset({"bring", "something"})


def trimmed(tokens: Sequence[Token], language: Language) -> str:
    """The words of a prompt: without `please add some` in front and `at the` behind."""
    kept = list(tokens)
    while len(kept) > 1 and (
        language.among("fillers", kept[0].word) or kept[0].word in _OPENING or kept[0].kind == "mark"
    ):
        kept.pop(0)
    while len(kept) > 1 and (language.among("tails", kept[-1].word) or kept[-1].kind in ("mark", "number")):
        kept.pop()
    return written(kept)[:400].strip()


def _single(tokens: Sequence[Token], language: Language) -> list[Token]:
    """The words for one of several: without the number, and not in the plural."""
    kept = [
        t
        for t in tokens
        if t.kind != "number" and t.word not in language.counts and t.word not in ("x", "times")
    ]
    return [replace(t, text=t.text[:-1]) if _plural(t.word) else t for t in kept]


def _plural(word: str) -> bool:
    return len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ches", "shes"))


def plain_wish(clause: Clause, kind: Kind, when: When, text: str, language: Language) -> Wish:
    """Music or a voice that is only said to be wanted, and how: `the music should be sad` is sad music."""
    trend = clause.trend
    return Wish(
        text=text,
        kind=kind,
        prompt=_of_music(clause, language) if kind == "mx" else _of_voice(clause, language),
        sound=MUSIC if kind == "mx" else Sound("voice", "vo", ("speech",)),
        when=When() if trend and when.edge else when,
        gain=clause.level + sum(m.gain for m in clause.modifiers),
        mood=clause.moods[0] if clause.moods else None,
        trend=trend,
        characters=tuple(m.character for m in clause.modifiers),
        follows=clause.join in FOLLOWING,
        comes=clause.comes,
        goes=clause.goes,
    )


def _of_voice(clause: Clause, language: Language) -> str:
    return trimmed(clause.tokens, language) if clause.unknown(language) and not clause.trend else clause.text


def _of_music(clause: Clause, language: Language) -> str:
    """The user's words for music; out of a sentence those that say how it is, before `music`."""
    growing = {t for n in clause.named if isinstance(n.meaning, Trend | Turn) for t in n.tokens}
    tokens = [t for at, t in enumerate(clause.tokens) if at not in growing]
    called = {t for n in clause.named if isinstance(n.meaning, KindWord) for t in n.tokens}
    adjectives = described([t for at, t in enumerate(clause.tokens) if at not in growing | called], language)
    if not adjectives:
        return "music"
    if any(language.among("verbs", t.word) for t in tokens):
        return f"{adjectives} music"
    return trimmed(tokens, language)


def same_music(last: Wish, wish: Wish, clause: Clause) -> bool:
    """Whether a clause goes on about the music of the one before: `sad piano and strings`.

    Of music that has its time only details do that have none: `epic music until 0:10, orchestral`.
    """
    if last.kind != "mx" or wish.kind != "mx":
        return False
    if not last.when.anywhere:
        detail = wish.when.anywhere and wish.sound.name not in ("music", "tune")
        return detail and clause.join in (",", "with", "plus")
    return clause.join in ("and", "with", "plus") or (clause.join == "," and not clause.whens)


def one_music(last: Wish, wish: Wish, clause: Clause) -> Wish:
    """What two clauses say of one music."""
    joint = {"with": " with ", ",": ", "}.get(clause.join, " and ")
    general = last.sound.name in ("music", "tune")
    return replace(
        last,
        prompt=f"{last.prompt}{joint}{wish.prompt}",
        head=wish.head if general else last.head,
        gain=max(-24.0, min(12.0, last.gain + wish.gain)),
        text=f"{last.text}{joint}{wish.text}",
        sound=wish.sound if general else last.sound,
        when=last.when if wish.when.anywhere else wish.when,
        mood=last.mood or wish.mood,
        trend=last.trend or wish.trend,
        comes=last.comes or wish.comes,
        goes=last.goes or wish.goes,
        characters=(*last.characters, *wish.characters),
    )


def shares_time(last: Wish, wish: Wish, clause: Clause) -> bool:
    """Whether a time at the end holds for both: `wind and rain during scene 2`, `thunder and rain until 0:04`.

    A stretch holds for all but music; a point only for what is alike: birds do not begin with a door.
    """
    spot = ("fo", "fx")
    family = last.kind == wish.kind or (last.kind in spot and wish.kind in spot)
    stretch = bool(wish.when.spans) and not {"mx", "vo"} & {last.kind, wish.kind}
    family = family or stretch
    return family and clause.join == "and" and last.when.anywhere and not wish.when.anywhere
