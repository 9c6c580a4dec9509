"""The way through a film: each scene is asked about, its answer checked, mended or refused, and made into cues."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction

import v2a
from v2a.errors import Cancelled, ProgramFailed, V2aError
from v2a_planners.asks import Ask, asks_of
from v2a_planners.budget import Spent
from v2a_planners.checking import Answer, answer_in
from v2a_planners.conversation import Model, Trouble
from v2a_planners.outcomes import Outcome, plan_of, with_a_way_out
from v2a_planners.params import Looking
from v2a_planners.placing import place
from v2a_planners.sights import Shown, shown
from v2a_planners.telling import Desk, repair, turns

_ROUNDS = 2
_IN_A_ROW = 3
_SEEDS = 1 << 31


@dataclass(frozen=True, slots=True)
class Talk:
    """An opened model, where it is, what the user is to know of it, and how many scenes it is asked about at once."""

    model: Model
    where: str = ""
    notes: tuple[str, ...] = ()
    parallel: int = 1


Opened = Callable[[Sequence[v2a.Kind], Callable[[], None]], Talk]


def plan(bench: v2a.Bench, request: v2a.PlanRequest, looking: Looking, opened: Opened) -> v2a.Plan:
    """The plan of a film; `opened` opens the model when it is known that there is something to ask."""
    kinds, notes = _kinds(request)
    asks = asks_of(request, Fraction(looking.longest).limit_denominator(1000))
    if not asks:
        return v2a.Plan(notes=("There is no picture in the part to be spotted.",))
    if not kinds:
        return v2a.Plan(notes=notes)
    return _Way(bench, Desk.of(request, looking, kinds), notes).plan(asks, opened)


def _kinds(request: v2a.PlanRequest) -> tuple[tuple[v2a.Kind, ...], tuple[str, ...]]:
    """The kinds that are asked for and that a generator makes, and a note of the others."""
    makes = {kind for card in request.generators for kind in card.kinds}
    lacking = [k for k in request.kinds if makes and k not in makes]
    note = f"No installed generator makes {' or '.join(lacking)}."
    return tuple(k for k in request.kinds if k not in lacking), (note,) if lacking else ()


@dataclass
class _Way:
    """The work on one film."""

    bench: v2a.Bench
    desk: Desk
    notes: tuple[str, ...]
    stopped: threading.Event = field(default_factory=threading.Event)

    def plan(self, asks: Sequence[Ask], opened: Opened) -> v2a.Plan:
        """Ask about all stretches, in order, until nothing more can come of it."""
        talk, blind = self._talk(opened), self._blind()
        looking = self.desk.looking
        looks = (Shown(ask, ()) for ask in asks) if blind else shown(asks, self.desk.film, looking)
        found: list[Outcome] = []
        self.bench.progress(0, len(asks), f"asking {talk.model.name}")
        try:
            for outcome in self._all(talk, looks):
                found.append(outcome)
                self.bench.progress(len(found), len(asks), f"{outcome.ask.name}, {talk.model.name}")
                if outcome.spent or outcome.lasting or _hopeless(found):
                    break
        finally:
            self.stopped.set()
        who = f"Planned by {talk.model.name} {talk.where}."
        return plan_of(self.desk.request, asks, found, (who, *talk.notes, *self.notes, *blind))

    def _talk(self, opened: Opened) -> Talk:
        try:
            return opened(self.desk.kinds, self._check)
        except Cancelled:
            raise
        except V2aError as error:
            raise with_a_way_out(error) from error

    def _blind(self) -> tuple[str, ...]:
        """Why no frames are shown, if none are."""
        if not self.desk.looking.images:
            return ("No frames were shown to the model (images = 0).",)
        return ()

    def _check(self) -> None:
        self.bench.check_cancelled()
        if self.stopped.is_set():
            raise Cancelled("stopped")

    def _all(self, talk: Talk, looks: Iterable[Shown]) -> Iterator[Outcome]:
        """The outcome of every stretch, in order; alone, each is told what the one before ends with."""
        if talk.parallel > 1:
            yield from self._at_once(talk, looks)
            return
        before: Sequence[str] = ()
        for look in looks:
            outcome = self._one(talk.model, look, before)
            before = outcome.ending
            yield outcome

    def _at_once(self, talk: Talk, looks: Iterable[Shown]) -> Iterator[Outcome]:
        with ThreadPoolExecutor(talk.parallel, "v2a plan") as pool:
            waiting: deque[Future[Outcome]] = deque()
            try:
                for look in looks:
                    waiting.append(pool.submit(self._one, talk.model, look, ()))
                    if len(waiting) == talk.parallel:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                self.stopped.set()
                pool.shutdown(cancel_futures=True)

    def _one(self, model: Model, look: Shown, before: Sequence[str]) -> Outcome:
        """Ask about one stretch; what cannot be used is asked for once more."""
        ask, best, spent = look.ask, Answer({}, proper=False), ""
        trouble: Trouble | None = None
        said = turns(ask, look.sights, self.desk, before)
        seed = v2a.derived_seed(self.desk.request.seed, "plan", ask.scene, ask.part) % _SEEDS
        for _ in range(_ROUNDS):
            self._check()
            try:
                reply = model.answer(said, seed)
            except Trouble as met:
                trouble = met
                break
            except Spent as bound:
                spent = str(bound)
                break
            answer = answer_in(reply.text, float(ask.span.duration))
            best = answer if answer.worth >= best.worth else best
            if answer.proper:
                break
            said = (*said, *repair(reply.text, answer.complaints))
        if best.usable:
            return Outcome(ask, best, place(best, ask, self.desk, model.name))
        if trouble is not None:
            return Outcome(ask, failed=trouble.error, lasting=trouble.lasting, silent=True)
        return Outcome(ask, spent=spent) if spent else Outcome(ask, failed=_nonsense(best, model))


def _hopeless(found: Sequence[Outcome]) -> bool:
    """Whether several stretches in a row got no answer at all."""
    return len(found) >= _IN_A_ROW and all(outcome.silent for outcome in found[-_IN_A_ROW:])


def _nonsense(answer: Answer, model: Model) -> V2aError:
    wrong = "; ".join(answer.complaints[:2]) or "there are neither thoughts nor cues"
    return ProgramFailed(
        f"its answers cannot be used: {wrong}",
        where=f"model {model.name}",
        remedy="Use a model that follows instructions and sees, and raise answer_tokens if answers are cut off.",
    )
