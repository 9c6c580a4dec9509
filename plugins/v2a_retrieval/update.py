"""Brings the index up to date with a library's folder: what is new, what changed, what is gone."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field

from v2a.errors import PluginExited
from v2a_retrieval import intake, ledger, meaning
from v2a_retrieval.index import Index, Known, Shelf
from v2a_retrieval.intake import Order, Taken
from v2a_retrieval.scan import Entry, Walk, walk
from v2a_retrieval.sidecars import Beside, beside

PROCESSES = 2
_BATCH = 32
_AHEAD = 3
_ALONE = 24

Tell = Callable[[int, int], None]


@dataclass
class Outcome:
    """What an update did, in files; `troubles` names those that cannot be used, and why."""

    seen: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    unfinished: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    offline: bool = False


def _unheard(done: int, total: int) -> None:
    """Nobody listens."""


def update(
    index: Index, shelf: Shelf, tell: Tell = _unheard, *, forget: bool = False, processes: int = PROCESSES
) -> Outcome:
    """Index what is new or changed and forget what is gone; batch by batch, so that a kill costs a few files.

    A folder that is not there, or that is empty where it was not, is taken for a drive that is away: nothing is
    forgotten, unless `forget` says so.
    """
    known = index.known(shelf)
    outcome = Outcome()
    if not shelf.online:
        outcome.offline = True
        return outcome
    found = walk(shelf.root)
    if known and not found.files and not forget:
        outcome.offline = True
        return outcome
    outcome.seen, outcome.unreadable = len(found.files), found.unreadable
    orders = list(_orders(shelf, found, known, outcome))
    done = 0
    tell(done, len(orders))
    for batch in _taken(index, orders, processes):
        _keep(index, shelf, batch, known, outcome)
        done += len(batch)
        tell(done, len(orders))
    _forget(index, shelf, found, known, outcome)
    _mean(index)
    return outcome


def _orders(shelf: Shelf, found: Walk, known: dict[bytes, Known], outcome: Outcome) -> Iterator[Order]:
    """The files to take in, the newest last: one that is being written gets the most time."""
    said = beside(found.beside, shelf.package)
    speaks = bool(said.rows or said.rules)
    waiting: list[tuple[Entry, dict[str, str], str, str]] = []
    for entry in found.files:
        about = said.of(entry.path, f"{shelf.root.as_posix()}/{entry.path}") if speaks else {}
        mark = Beside.mark(about)
        old = known.get(os.fsencode(entry.path))
        if old is not None and (old.size, old.mtime, old.beside) == (entry.size, entry.mtime, mark):
            outcome.same += 1
            continue
        before = old.digest if old is not None and old.beside == mark else ""
        waiting.append((entry, about, mark, before))
    waiting.sort(key=lambda item: item[0].mtime)
    for entry, about, mark, before in waiting:
        yield Order(str(shelf.root), entry, about, mark, before)


def _taken(index: Index, orders: Sequence[Order], processes: int) -> Iterator[list[Taken]]:
    """What became of the files, batch by batch, in the order in which batches are done."""
    batches = [list(orders[n : n + _BATCH]) for n in range(0, len(orders), _BATCH)]
    if len(orders) <= _ALONE or processes < 2:
        yield from (intake.take(index, batch) for batch in batches)
        return
    while batches:
        died: list[list[Order]] = []
        yield from _in_processes(index, batches, processes, died)
        # A reader that a file kills takes its process and all batches of that moment along: each file by itself then.
        batches = [[order] for batch in died for order in batch if len(batch) > 1]
        yield from ([intake.broken(b[0], "its reader died of it")] for b in died if len(b) == 1)
        processes = 1


def _in_processes(
    index: Index, batches: list[list[Order]], processes: int, died: list[list[Order]]
) -> Iterator[list[Taken]]:
    """Run batches in processes until all are done or a process dies; what was under way then is in `died`."""
    waiting = list(reversed(batches))
    running: dict[Future[list[Taken]], list[Order]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, intake.begin, (str(index.path),)) as pool:
        _begun(pool)
        try:
            while waiting or running:
                while waiting and len(running) < (_AHEAD * processes if processes > 1 else 1):
                    batch = waiting.pop()
                    running[pool.submit(intake.take_apart, str(index.path), batch)] = batch
                ready, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    result = future.result()
                    del running[future]
                    yield result
        except BrokenProcessPool:
            finished = [f for f in running if f.done() and f.exception() is None]
            yield from (f.result() for f in finished)
            under_way = [batch for f, batch in running.items() if f not in finished]
            died += under_way
            if waiting:
                yield from _in_processes(index, waiting[::-1], processes, died)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begun(pool: ProcessPoolExecutor) -> None:
    """See that processes start at all, before a file is blamed for what ends them."""
    try:
        pool.submit(intake.ready).result()
    except BrokenProcessPool as error:
        raise PluginExited(
            "the processes that index do not start",
            where="v2a library",
            remedy="Free some memory and run the same command again.",
        ) from error


def _keep(
    index: Index, shelf: Shelf, batch: Sequence[Taken], known: dict[bytes, Known], outcome: Outcome
) -> None:
    recordings = [taken.recording for taken in batch if taken.recording is not None]
    ledger.keep(index, shelf, recordings)
    same = [(t.entry.mtime, known[os.fsencode(t.entry.path)].id) for t in batch if t.same]
    if same:
        ledger.touch(index, same)
    outcome.same += len(same)
    outcome.unfinished += [t.entry.path for t in batch if t.recording is None and not t.same]
    for recording in recordings:
        if recording.trouble:
            outcome.troubles[recording.path] = recording.trouble
        if os.fsencode(recording.path) in known:
            outcome.changed += 1
        else:
            outcome.new += 1


def _forget(index: Index, shelf: Shelf, found: Walk, known: dict[bytes, Known], outcome: Outcome) -> None:
    """Forget what is gone, if the library is still there and its folder could be read."""
    there = {os.fsencode(entry.path) for entry in found.files}
    gone = [old.id for path, old in known.items() if path not in there and not found.lost(os.fsdecode(path))]
    if gone and shelf.online:
        ledger.forget(index, gone)
        outcome.gone = len(gone)


def _mean(index: Index) -> None:
    """Say what texts mean that came in before there was a model."""
    while meaning.available() and (texts := index.without_meaning(1024)):
        ledger.keep_meanings(index, list(zip(texts, meaning.vectors(texts), strict=True)))
