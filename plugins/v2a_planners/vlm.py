"""The planner `vlm`: a vision-language model that runs here looks at frames of each scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import v2a
from v2a.media import weights
from v2a_planners.params import Looking

if TYPE_CHECKING:
    from v2a_planners.asking import Talk


@dataclass(frozen=True)
class VlmParams(Looking):
    """Which checkpoint looks."""

    model: str = v2a.option(
        "",
        "a folder with a checkpoint, or OWNER/NAME at the hub; without it WEIGHTS/vlm, and nothing is fetched",
    )


def card(folder: Path | None = None) -> v2a.PlannerCard:
    """The card over the checkpoint in a folder, from which a plan follows."""
    here = "" if folder is None else weights.digest(weights.files_in(folder))
    return v2a.PlannerCard(
        name="vlm",
        version="1",
        licence=v2a.Licence("GPL-3.0-or-later", weights="those of the checkpoint", commercial="unknown"),
        about="A model that sees, through transformers: any image-text-to-text checkpoint, from a folder or the hub.",
        params=VlmParams,
        weights=here or "named by the user",
    )


class VlmPlanner(v2a.Planner):
    """Has a vision-language model look at the film, scene by scene."""

    card = card()

    def plan(self, bench: v2a.Bench, request: v2a.PlanRequest) -> v2a.Plan:
        """Ask about each scene, and make cues of the answers."""
        from v2a_planners.asking import plan

        params = request.params if isinstance(request.params, VlmParams) else VlmParams()

        def opened(kinds: Sequence[v2a.Kind], check: Callable[[], None]) -> Talk:
            from v2a_planners.asking import Talk
            from v2a_planners.budget import Budget
            from v2a_planners.checkpoint import found
            from v2a_planners.neural import torch
            from v2a_planners.seeing import Seer

            torch()
            folder = found(bench, params.model.strip())
            return Talk(
                Seer(bench, folder, params, Budget(seconds=params.most_seconds), check), f"on {bench.device}"
            )

        return plan(bench, request, params, opened)


def vlm(folder: Path) -> v2a.Planner:
    """The planner over the checkpoint that lies in a folder, if one does."""

    class Vlm(VlmPlanner):
        """Has the model of this checkpoint look at the film, scene by scene."""

        card = card(folder)

    return Vlm()
