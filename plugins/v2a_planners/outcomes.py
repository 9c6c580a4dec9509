"""What became of each stretch that was asked about, and the plan and the notes that follow from all of them."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from fractions import Fraction

import v2a
from v2a.errors import ProgramFailed, V2aError
from v2a_planners.asks import Ask, scenes_of
from v2a_planners.checking import Answer
from v2a_planners.placing import Placed, joined
from v2a_planners.schema import PARTS

_MOST_NOTES = 6
_BUILTIN = "choose --planner builtin"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer and its cues, or why there is none: a failure, or a budget that was spent.

    `lasting` where the next stretch would fare alike, `silent` where the model gave no answer at all.
    """

    ask: Ask
    answer: Answer | None = None
    placed: Placed = field(default_factory=Placed)
    failed: V2aError | None = None
    spent: str = ""
    lasting: bool = False
    silent: bool = False

    @property
    def ending(self) -> tuple[str, ...]:
        """What lasts to the end of the stretch."""
        end = self.ask.span.end
        return tuple(
            f"{cue.kind} {cue.prompt!r}"
            for cue in self.placed.cues
            if cue.kind in ("bg", "mx") and cue.span.end == end
        )


def plan_of(
    request: v2a.PlanRequest, asks: Sequence[Ask], found: Sequence[Outcome], notes: Sequence[str]
) -> v2a.Plan:
    """The plan of a film; raises the first failure where no stretch has an answer."""
    answered = [outcome for outcome in found if outcome.answer is not None]
    if not answered:
        raise _nothing(found)
    within = 1 / request.observations.video.frame_rate
    return v2a.Plan(
        cues=joined((cue for outcome in answered for cue in outcome.placed.cues), within),
        reasoning=tuple(_reasoning(answered, request.observations)),
        unplaced=tuple(dict.fromkeys(u for outcome in answered for u in outcome.placed.unplaced)),
        notes=(*notes, *_left(asks, found), *_doubts(answered), *_left_out(answered)),
        failures=tuple(_failures(asks, found)),
    )


def _nothing(found: Sequence[Outcome]) -> V2aError:
    first = found[0]
    if first.failed is None:
        return ProgramFailed(
            f"the budget was spent before a scene was planned ({first.spent})",
            where="planner",
            remedy=f"Raise it, or {_BUILTIN}.",
        )
    count = f"no scene could be planned ({len(found)} asked about): " if len(found) > 1 else ""
    return with_a_way_out(first.failed, count)


def with_a_way_out(error: V2aError, before: str = "") -> V2aError:
    """The error with the planner that always works in its remedy; `before` are words to stand before it."""
    remedy = error.remedy if _BUILTIN in error.remedy else f"{error.remedy} Or {_BUILTIN}.".strip()
    return type(error)(f"{before}{error.what}", where=error.where, remedy=remedy)


def _reasoning(answered: Sequence[Outcome], seen: v2a.Observations) -> Iterator[v2a.Reasoning]:
    scenes = scenes_of(seen)
    for number in sorted({outcome.ask.scene for outcome in answered}):
        own = [outcome for outcome in answered if outcome.ask.scene == number]
        texts = {
            f.name: " ".join(filter(None, (_thought(o, f.name, scenes[number]) for o in own))) for f in PARTS
        }
        yield v2a.Reasoning(number, scenes[number].span, **texts)


def _thought(outcome: Outcome, part: str, scene: v2a.Scene) -> str:
    """What an answer says; in later parts of a long scene times count from there, and that is said."""
    said = outcome.answer.thoughts.get(part, "") if outcome.answer is not None else ""
    if not said and part == "sounds":
        prompts = dict.fromkeys(cue.prompt for cue in outcome.placed.cues)
        said = "; ".join(prompts) or "Leave this scene without added sound."
    later = float(outcome.ask.span.start - scene.span.start)
    return (
        f"From {later:.1f} s on, counted from there: {said}" if said and later and part == "timing" else said
    )


def _failures(asks: Sequence[Ask], found: Sequence[Outcome]) -> Iterator[str]:
    """The stretches that failed, and those that were not asked about because of it."""
    failed = [outcome for outcome in found if outcome.failed is not None]
    for outcome in failed[:_MOST_NOTES]:
        yield f"{outcome.ask.name.capitalize()} ({_place([outcome.ask])}) has no cues: {outcome.failed}"
    if len(failed) > _MOST_NOTES:
        yield f"{len(failed) - _MOST_NOTES} more scenes have no cues for such reasons."
    unasked = _unasked(asks, found)
    if unasked and not found[-1].spent:
        yield f"From {_place(unasked)} nothing was planned, because the ones before them failed."


def _left(asks: Sequence[Ask], found: Sequence[Outcome]) -> Iterator[str]:
    """What the budget left over, and how to plan what has no cues."""
    unasked, spent = _unasked(asks, found), found[-1].spent
    if unasked and spent:
        yield f"From {_place(unasked)} nothing was planned, because the budget was spent ({spent})."
    failed = {outcome.ask for outcome in found if outcome.failed is not None}
    left = _runs(asks, failed | set(unasked))
    if left:
        parts = ", then ".join(
            f"--from {_seconds(run[0].span.start)} --to {_seconds(run[-1].span.end)}"
            for run in left[:_MOST_NOTES]
        )
        yield f"To plan what is left, spot again with {parts}, with this planner or with --planner builtin."


def _unasked(asks: Sequence[Ask], found: Sequence[Outcome]) -> Sequence[Ask]:
    return asks[len(found) - bool(found[-1].spent) :]


def _runs(asks: Sequence[Ask], left: AbstractSet[Ask]) -> list[list[Ask]]:
    """The stretches that are left, those that follow each other together."""
    runs = itertools.groupby(asks, key=left.__contains__)
    return [list(run) for is_left, run in runs if is_left]


def _place(run: Sequence[Ask]) -> str:
    return f"{_seconds(run[0].span.start)} to {_seconds(run[-1].span.end)} s"


def _seconds(time: Fraction) -> str:
    return f"{float(time):.2f}"


def _doubts(answered: Sequence[Outcome]) -> Iterator[str]:
    """What was wrong in answers that are used all the same."""
    said = []
    for outcome in answered:
        answer = outcome.answer
        if answer is not None and answer.torn:
            said.append(
                f"{outcome.ask.name}: the answer was cut off, and its complete cues are kept (answer_tokens)"
            )
        if answer is not None:
            said += [f"{outcome.ask.name}: {each}" for each in answer.complaints]
    if said:
        more = f"; and {len(said) - _MOST_NOTES} more" if len(said) > _MOST_NOTES else ""
        yield f"The model's answers were mended: {'; '.join(said[:_MOST_NOTES])}{more}."


def _left_out(answered: Sequence[Outcome]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for outcome in answered:
        counts.update(outcome.placed.left_out)
    for why, count in sorted(counts.items()):
        yield f"{count} sound{'s' if count != 1 else ''} that the model wanted {'were' if count != 1 else 'was'} left out: {why}."
