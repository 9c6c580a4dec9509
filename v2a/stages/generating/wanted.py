"""One attempt that is wanted of a cue, from who may make it to the take or the failures in the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from v2a.errors import UnknownGenerator
from v2a.model import Cue, CueFailure, Failure, Take
from v2a.stages.generating.features import Needs
from v2a.stages.generating.references import Reference
from v2a.stages.generating.shelf import Attempt


@dataclass
class Wanted:
    """One attempt that is wanted of a cue: who may make it, who failed at it, and the take in the end.

    `reference` is what it is to come near, `without` says why it has none where one was asked for, and `takers` are the
    generators of its kind that take one; `known` says what can be made where nobody knows its prompt.
    """

    cue: Cue
    candidate: int
    names: tuple[str, ...]
    reference: Reference | None = None
    without: Failure | None = None
    takers: tuple[str, ...] = ()
    known: str = ""
    failed: list[Failure] = field(default_factory=list)
    take: Take | None = None

    @property
    def generator(self) -> str | None:
        """Whose turn it is, if anyone's."""
        return self.names[len(self.failed)] if len(self.failed) < len(self.names) else None

    def lacks(self, failure: Failure) -> None:
        """Let go of a reference that cannot be had; who asked for it is told."""
        if self.reference is None or self.reference.asked:
            self.without = failure
        self.reference = None

    def has(self, take: Take, attempt: Attempt) -> Take:
        """Take what was made or found for it, with what the reference brings where it was heard."""
        self.take = take
        if self.reference is not None and attempt.request.reference is not None:
            self.take = self.reference.credited(take)
        elif self.reference is not None and self.reference.asked:
            others = " or ".join(f'generator = "{name}"' for name in self.takers)
            remedy = f"Write {others}." if others else f"No generator of {self.cue.kind} here takes one."
            what = f"{take.generator} takes no reference"
            self.without = Failure(what, remedy, UnknownGenerator.exit_code)
        return self.take

    def failures(self) -> Iterator[CueFailure]:
        """What went wrong on the way, for the user."""
        instead = None if self.take is None else self.take.generator
        if self.without is not None:
            lost = self.without
            yield CueFailure(self.cue.id, "", lost.what, lost.remedy, lost.exit_code, instead)
        if not self.names:
            what = f"no installed generator makes {self.cue.prompt!r} ({self.cue.kind})"
            remedy = " ".join(filter(None, (self.known, "Change its prompt, or name a generator for it.")))
            yield CueFailure(self.cue.id, "", what, remedy, UnknownGenerator.exit_code)
        for name, failure in zip(self.names, self.failed):
            if failure.passed and self.take is not None and name != self.cue.generator:
                continue
            yield CueFailure(self.cue.id, name, failure.what, failure.remedy, failure.exit_code, instead)


@dataclass(frozen=True)
class Planned:
    """An attempt that is not in the store, for whom it is, and the features that each of its windows needs."""

    wanted: Wanted
    attempt: Attempt
    needs: tuple[Needs, ...]
