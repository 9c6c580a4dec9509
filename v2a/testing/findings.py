"""What a check finds: every breach of the contract with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from v2a.errors import FileMissing, PluginContract, ProgramMissing, WeightsMissing
from v2a.model import Failure

_MISSING = (ProgramMissing, FileMissing, WeightsMissing)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach of the contract: which plugin object, what is wrong, and what its author can do.

    `untried` marks what is no breach: something is missing here, so that the rest could not be tried.
    """

    subject: str
    what: str
    remedy: str
    untried: bool = False

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
        """Whether no breach was found."""
        return all(finding.untried for finding in self.findings)

    @property
    def lines(self) -> tuple[str, ...]:
        """The report as lines of text."""
        rows = [f"{self._state(subject):7} {subject}" for subject in self.checked]
        told = [f"- {finding}" for finding in self.findings]
        end = "keeps the contract" if self.passed else "breaks the contract"
        some = ", as far as it could be tried here" if self.passed and self.findings else ""
        return (*rows, *told, f"{self.module} {end}{some}.")

    def _state(self, subject: str) -> str:
        found = [
            f.untried for f in self.findings if f.subject == subject or f.subject.startswith(f"{subject} in ")
        ]
        return "ok" if not found else "untried" if all(found) else "broken"


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


def from_failure(subject: str, failure: Failure) -> Finding:
    """The finding of a failure that was answered: no breach where it says that something is missing here."""
    missing = failure.exit_code in {kind.exit_code for kind in _MISSING}
    what = f"cannot be tried here: {failure.what}" if missing else failure.what
    return Finding(subject, what, failure.remedy, untried=missing)


def settle(findings: Iterable[Finding]) -> None:
    """Raise ContractBroken if there is anything."""
    found = tuple(findings)
    if found:
        raise ContractBroken(found)


def guarded(subject: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check; what the plugin raises on the way is one too, and ends it."""
    try:
        yield from check()
    except _MISSING as error:
        yield Finding(subject, f"cannot be tried here: {error.what}", error.remedy, untried=True)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything at all
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        yield Finding(subject, f"raised {said}", "Answer with a Failure, or raise a V2aError with a remedy.")
