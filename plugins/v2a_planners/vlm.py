"""The planner `vlm`: a vision-language model that runs here looks at frames of each scene."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import v2a
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


class VlmPlanner(v2a.Planner):
    """Has a vision-language model look at the film, scene by scene."""

    card = v2a.PlannerCard(
        name="vlm",
        version="1",
        licence=v2a.Licence("GPL-3.0-or-later", weights="those of the checkpoint", commercial="unknown"),
        about="A model that sees, through transformers: any image-text-to-text checkpoint, from a folder or the hub.",
        params=VlmParams,
        weights="vlm",
    )

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
