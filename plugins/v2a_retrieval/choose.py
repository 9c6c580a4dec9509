"""Chooses recordings for a cue: by words, length, onsets, loudness and perspective, and never one twice in a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

import v2a
from v2a_retrieval import licences
from v2a_retrieval.search import Hit, Query, Search
from v2a_retrieval.words import musical, repeats, tokens

_LOOKED_AT = 60
_CLOSE_TO_BEST = 0.06
_POOL = 12
_QUIET = -50.0
_FAR = frozenset(["distant", "far", "away", "exterior", "outside", "outdoor", "wide", "perspective"])
_NEAR = frozenset(["close", "near", "nearby", "interior", "inside", "indoor", "onboard", "detail"])
_OUT = frozenset(["exterior", "outside", "outdoor", "ext"])
_IN = frozenset(["interior", "inside", "indoor", "room", "int"])
_GROUPS = 2
_SAME_PLACE = 0.05
_CLAUSE = re.compile(r",|;|\band\b|\bwith\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a recording may be used: its licence (empty: any), and how well it must fit."""

    licence: str = ""
    match: float = 0.7


def hits(search: Search, prompt: str, terms: Terms) -> list[Hit]:
    """The recordings that are there now, may be used, and fit well enough, best first.

    A bass drop is no drop: what is named after an instrument fits only who asks for one.
    """
    query = Query(prompt, licences.wanted(terms.licence), _LOOKED_AT, online=True)
    found = [hit for hit in search(query) if hit.fit >= terms.match]
    return found if musical(prompt) else [hit for hit in found if not musical(hit.title)]


def clauses(prompt: str) -> list[str]:
    """The sounds of a prompt that names several."""
    parts = [part.strip() for part in _CLAUSE.split(prompt)]
    return [part for part in parts if tokens(part)]


def for_spot(found: Sequence[Hit], request: v2a.Request) -> list[Hit]:
    """The recordings for a one-shot or a gesture, best first, none much worse than the best."""
    room = max(0.1, float(request.whole - (request.sync or 0)))
    again = repeats(request.prompt)
    return _pool([replace(hit, fit=_spot(hit, room, again) + _perspective(hit, request)) for hit in found])


def for_background(found: Sequence[Hit], request: v2a.Request) -> list[Hit]:
    """The recordings that can fill a stretch of film, best first."""
    able = [hit for hit in found if hit.sound.duration >= 3.0]
    return _pool([replace(hit, fit=_background(hit, request) + _perspective(hit, request)) for hit in able])


def _pool(scored: list[Hit]) -> list[Hit]:
    ranked = sorted(scored, key=lambda hit: (-hit.fit, hit.digest))
    return [hit for hit in ranked if hit.fit >= ranked[0].fit - _CLOSE_TO_BEST][:_POOL]


def _spot(hit: Hit, room: float, again: bool) -> float:
    sound = hit.sound
    fit = hit.fit
    if again:
        fit += 0.02 * min(sound.onsets, 5) / 5
    else:
        fit -= 0.015 * min(max(0, sound.onsets - 2), 6)
        fit -= 0.04 * float(np.clip(np.log2(max(sound.duration, 0.05) / max(room, 0.5)) / 3, 0, 1))
    if sound.loudness is None or sound.loudness < _QUIET:
        fit -= 0.1
    return fit


def _background(hit: Hit, request: v2a.Request) -> float:
    sound = hit.sound
    fit = hit.fit + 0.05 * min(1.0, sound.duration / max(1.0, min(60.0, float(request.whole))))
    fit += 0.02 if sound.loop else 0.0
    return fit - 0.03 * float(np.clip((sound.steady - 4.0) / 8.0, 0, 1))


def _perspective(hit: Hit, request: v2a.Request) -> float:
    """What the shot's size and the scene's walls say of a recording that names where it was made."""
    words = set(tokens(f"{hit.title} {hit.said}"))
    size = request.shots[0].size if request.shots else None
    turned = 0.0
    if size is not None and size != "medium":
        like, unlike = (_NEAR, _FAR) if size == "close" else (_FAR, _NEAR)
        turned += _SAME_PLACE * (bool(words & like) - bool(words & unlike))
    if request.scene is not None and request.scene.interior is not None:
        like, unlike = (_IN, _OUT) if request.scene.interior else (_OUT, _IN)
        turned += _SAME_PLACE * (bool(words & like) - bool(words & unlike))
    return turned


def turn(pool: Sequence[Hit], request: v2a.Request) -> list[Hit]:
    """The recordings of a pool in the order in which a cue uses them, by its seed.

    Cues that follow each other have numbers that do, and take their first from different halves of the pool: so two
    of them never begin with the same recording, where there are two.
    """
    ranked = sorted(pool, key=lambda hit: hit.digest)
    groups = min(_GROUPS, len(ranked))
    own = ranked[_number(request.cue) % groups :: groups]
    rest = [hit for hit in ranked if hit not in own]
    rng = np.random.default_rng(v2a.derived_seed(request.seed, "recordings"))
    return [own[n] for n in rng.permutation(len(own))] + [rest[n] for n in rng.permutation(len(rest))]


def _number(cue: str) -> int:
    found = re.search(r"(\d+)\D*$", cue)
    return int(found[1]) if found else 0


def unlike(first: Hit, others: Sequence[Hit], count: int) -> list[Hit]:
    """The recordings that add most to one: those whose spectrum differs most from it."""

    def distance(hit: Hit) -> float:
        one, two = (np.frombuffer(h.sound.bands, np.int8).astype(float) for h in (first, hit))
        return float(np.abs(one - two).mean()) if one.size and one.size == two.size else 0.0

    able = [hit for hit in others if hit.digest != first.digest]
    return sorted(able, key=lambda hit: (-distance(hit), hit.digest))[:count]
