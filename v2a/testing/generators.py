"""The contract of a generator: its sound has the asked length, comes in order, follows the seed, runs anywhere.

What one that takes a reference has to keep besides is in `v2a.testing.references`, what one that takes a tempo in
`v2a.testing.scores`.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

from v2a.interfaces import Generator, GeneratorCard
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, guarded, settle
from v2a.testing.hosts import module_of
from v2a.testing.references import reference_findings
from v2a.testing.scores import tempo_findings
from v2a.testing.scratch import scratch
from v2a.testing.trying import HOOK, Trial, Tried


def check_generator(
    generator: Generator,
    module: str | ModuleType | None = None,
    executors: Sequence[str] = ("local", "process"),
    trial: Trial | None = None,
) -> None:
    """Raise ContractBroken if a generator breaks the contract.

    `module` is the one whose hook lists it, so that executors find it; without it, the generator's own module is
    taken if it has the hook, and else the generator runs only here.
    """
    settle(generator_findings(generator, module, executors, trial))


def generator_findings(
    generator: Generator,
    module: str | ModuleType | None = None,
    executors: Sequence[str] = ("local", "process"),
    trial: Trial | None = None,
) -> Iterator[Finding]:
    """Every breach of the contract by a generator."""
    subject = f"generator {generator.card.name}"
    yield from card_findings(generator.card, subject)
    yield from _card_findings(generator.card, subject)
    if generator.card.lacks:
        yield Finding(subject, generator.card.lacks, "Then check it again.", untried=True)
        return
    with scratch() as folder:
        tried = Tried(generator, trial or Trial(), folder, subject)
        yield from guarded(subject, tried.findings)
        yield from guarded(subject, functools.partial(reference_findings, tried))
        yield from guarded(subject, functools.partial(tempo_findings, tried))
        where = _module_name(generator, module)
        for name in executors if where else ():
            yield from guarded(f"{subject} in {name}", functools.partial(tried.findings_in, name, where))


def _module_name(generator: Generator, module: str | ModuleType | None) -> str:
    if module is not None:
        return module_of(module).__name__
    name = type(generator).__module__
    for candidate in (name, name.partition(".")[0]):
        listed = getattr(sys.modules.get(candidate), HOOK, None)
        if listed is not None and any(g.card.name == generator.card.name for g in listed()):
            return candidate
    return ""


def _card_findings(card: GeneratorCard, subject: str) -> Iterator[Finding]:
    if not 8_000 <= card.rate <= 192_000:
        yield Finding(subject, f"a rate of {card.rate} Hz does not fit", "Give the rate it makes sound at.")
    if not 1 <= card.channels <= 16:
        yield Finding(
            subject, f"{card.channels} channels do not fit", "Give the channels it makes, most often 1 or 2."
        )
    if card.window is not None and card.window <= 0:
        yield Finding(
            subject, f"a window of {card.window} s does not fit", "Give the longest stretch it makes at once."
        )
    if card.quantum is not None and card.quantum <= 0:
        yield Finding(
            subject, f"a quantum of {card.quantum} s does not fit", "Give the step its length comes in."
        )
    if card.least is not None and not 0 < card.least <= (card.window or card.least):
        yield Finding(
            subject, f"a least of {card.least} s does not fit", "Make it no longer than the window."
        )
    if card.window is not None and card.windowing == "overlapped" and card.overlap >= card.window:
        yield Finding(subject, "its overlap is as long as its window", "Make overlap shorter than window.")
    strange = [name for name in card.spared if name not in card.encoders]
    if strange:
        yield Finding(
            subject, f"can spare {strange[0]!r}, which it does not ask for", "Name encoders of its own."
        )
    if card.precomputed and card.precomputed not in {f.name for f in dataclasses.fields(card.params)}:
        yield Finding(
            subject, f"has no parameter {card.precomputed!r}", "Name one that is a file of features."
        )
    if not card.devices:
        yield Finding(subject, "runs on no device", 'Name the devices it runs on, at least "cpu".')
