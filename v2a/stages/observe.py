"""Observe: every observer watches the film in one decode, in parts that a kill does not lose, and concludes."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from v2a.builtin.executors.failures import told
from v2a.errors import UnknownName, V2aError
from v2a.host import Registered
from v2a.interfaces import Bench, Observer, StageBench, option
from v2a.media.losses import joined
from v2a.model import Counted, Lost, Observations, Video
from v2a.stages.concluding import Order, clashes, conclude
from v2a.stages.lost import said
from v2a.stages.parts import Part, Shelf, companies, parts_of
from v2a.stages.watching import watch

FAILED = "observer "


@dataclass(frozen=True)
class ObserveOptions:
    """Which observers run, and how long a part is."""

    observers: tuple[str, ...] = option((), "observers to run besides the usual ones", flag="--observers")
    without: tuple[str, ...] = option((), "observers to leave out", flag="--without")
    part: Fraction = option(
        Fraction(300), "what is watched at once, and lost at most by a kill", unit="s", low=1
    )


@dataclass(frozen=True)
class ObserveInputs:
    """A film, the observers there are, and the features that generators ask for by name."""

    video: Video
    observers: Mapping[str, Registered[Observer]]
    wanted: tuple[str, ...] = ()


def run(inputs: ObserveInputs, options: ObserveOptions, bench: StageBench) -> Observations:
    """Observe a film; an observer that fails is left out and named in a note that begins with "observer"."""
    roll = _Roll(inputs, options)
    parts = parts_of(inputs.video, options.part)
    lacking = {o.card.name: Shelf(bench.store, inputs.video, o.card).lacking(parts) for o in roll.running}
    for part in parts:
        lacked = [o for o in roll.running if part in lacking[o.card.name]]
        _watch(inputs.video, part, lacked, roll, bench)
        bench.progress(float(part.span.end), float(inputs.video.duration))
    roll.count(bench)
    found = _conclude(inputs.video, parts, roll, bench, _lost(inputs.video, parts, roll, bench))
    roll.blame(bench)
    return found


def at_hand(
    observers: Mapping[str, Registered[Observer]], bench: Bench
) -> Mapping[str, Registered[Observer]]:
    """The observers as they are at this bench; one that fails to say is left as it was, and tells when it is opened."""
    return {name: replace(entry, thing=_at(entry.thing, bench)) for name, entry in observers.items()}


def _at(observer: Observer, bench: Bench) -> Observer:
    try:
        here = observer.at(bench)
    except Exception:  # noqa: BLE001 - a plugin may raise anything; the others go on
        return observer
    return here if isinstance(here, Observer) and here.card.name == observer.card.name else observer


def failures(observations: Observations) -> tuple[str, ...]:
    """The notes that tell of observers which failed; a result with any of them is not one to store."""
    return tuple(note for note in observations.notes if note.startswith(FAILED))


class _Roll:
    """Which observers are still in, what went wrong with the others, and how many parts each one watched."""

    def __init__(self, inputs: ObserveInputs, options: ObserveOptions) -> None:
        self.notes: list[str] = []
        self.known = frozenset(inputs.observers)
        self.failed: dict[str, V2aError] = {}
        self._watched: dict[str, int] = {}
        self._named(inputs, (*options.observers, *options.without))
        asked = [
            entry.thing
            for name, entry in inputs.observers.items()
            if name not in options.without
            and (entry.thing.card.default or name in options.observers or _wanted(entry.thing, inputs.wanted))
        ]
        self.running = [o for o in asked if self._can(o, inputs.video)]
        for name, error in clashes(self.running).items():
            self.fail(name, error)

    def _named(self, inputs: ObserveInputs, names: Sequence[str]) -> None:
        for name in names:
            if name not in inputs.observers:
                known = ", ".join(sorted(inputs.observers)) or "none"
                raise UnknownName(f"no observer is called {name!r}", remedy=f"There are: {known}.")

    def _can(self, observer: Observer, video: Video) -> bool:
        card = observer.card
        missing = [name for name in card.needs if importlib.util.find_spec(name.partition(".")[0]) is None]
        if missing:
            self.notes.append(f"{card.name} was not observed: {missing[0]} is not installed")
        elif card.lacks:
            self.notes.append(f"{card.name} was not observed: {card.lacks}")
        elif card.sound is not None and card.picture is None and not video.sound:
            self.notes.append("The film has no sound of its own, so there was only its picture to go by.")
        else:
            return True
        return False

    def fail(self, name: str, error: V2aError) -> None:
        """Leave an observer out from here on."""
        self.failed.setdefault(name, error)
        self.running = [o for o in self.running if o.card.name != name]

    def watched(self, name: str) -> None:
        """Remember that an observer watched one more part."""
        self._watched[name] = self._watched.get(name, 0) + 1

    def count(self, bench: StageBench) -> None:
        """Tell which observers really ran, and on how many parts."""
        for name, number in self._watched.items():
            bench.tell(Counted("observer", name, number))

    def blame(self, bench: StageBench) -> None:
        """Tell which observers failed."""
        for error in self.failed.values():
            bench.tell(told(error))


def _wanted(observer: Observer, wanted: Sequence[str]) -> bool:
    return any(feature in wanted for feature in observer.card.features)


def _watch(video: Video, part: Part, lacking: Sequence[Observer], roll: _Roll, bench: StageBench) -> None:
    for company in companies(lacking):
        for seat in watch(video, part, company, bench):
            roll.watched(seat.card.name)
            if seat.error is not None:
                roll.fail(seat.card.name, seat.error)


def _lost(video: Video, parts: Sequence[Part], roll: _Roll, bench: StageBench) -> tuple[Lost, ...]:
    """What was lost to any of those who watched the whole film."""
    shelves = [Shelf(bench.store, video, observer.card) for observer in roll.running]
    return joined(each for shelf in shelves for part in parts for each in shelf.lost(part) or ())


def _conclude(
    video: Video, parts: Sequence[Part], roll: _Roll, bench: StageBench, lost: Sequence[Lost]
) -> Observations:
    features = {
        name: track
        for observer in roll.running
        for name, track in Shelf(bench.store, video, observer.card).tracks(parts).items()
    }
    order = Order(roll.running, roll.known)
    notes = dict.fromkeys((*roll.notes, *said(lost), *order.notes))
    observations = Observations(video, lost=tuple(lost), features=features, notes=tuple(notes))
    for name, error in order.stuck.items():
        roll.fail(name, error)
    for observer in order.ready:
        bench.check_cancelled()
        try:
            observations = conclude(bench, observer, observations)
        except V2aError as error:
            if error.exit_code == 130:
                raise
            roll.fail(observer.card.name, error)
    failed = tuple(str(error) for error in roll.failed.values())
    return replace(observations, notes=(*observations.notes, *failed))
