"""All that can happen in a film: the five acts that are asked for, what sounds besides, and what makes no sound."""

from __future__ import annotations

from collections.abc import Callable

from moving.reaching import blow, recoil, visit
from moving.silent import empty, leaving, quiet, rain, trembling
from moving.stage import Act, Stage
from moving.striking import ball, door, hammer, pendulum
from moving.walking import steps

BESIDES = ("blow", "recoil")
ACTS: dict[str, Callable[[Stage], Act]] = {
    "ball": ball, "hammer": hammer, "door": door, "steps": steps, "pendulum": pendulum,
    "quiet": quiet, "leaving": leaving, "rain": rain, "empty": empty,
    "blow": blow, "recoil": recoil, "visit": visit,
    "trembling": trembling,
}  # fmt: skip
