"""Planners that think aloud: a vision-language model looks at frames and writes the reasoning and the cues."""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a.media.weights import weights_folder
from v2a_planners.chat import ChatPlanner
from v2a_planners.vlm import vlm


@v2a.hookimpl
def v2a_planners() -> Sequence[v2a.Planner]:
    """A model on a chat server, and one that runs here."""
    return (ChatPlanner(), vlm(weights_folder() / "vlm"))
