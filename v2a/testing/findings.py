"""What a check finds: every breach of the contract with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from v2a.errors import PluginContract


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of the contract: which plugin object, what is wrong, and what its author can do."""

    subject: str
    what: str
    remedy: str

    def __str__(self) -> str:
        """In one line."""
        return f"{self.subject}: {self.what.rstrip('.')}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked of a module, and what was found."""

    module: str
    checked: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def lines(self) -> tuple[str, ...]:
        """The report as lines of text."""
        broken = {finding.subject for finding in self.findings}
        rows = [f"{'broken' if subject in broken else 'ok    '}  {subject}" for subject in self.checked]
        told = [f"- {finding}" for finding in self.findings]
        end = f"{self.module} keeps the contract." if self.passed else f"{self.module} breaks the contract."
        return (*rows, *told, end)


class ContractBroken(PluginContract, AssertionError):
    """A plugin breaks the contract: every finding in one error, so that a test shows them all."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        first, rest = self.findings[0], self.findings[1:]
        more = "".join(f"\n{finding}" for finding in rest)
        super().__init__(first.what, where=first.subject, remedy=first.remedy)
        self._more = more

    def __str__(self) -> str:
        """One line for every finding."""
        return super().__str__() + self._more


def settle(findings: Iterable[Finding]) -> None:
    """Raise ContractBroken if there is anything."""
    found = tuple(findings)
    if found:
        raise ContractBroken(found)


def guarded(subject: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check; what the plugin raises on the way is one too, and ends it."""
    try:
        yield from check()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        yield Finding(subject, f"raised {said}", "Answer with a Failure, or raise a V2aError with a remedy.")
