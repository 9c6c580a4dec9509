"""Whether this implementation agrees with numbers that were computed elsewhere: `python -m v2a_prism.parity DIR`.

DIR holds a configuration, weights and cases of PrismAudio, Synchformer or VideoPrism; which of them, the configuration
tells. Each output is computed from its case's inputs and compared: one that is over 1e-4 off is a failure.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from v2a.errors import V2aError
from v2a_diffusion.tensors import write_tensors
from v2a_prism.cases import cases_in, computed, is_input

BOUND = 1e-4


@dataclass(frozen=True)
class Agreement:
    """How far one output is off: the norm of the difference over that of what is expected, and the largest difference
    over the largest value; both are NaN where nothing is expected, and infinite where it has another shape."""

    name: str
    relative: float
    worst: float

    @property
    def holds(self) -> bool:
        """Whether both are within the bound, where there is something to compare with."""
        return not max(self.relative, self.worst) > BOUND


def compared(made: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> tuple[Agreement, ...]:
    """How what was made agrees with what is expected, output by output; one that was not made is infinitely off."""
    names = [*made, *(name for name in expected if not is_input(name) and name not in made)]
    return tuple(_agreement(name, made.get(name), expected.get(name)) for name in names)


def _agreement(name: str, made: Tensor | None, expected: Tensor | None) -> Agreement:
    if expected is None:
        return Agreement(name, math.nan, math.nan)
    if made is None or made.shape != expected.shape or not (made.isfinite() & expected.isfinite()).all():
        return Agreement(name, math.inf, math.inf)
    made, expected = made.double(), expected.double()
    off = made - expected
    least = 1e-30
    relative = float(off.norm()) / max(float(expected.norm()), least)
    return Agreement(name, relative, float(off.abs().max()) / max(float(expected.abs().max()), least))


def table(agreements: Sequence[Agreement]) -> str:
    """The agreements as a table in Markdown."""
    rows = [f"| {a.name} | {a.relative:.1e} | {a.worst:.1e} | {_told(a)} |" for a in agreements]
    head = ["| output | relative error | largest, by the largest value | |", "|---|---|---|---|"]
    return "\n".join([*head, *rows])


def _told(agreement: Agreement) -> str:
    if math.isnan(agreement.relative):
        return "nothing to compare with"
    return "agrees" if agreement.holds else f"over {BOUND:.0e}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print the table, and save what was computed; 0 if all agrees, 1 if something is off."""
    parser = argparse.ArgumentParser(prog="python -m v2a_prism.parity", description=__doc__)
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="configuration, weights and cases of a model"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write what was computed, as safetensors")
    given = parser.parse_args(arguments)
    try:
        cases = cases_in(given.folder)
        made = computed(given.folder, cases)
        if given.save is not None:
            write_tensors(made, given.save, {})
    except V2aError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    agreements = compared(made, cases)
    sys.stdout.write(table(agreements) + "\n")
    return 0 if agreements and all(a.holds for a in agreements) else 1


if __name__ == "__main__":
    sys.exit(main())
