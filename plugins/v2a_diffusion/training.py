"""Training: the same for every network, and the same numbers whether it was stopped on its way or not.

What is random in a step follows from the run's seed and the step's number alone, so nothing random has to be kept.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from v2a.errors import PluginRaised, WeightsUnfit
from v2a_diffusion.averaging import Average, trained, warmed
from v2a_diffusion.runs import State, Step, read_losses, read_state, save_state, saved_step, write_losses

_ORDER, _LESSON, _HELD_OUT = range(3)


class Lesson(Protocol):
    """What a network learns from: a number of examples, and how wrong it is on some of them."""

    def __len__(self) -> int:
        """How many examples there are."""
        ...

    def loss(self, network: nn.Module, examples: Sequence[int], draws: torch.Generator) -> Tensor:
        """The mean loss of some examples, with a gradient; all that is random comes from `draws`, on the CPU."""
        ...


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: AdamW with a warm-up, a decay, clipped gradients and a mean of the weights.

    `accumulate` passes of `batch` examples make one step. `precision` "auto" is bfloat16 where the device computes in it.
    """

    steps: int = 1000
    batch: int = 8
    accumulate: int = 1
    rate: float = 1e-4
    warmup: int = 100
    decay: Literal["none", "cosine", "root"] = "cosine"
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.999)
    clip: float = 1.0
    average: float = 0.999
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    seed: int = 0
    save_every: int = 200
    validate_every: int = 100

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, counted from 1."""
        rising = min(1.0, step / max(1, self.warmup))
        past = max(0, step - self.warmup)
        if self.decay == "cosine":
            share = min(1.0, past / max(1, self.steps - self.warmup))
            return self.rate * rising * (0.01 + 0.99 * (1 + math.cos(math.pi * share)) / 2)
        if self.decay == "root":
            return self.rate * rising / math.sqrt(1 + past / max(1, self.warmup))
        return self.rate * rising


def draws_of(*numbers: int) -> torch.Generator:
    """A generator on the CPU whose numbers follow from a few whole ones."""
    seed = int(np.random.SeedSequence(list(numbers)).generate_state(1, np.uint64)[0])
    return torch.Generator().manual_seed(seed & (2**63 - 1))


def examples_of(step: int, count: int, size: int, seed: int) -> list[int]:
    """The examples of the pass with this number (from 0): each comes once before any comes again."""
    found: list[int] = []
    for place in range(step * count, (step + 1) * count):
        turn, offset = divmod(place, size)
        if not found or offset == 0:
            order = torch.randperm(size, generator=draws_of(seed, _ORDER, turn)).tolist()
        found.append(order[offset])
    return found


class Training:
    """A run at work: iterate over it for its steps, each yielded when it is done.

    It may be left at any time; made again over the same folder, it goes on where it was saved last.
    """

    def __init__(
        self, network: nn.Module, lesson: Lesson, recipe: Recipe, folder: Path, held_out: Lesson | None = None
    ) -> None:
        """Set up a run in a folder, where the run that lies there was saved last."""
        self.network, self.recipe, self.folder = network, recipe, folder
        self._lesson, self._held_out = lesson, held_out
        self._device = next(network.parameters()).device
        self._weights = trained(network)
        self._learnt = {n: p for n, p in network.named_parameters() if p.requires_grad}
        self._optimizer = torch.optim.AdamW(
            list(self._learnt.values()), lr=recipe.rate, betas=recipe.betas, weight_decay=recipe.weight_decay
        )
        self.average = Average(self._weights, warmed(recipe.average))
        self.step = 0
        self.history: list[Step] = []
        state = read_state(folder)
        if state is not None:
            self._restore(state)
            self.history = read_losses(folder, self.step)

    def __iter__(self) -> Iterator[Step]:
        """Train to the recipe's last step; the state is saved now and then, and at the end."""
        recipe = self.recipe
        while self.step < recipe.steps:
            step = self._advance()
            self.history.append(step)
            if self.step % recipe.save_every == 0 or self.step == recipe.steps:
                self.save()
            yield step

    def save(self) -> None:
        """Keep where the run stands, and its losses."""
        write_losses(self.folder, self.history)
        groups = {"network": self._weights, "average": self.average.mean, **self._optimizer_groups()}
        save_state(self.folder, State(self.step, groups, {"recipe": asdict(self.recipe)}))

    def validate(self) -> float | None:
        """The loss of the held-out examples with the mean of the weights, with the same noise each time."""
        lesson, batch = self._held_out, self.recipe.batch
        if lesson is None or not len(lesson):
            return None
        total = 0.0
        was = self.network.training
        self.network.eval()
        with self.average.applied(), torch.no_grad(), self._autocast():
            for first in range(0, len(lesson), batch):
                some = range(first, min(first + batch, len(lesson)))
                draws = draws_of(self.recipe.seed, _HELD_OUT, first)
                total += float(lesson.loss(self.network, some, draws)) * len(some)
        self.network.train(was)
        return total / len(lesson)

    def _advance(self) -> Step:
        recipe, number = self.recipe, self.step + 1
        rate = recipe.rate_at(number)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self.network.train()
        loss = sum(self._pass(number, part) for part in range(recipe.accumulate))
        gradient = float(nn.utils.clip_grad_norm_(self._learnt.values(), recipe.clip or math.inf))
        if not math.isfinite(loss) or not math.isfinite(gradient):
            raise self._lost(number)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        self.step = number
        self.average.update(number)
        due = number % recipe.validate_every == 0 or number == recipe.steps
        return Step(number, loss, rate, gradient, self.validate() if due else None)

    def _pass(self, number: int, part: int) -> float:
        """The share in a step's loss, and in its gradient, of one of its passes."""
        recipe = self.recipe
        place = (number - 1) * recipe.accumulate + part
        examples = examples_of(place, recipe.batch, len(self._lesson), recipe.seed)
        with self._autocast():
            loss = self._lesson.loss(self.network, examples, draws_of(recipe.seed, _LESSON, place))
        shared = loss / recipe.accumulate
        shared.backward()
        return float(shared.detach())

    def _autocast(self) -> contextlib.AbstractContextManager[None]:
        wanted = self.recipe.precision
        native = self._device.type == "cuda" and torch.cuda.is_bf16_supported()
        if wanted == "float32" or (wanted == "auto" and not native):
            return contextlib.nullcontext()
        mixed: contextlib.AbstractContextManager[None] = torch.autocast(self._device.type, torch.bfloat16)
        return mixed

    def _lost(self, number: int) -> PluginRaised:
        last = saved_step(self.folder)
        kept = "nothing was kept" if last is None else f"what was learnt up to step {last} is kept"
        return PluginRaised(
            f"the loss of step {number} is not a number; {kept}",
            where=str(self.folder),
            remedy="Go on with a lower learning rate: --resume --rate.",
        )

    def _optimizer_groups(self) -> dict[str, dict[str, Tensor]]:
        """The optimizer's memory by what it is (`exp_avg` …) and by the weight's name."""
        groups: dict[str, dict[str, Tensor]] = {}
        for name, weight in self._learnt.items():
            for kind, value in self._optimizer.state.get(weight, {}).items():
                groups.setdefault(f"optimizer.{kind}", {})[name] = torch.as_tensor(value)
        return groups

    def _restore(self, state: State) -> None:
        for group, kept in (("network", self._weights), ("average", self.average.mean)):
            _fill(kept, state.groups.get(group, {}), self.folder)
        for group, named in state.groups.items():
            kind = group.removeprefix("optimizer.")
            if kind != group:
                for name, value in named.items():
                    place = value if kind == "step" else value.to(self._device)
                    self._optimizer.state[self._learnt[name]][kind] = place
        self.step = state.step


def _fill(places: Mapping[str, Tensor], values: Mapping[str, Tensor], folder: Path) -> None:
    wrong = [n for n, t in places.items() if n not in values or values[n].shape != t.shape]
    wrong += [name for name in values if name not in places]
    if wrong:
        raise WeightsUnfit(
            f"the training that lies here is of another network: {wrong[0]} differs",
            where=str(folder),
            remedy="Train into another folder, or as it was begun.",
        )
    with torch.no_grad():
        for name, place in places.items():
            place.copy_(values[name])
