"""The folder of a training run: where it stands, its losses, and their curve."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from v2a.errors import WeightsUnfit
from v2a.files import write_text
from v2a_diffusion.tensors import facts_of, read_tensors, write_tensors

STATE = "state.safetensors"
LOSSES = "losses.csv"
SCHEMA = "v2a-training"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What one step of training was: its loss, learning rate and length of the gradient, and the held-out loss where it
    was measured after it."""

    number: int
    loss: float
    rate: float
    gradient: float
    held_out: float | None = None


@dataclass(frozen=True, eq=False)
class State:
    """All that a run needs to go on as if it had never stopped, in groups of tensors by name."""

    step: int
    groups: Mapping[str, Mapping[str, Tensor]]
    facts: Mapping[str, Any]


def save_state(folder: Path, state: State) -> None:
    """Keep where a run stands, in one file that is written whole or not at all."""
    tensors = {f"{group}/{name}": t for group, named in state.groups.items() for name, t in named.items()}
    facts = {"schema": SCHEMA, "version": _VERSION, "step": state.step, "facts": dict(state.facts)}
    write_tensors(tensors, folder / STATE, facts)


def read_state(folder: Path) -> State | None:
    """Where a run stood when it was last saved; None where it never was."""
    facts = _facts(folder / STATE)
    if facts is None:
        return None
    groups: dict[str, dict[str, Tensor]] = {}
    for name, tensor in read_tensors(folder / STATE).items():
        group, _, rest = name.partition("/")
        groups.setdefault(group, {})[rest] = tensor
    return State(int(facts["step"]), groups, facts["facts"])


def saved_step(folder: Path) -> int | None:
    """The step after which a run was last saved; None where it never was."""
    facts = _facts(folder / STATE)
    return None if facts is None else int(facts["step"])


def _facts(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    facts = facts_of(path)
    if facts.get("schema") != SCHEMA or facts.get("version") != _VERSION:
        raise WeightsUnfit(
            "this file does not say where a training stands",
            where=str(path),
            remedy="Train into another folder.",
        )
    return facts


def write_losses(folder: Path, steps: Sequence[Step]) -> None:
    """Write the losses of all steps as CSV; the same steps give the same bytes."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["step", "loss", "rate", "gradient", "held_out"])
    for step in steps:
        held_out = "" if step.held_out is None else repr(step.held_out)
        rows.writerow([step.number, repr(step.loss), repr(step.rate), repr(step.gradient), held_out])
    write_text(folder / LOSSES, table.getvalue())


def read_losses(folder: Path, last: int) -> list[Step]:
    """The losses of the steps up to the last one that counts; rows that cannot be read are left out."""
    path = folder / LOSSES
    if not path.is_file():
        return []
    found = []
    for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))):
        step = _step(row)
        if step is not None and step.number <= last:
            found.append(step)
    return found


def _step(row: Mapping[str, str | None]) -> Step | None:
    try:
        return Step(
            int(row["step"] or ""),
            float(row["loss"] or ""),
            float(row["rate"] or ""),
            float(row["gradient"] or ""),
            float(row["held_out"]) if row["held_out"] else None,
        )
    except (KeyError, ValueError):
        return None
