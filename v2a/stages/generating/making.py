"""Has one generator make its attempts: windows out, takes back, whatever order the answers come in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from v2a.errors import PluginContract
from v2a.interfaces import Bounce, StageBench
from v2a.model import Counted, Failure, Request, Take
from v2a.stages.generating import shelf
from v2a.stages.generating.aligning import aligned
from v2a.stages.generating.joining import Joined, Joining, remove
from v2a.stages.generating.judging import Judge, ruined
from v2a.stages.generating.nearness import part
from v2a.stages.generating.shelf import Attempt
from v2a.stages.generating.windows import request_for

_REMEDY = "Another seed may do better (v2a takes reroll); else tell its author."


@dataclass(frozen=True)
class Outcome:
    """What became of an attempt."""

    attempt: Attempt
    result: Take | Failure


@dataclass
class _Begun:
    attempt: Attempt
    joining: Joining
    sent: int = 0
    over: bool = False


@dataclass(frozen=True)
class _Sent:
    begun: _Begun
    number: int


def outcomes(
    attempts: Sequence[Attempt], bench: StageBench, judge: Judge, tick: Callable[[Attempt], None]
) -> Iterator[Outcome]:
    """Yield the outcome of each attempt (all by one generator); `tick` is called for each window."""
    if not attempts:
        return
    begun = [_Begun(a, Joining(a.request, a.windows, bench.store.scratch)) for a in attempts]
    while sent := _alike_together([s for b in begun if not b.over for s in _next(b)]):
        requests = [_request(s, bench) for s in sent]
        for answer in bench.runner.run(attempts[0].entry.address, requests):
            bench.check_cancelled()
            at = sent[answer.index]
            result = answer.result
            if at.begun.over:
                _forget(result)
            elif isinstance(result, Bounce):
                tick(at.begun.attempt)
                yield from _joined(at, result, bench, judge)
            else:
                wrong = Failure("answered with a feature", exit_code=PluginContract.exit_code)
                yield _failed(at.begun, result if isinstance(result, Failure) else wrong, bench)
        yield from _silent(sent, bench)


def _next(begun: _Begun) -> list[_Sent]:
    """All windows at once, or one after another where each wants the tail of the one before."""
    windows = len(begun.attempt.windows)
    count = 1 if begun.attempt.card.windowing == "continued" else windows
    numbers = range(begun.sent, min(begun.sent + count, windows))
    begun.sent += len(numbers)
    return [_Sent(begun, number) for number in numbers]


def _alike_together(sent: list[_Sent]) -> list[_Sent]:
    """Windows of like length beside each other where a generator makes several at once."""
    if sent and sent[0].begun.attempt.card.batch > 1:
        sent.sort(key=lambda s: s.begun.attempt.windows[s.number].asked.duration)
    return sent


def _request(sent: _Sent, bench: StageBench) -> Request:
    attempt = sent.begun.attempt
    request = request_for(attempt.request, attempt.card, attempt.windows[sent.number], sent.number)
    if attempt.features:
        request = replace(request, features=attempt.features[sent.number])
    if request.reference is not None and attempt.card.windowing in ("continued", "overlapped"):
        request = replace(request, reference=part(request.reference, request, bench.store))
    if attempt.card.windowing == "continued":
        return replace(request, tail=sent.begun.joining.tail())
    return request


def _joined(sent: _Sent, bounce: Bounce, bench: StageBench, judge: Judge) -> Iterator[Outcome]:
    begun = sent.begun
    begun.joining.add(sent.number, bounce)
    if begun.joining.complete:
        begun.over = True
        kept = _kept(begun.attempt, begun.joining.finished(), bench, judge)
        bench.tell(Counted("generator", begun.attempt.card.name))
        yield Outcome(begun.attempt, kept)


def _kept(attempt: Attempt, joined: Joined, bench: StageBench, judge: Judge) -> Take | Failure:
    """The whole take in the store, refused where it is not sound; one made from the picture is held against it."""
    if why := ruined(joined.sound):
        joined.discard()
        return Failure(why, _REMEDY, PluginContract.exit_code)
    if attempt.film is not None and (attempt.card.features or attempt.card.encoders):
        joined = aligned(joined, attempt.request, attempt.film, bench, bench.store.scratch)
    return shelf.keep(attempt, joined, bench, lambda take: judge.marks(take, attempt))


def _failed(begun: _Begun, failure: Failure, bench: StageBench) -> Outcome:
    begun.over = True
    begun.joining.discard()
    bench.tell(Counted("generator", begun.attempt.card.name))
    return Outcome(begun.attempt, _in_the_users_words(failure, begun.attempt))


def _in_the_users_words(failure: Failure, attempt: Attempt) -> Failure:
    """The failure, with files called as the user calls them and not as the store does."""
    what = failure.what
    for name, called in attempt.called.items():
        what = what.replace(name, called)
    return replace(failure, what=what)


def _silent(sent: Sequence[_Sent], bench: StageBench) -> Iterator[Outcome]:
    """Those whose windows were all sent, and whose answers did not all come."""
    for begun in {id(s.begun): s.begun for s in sent}.values():
        awaited = begun.joining.awaited < begun.sent
        if awaited and not begun.over:
            failure = Failure("the executor gave no answer", exit_code=PluginContract.exit_code)
            yield _failed(begun, failure, bench)


def _forget(result: object) -> None:
    if isinstance(result, Bounce):
        remove(result)
