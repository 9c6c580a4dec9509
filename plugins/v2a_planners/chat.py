"""The planner `chat`: a model on a server that speaks the OpenAI chat API looks at frames of each scene."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import v2a
from v2a_planners.params import Looking

KEY = "V2A_CHAT_KEY"


@dataclass(frozen=True)
class ChatParams(Looking):
    """Which server and model are asked, how patiently, and what may be spent."""

    url: str = v2a.option(
        "", "the server's URL; without it Ollama, vLLM and llama.cpp are looked for on this machine"
    )
    model: str = v2a.option("", "the model's name; without it the only one of the server")
    key_variable: str = v2a.option(KEY, "the environment variable that holds the key for url")
    timeout: float = v2a.option(180.0, "how long an answer may take", low=0.1, high=7200.0, unit="seconds")
    retries: int = v2a.option(3, "how often a request that failed in passing is sent again", low=0, high=20)
    pause: float = v2a.option(
        1.0,
        "how long before the first retry; doubled for each further one",
        low=0.0,
        high=60.0,
        unit="seconds",
    )
    parallel: int = v2a.option(1, "scenes that are asked about at once", low=1, high=16)
    most_requests: int = v2a.option(300, "the most requests for one film; 0 for no bound", low=0)
    most_images: int = v2a.option(2400, "the most frames sent for one film; 0 for no bound", low=0)
    most_tokens: int = v2a.option(2_000_000, "the most tokens for one film; 0 for no bound", low=0)


class ChatPlanner(v2a.Planner):
    """Has a model on a chat server look at the film, scene by scene."""

    card = v2a.PlannerCard(
        name="chat",
        version="1",
        licence=v2a.Licence("GPL-3.0-or-later", weights="those of the server's model", commercial="unknown"),
        about="A model that sees, on a server with the OpenAI chat API (Ollama, vLLM, llama.cpp or one that you name).",
        params=ChatParams,
    )

    def plan(self, bench: v2a.Bench, request: v2a.PlanRequest) -> v2a.Plan:
        """Ask about each scene, and make cues of the answers."""
        from v2a_planners.asking import plan
        from v2a_planners.talking import opened

        params = request.params if isinstance(request.params, ChatParams) else ChatParams()
        return plan(bench, request, params, partial(opened, params))
