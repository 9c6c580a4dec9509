"""Concluding: each observer's findings, in the order they ask for, put together."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from numbers import Real
from typing import Any

from v2a.errors import Cancelled, PluginContract, V2aError
from v2a.interfaces import Bench, Observer
from v2a.model import Findings, Observations, Scene, Shot, Span
from v2a.stages.lost import weighed
from v2a.stages.seats import trouble

_REMEDY = "It is left out; tell its author."


class Order:
    """The observers in the order in which they conclude, those that wait for each other, and what is not there."""

    def __init__(self, observers: Sequence[Observer], known: Collection[str] = ()) -> None:
        """Sort the observers that run; only what is not even among those `known` is noted as missing."""
        self.ready: list[Observer] = []
        self.notes: list[str] = []
        self.stuck: dict[str, V2aError] = {}
        there = {o.card.name for o in observers}
        for observer in observers:
            for name in observer.card.after:
                if name not in there and name not in known:
                    self.notes.append(f"{observer.card.name} concludes without {name}, which is not there")
        self._sort(list(observers), there)

    def _sort(self, waiting: list[Observer], there: set[str]) -> None:
        done: set[str] = set()
        while waiting:
            free = [o for o in waiting if set(o.card.after) & there <= done]
            if not free:
                break
            for observer in free:
                waiting.remove(observer)
                done.add(observer.card.name)
                self.ready.append(observer)
        for observer in waiting:
            others = ", ".join(sorted(set(observer.card.after) & there - done))
            self.stuck[observer.card.name] = PluginContract(
                f"waits for {others}, and that waits for it",
                where=f"observer {observer.card.name}",
                remedy=_REMEDY,
            )


def conclude(bench: Bench, observer: Observer, so_far: Observations) -> Observations:
    """The observations with what one observer found; raises an error that names it where that does not fit."""
    try:
        found = observer.conclude(bench, so_far)
        if not isinstance(found, Findings):
            raise PluginContract(f"concluded with {type(found).__name__}, not with Findings")
        _check(found, so_far.video.duration)
        return _joined(so_far, weighed(found, so_far))
    except Cancelled:
        raise
    except (Exception, SystemExit) as error:
        raise trouble(observer.card.name, error) from error


def _check(found: Findings, duration: Fraction) -> None:
    for entry in fields(found):
        if entry.name == "notes":
            continue
        for item in getattr(found, entry.name):
            _check_item(entry.name, item, duration)


def _check_item(what: str, item: Any, duration: Fraction) -> None:
    for name, number in _numbers(item):
        if not math.isfinite(number):
            raise PluginContract(f"gave a {name} that is not finite among its {what}")
    span = item if isinstance(item, Span) else getattr(item, "span", None)
    time = getattr(item, "time", Fraction(0))
    if not 0 <= time <= duration or (span is not None and not 0 <= span.start <= span.end <= duration):
        raise PluginContract(f"found something outside the film among its {what}")


def _numbers(item: Any) -> Iterator[tuple[str, Real]]:
    """Every number in an item, by the name of its field; those of its span, which are fractions, aside."""
    for entry in fields(item):
        value = getattr(item, entry.name)
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, Real):
                yield entry.name, number


def _joined(so_far: Observations, found: Findings) -> Observations:
    """Shots and scenes of a later observer take the place of earlier ones; everything else is added."""
    changes: dict[str, Any] = {
        name: tuple(sorted((*getattr(so_far, name), *getattr(found, name)), key=_when))
        for name in ("moments", "speech", "music", "atmosphere", "onsets", "silence", "leader")
    }
    if found.shots:
        changes["shots"] = tuple(sorted(found.shots, key=_when))
        changes["scenes"] = _rehung(so_far.scenes, changes["shots"])
    if found.scenes:
        changes["scenes"] = tuple(sorted(found.scenes, key=_when))
    return replace(so_far, notes=(*so_far.notes, *found.notes), **changes)


def _when(item: Any) -> Fraction:
    if isinstance(item, Span):
        return item.start
    when: Fraction = item.time if hasattr(item, "time") else item.span.start
    return when


def _rehung(scenes: Iterable[Scene], shots: Sequence[Shot]) -> tuple[Scene, ...]:
    return tuple(
        replace(s, shots=tuple(n for n, shot in enumerate(shots) if s.span.contains(shot.span.centre)))
        for s in scenes
    )


def clashes(observers: Sequence[Observer]) -> Mapping[str, V2aError]:
    """Observers that make a feature which another one, earlier in the list, makes already."""
    owners: dict[str, str] = {}
    errors: dict[str, V2aError] = {}
    for observer in observers:
        taken = [f for f in observer.card.features if f in owners]
        if taken:
            errors[observer.card.name] = PluginContract(
                f"makes the feature {taken[0]!r}, which {owners[taken[0]]} makes already",
                where=f"observer {observer.card.name}",
                remedy="Leave one of the two out.",
            )
            continue
        owners |= dict.fromkeys(observer.card.features, observer.card.name)
    return errors
