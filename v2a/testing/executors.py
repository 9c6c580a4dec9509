"""The contract of an executor: every request is answered once, and a plugin's fault stays the plugin's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from v2a.interfaces import Address, Bounce, Executor, Plan, PlanRequest, Runner
from v2a.model import Failure, Request
from v2a.testing import faults
from v2a.testing.cards import card_findings
from v2a.testing.findings import Finding, guarded, settle
from v2a.testing.makers import bench as make_bench
from v2a.testing.makers import requests
from v2a.testing.planners import observed
from v2a.testing.scratch import scratch

_ADDRESS = Address(faults.__name__, "v2a_generators", "faulty")
_PLANNER = Address(faults.__name__, "v2a_planners", "faulty")


def check_executor(executor: Executor) -> None:
    """Raise ContractBroken if an executor breaks the contract."""
    settle(executor_findings(executor))


def executor_findings(executor: Executor) -> Iterator[Finding]:
    """Every breach of the contract by an executor."""
    subject = f"executor {executor.card.name}"
    yield from card_findings(executor.card, subject)
    with scratch() as folder:
        runner = executor.open(make_bench(folder), stall=60.0)
        try:
            yield from guarded(subject, lambda: _runs(runner, executor.card.isolated, subject))
        finally:
            runner.close()


def _runs(runner: Runner, isolated: bool, subject: str) -> Iterator[Finding]:
    good = requests(3)
    first = tuple(runner.run(_ADDRESS, good))
    if sorted(a.index for a in first) != [0, 1, 2]:
        yield Finding(subject, "does not answer every request once", "Yield one Answer for each position.")
        return
    for answer in first:
        if not isinstance(answer.result, Bounce):
            yield Finding(subject, f"answers a good request with {answer.result}", "Run the plugin.")
            return
        sound = answer.result.sound.open()
        if sound.length != good[answer.index].length:
            yield Finding(subject, "brings back another sound than was made", "Bring back every sample.")
    yield from _survives(runner, "raise", good, subject)
    if isolated:
        yield from _survives(runner, "exit", good, subject)
    unknown = tuple(runner.run(replace(_ADDRESS, name="no-such"), good[:1]))
    if len(unknown) != 1 or not isinstance(unknown[0].result, Failure):
        yield Finding(subject, "does not fail for a plugin that is not there", "Answer with a Failure.")
    runner.release(_ADDRESS)
    if not all(isinstance(a.result, Bounce) for a in runner.run(_ADDRESS, good)):
        yield Finding(subject, "does not run a plugin again after its release", "Open it anew.")
    yield from _calls(runner, isolated, subject)


def _calls(runner: Runner, isolated: bool, subject: str) -> Iterator[Finding]:
    faults_of = ("raise", "exit") if isolated else ("raise",)
    for brief in (*faults_of, "well"):
        answer = runner.call(_PLANNER, "plan", PlanRequest(observed(), brief))
        wanted = Plan(notes=(brief,)) if brief == "well" else None
        if (answer != wanted) if wanted else not isinstance(answer, Failure):
            what = f"answers a planner's call ({brief}) with {type(answer).__name__}"
            yield Finding(subject, what, "Give the plan, or a Failure where there is none.")
    runner.release(_PLANNER)
    if not isinstance(
        runner.call(replace(_PLANNER, name="no-such"), "plan", PlanRequest(observed())), Failure
    ):
        yield Finding(subject, "does not fail for an object that is not there", "Answer with a Failure.")


def _survives(runner: Runner, fault: str, good: tuple[Request, ...], subject: str) -> Iterator[Finding]:
    mixed = (good[0], replace(good[1], prompt=fault), good[2])
    answers = sorted(runner.run(_ADDRESS, mixed), key=lambda a: a.index)
    kinds = [type(a.result) for a in answers]
    if kinds != [Bounce, Failure, Bounce]:
        names = ", ".join(kind.__name__ for kind in kinds)
        yield Finding(
            subject,
            f"a plugin's fault ({fault}) in the second of three requests gives: {names}",
            "Fail the one request and serve the others.",
        )
