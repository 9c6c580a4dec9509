"""Takes in the store: what their keys are made of, how they are kept, how they are found again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from v2a.host import Registered
from v2a.interfaces import Generator, GeneratorCard, StageBench, Store, about
from v2a.model import Cue, FeatureTrack, Mark, Observations, Part, Request, SoundFile, Take, Video, codec
from v2a.stages.generating.criteria import score
from v2a.stages.generating.joining import Joined
from v2a.stages.generating.windows import Window

VERSION = "7"


@dataclass(frozen=True)
class Attempt:
    """One attempt at a cue by one generator: the request for the whole of it, its windows and its key; and what was
    `seen` of the film that it is for, where there is one. `features` are those of each window, once they are there.
    Files that its parameters name are `called` by the user as is found here by their names in the store.
    """

    cue: Cue
    candidate: int
    entry: Registered[Generator]
    request: Request
    windows: tuple[Window, ...]
    key: str
    seen: Observations | None = None
    features: tuple[Mapping[str, FeatureTrack], ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)

    @property
    def card(self) -> GeneratorCard:
        """The generator's card."""
        return self.entry.thing.card

    @property
    def film(self) -> Video | None:
        """The film that it is for, where there is one."""
        return None if self.seen is None else self.seen.video


def key(
    store: Store, card: GeneratorCard, request: Request, candidate: int, made_of: Mapping[str, str]
) -> str:
    """The key of a take: all that its sound follows from.

    Features, a reference and files that parameters name count by what they hold, which is what it is `made_of`;
    parameters that are not keyed do not count.
    """
    made_by = (card.name, card.version, card.weights)
    windowing: tuple[object, ...] = (card.windowing, card.window, card.overlap, card.quantum)
    windowing += () if card.least is None else (card.least,)
    idle = {f.name for f in dataclasses.fields(card.params) if not about(f).keyed}
    params = {n: value for n, value in request.params.items() if n not in made_of and n not in idle}
    asked = replace(request, params=params, features={}, reference=None, tail=None, melody=None)
    return store.key("take", VERSION, made_by, windowing, candidate, asked, made_of)


def found(store: Store, take_key: str) -> Take | None:
    """The take that was made before, if there is one."""
    value = store.value(take_key)
    if value is None:
        return None
    try:
        return codec.decode(Take, value)
    except ValueError:
        return None


def keep(
    attempt: Attempt, joined: Joined, bench: StageBench, marked: Callable[[Take], tuple[Mark, ...]]
) -> Take:
    """Put a finished take's files and then its value into the store, with the marks that it gets."""
    store, card = bench.store, attempt.card
    sound = _kept(store, attempt.key, joined.sound)
    parts = tuple(
        Part(name, _kept(store, store.key(attempt.key, "part", name), part))
        for name, part in sorted(joined.parts.items())
    )
    sheet = store.keep(store.key(attempt.key, "score"), Path(joined.score)) if joined.score else ""
    take = Take(
        id=attempt.key[:12],
        cue=attempt.cue.id,
        sound=sound,
        generator=card.name,
        version=card.version,
        seed=attempt.request.seed,
        candidate=attempt.candidate,
        prompt=attempt.cue.prompt,
        licence=replace(card.licence, commercial=joined.commercial or card.licence.commercial),
        weights=card.weights,
        sync=joined.sync,
        credits=joined.credits,
        parts=parts,
        notes=joined.notes,
        synced=joined.synced,
        sheet=str(sheet),
        device=bench.device if bench.device.partition(":")[0] in card.devices else card.devices[0],
    )
    marks = marked(take)
    take = replace(take, marks=marks, score=score(marks))
    store.keep_value(attempt.key, take)
    return take


def _kept(store: Store, file_key: str, sound: SoundFile) -> SoundFile:
    return replace(sound, path=str(store.keep(file_key, Path(sound.path))))
