"""Tags of scenes: what words tables hold, and what the scores of their words make of a scene."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

import v2a

_SURE = 0.35
_TIMES = 4.0
_MOST = 6


@dataclass(frozen=True, slots=True)
class Word:
    """A tag, and when a scene gets it: the class ids or the prompt it is told by, and its least score.

    `interior` and `day` are what it says of the place; a word that is not `told` only counts for these. Prompts with
    the same `question` share one chance, with those `besides`, which stand for everything else.
    """

    name: str
    least: float
    ids: tuple[int, ...] = ()
    prompt: str = ""
    interior: bool | None = None
    day: bool | None = None
    told: bool = True
    question: str = ""
    besides: tuple[str, ...] = ()


_SHARED = ("least", "interior", "day", "told", "question")


@functools.cache
def words(table: str) -> tuple[Word, ...]:
    """The words of a table in `words/`."""
    text = (resources.files("v2a_encoders") / "words" / f"{table}.toml").read_text("utf-8")
    found = []
    for group in tomllib.loads(text)["group"]:
        shared = {key: group[key] for key in _SHARED if key in group}
        template = group.get("template", "{}")
        shared["besides"] = tuple(template.format(text) for text in group.get("besides", ()))
        for name, value in group["words"].items():
            is_prompt = isinstance(value, str)
            by = {"prompt": template.format(value)} if is_prompt else {"ids": tuple(_numbers(value))}
            found.append(Word(name, **shared, **by))
    return tuple(found)


def _numbers(given: Sequence[int | list[int]]) -> list[int]:
    """Numbers, and pairs that stand for all from the first to the second."""
    each = ([n] if isinstance(n, int) else range(n[0], n[1] + 1) for n in given)
    return [number for some in each for number in some]


Scored = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def judged(
    scenes: Sequence[v2a.Scene],
    rows: NDArray[Any],
    clock: NDArray[np.float64],
    table: Sequence[Word],
    scored: Scored,
) -> tuple[v2a.Scene, ...]:
    """The scenes with tags and setting by the mean score of each word over their rows; one without rows is as it was."""
    told = means([scene.span for scene in scenes], rows, clock, scored)
    return tuple(
        scene if scores is None else _told(scene, table, scores) for scene, scores in zip(scenes, told)
    )


def means(
    spans: Sequence[v2a.Span], rows: NDArray[Any], clock: NDArray[np.float64], scored: Scored
) -> Iterator[NDArray[np.float32] | None]:
    """The mean of each word's scores over the rows of every span; nothing where there are none that are finite."""
    starts = np.searchsorted(clock, [float(span.start) - 1e-6 for span in spans])
    ends = np.searchsorted(clock, [float(span.end) - 1e-6 for span in spans])
    for low, high in zip(starts.tolist(), ends.tolist()):
        seen = np.asarray(rows[low:high], np.float32)
        seen = seen[np.isfinite(seen).all(1)]
        yield np.asarray(scored(seen).mean(0), np.float32) if len(seen) else None


def _told(scene: v2a.Scene, table: Sequence[Word], scores: NDArray[np.float32]) -> v2a.Scene:
    order = np.argsort(-scores, kind="stable").tolist()
    named = [table[n].name for n in order if table[n].told and scores[n] >= table[n].least]
    inside = _either(scores, [word.interior for word in table])
    day = _either(scores, [word.day for word in table])
    return replace(
        scene,
        interior=inside if scene.interior is None else scene.interior,
        day=day if scene.day is None else scene.day,
        tags=tuple(dict.fromkeys((*scene.tags, *named[:_MOST]))),
    )


def _either(scores: NDArray[np.float32], says: Sequence[bool | None]) -> bool | None:
    """What the words say together, where those that say so outweigh the others by far."""
    yes, no = (sum(float(s) for s, said in zip(scores, says) if said is way) for way in (True, False))
    if max(yes, no) < _SURE or max(yes, no) < _TIMES * min(yes, no):
        return None
    return yes > no
