"""The model at a chat server: what it is asked in the server's words, and what that costs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import v2a
from v2a.errors import ProgramFailed
from v2a_planners import wire
from v2a_planners.asking import Talk
from v2a_planners.budget import Budget
from v2a_planners.chat import ChatParams
from v2a_planners.conversation import Model, Reply, Trouble, Turn
from v2a_planners.endpoint import Endpoint, endpoint
from v2a_planners.line import is_local
from v2a_planners.server import Patience

# What a text costs where a server does not count, in letters a token, and a frame in tokens.
_LETTERS, _FRAME = 4, 800


def opened(params: ChatParams, kinds: Sequence[v2a.Kind], check: Callable[[], None]) -> Talk:
    """The server and model of some parameters, for answers of these kinds."""
    budget = Budget(params.most_requests, params.most_images, params.most_tokens, params.most_seconds)
    patience = Patience(params.timeout, params.retries, params.pause)
    at = endpoint(params.url, params.model, params.key_variable, patience, budget, check)
    return Talk(_Chat(at, params, kinds, budget), f"at {at.server.address.url}", _told(at), params.parallel)


class _Chat(Model):
    def __init__(self, at: Endpoint, params: ChatParams, kinds: Sequence[v2a.Kind], budget: Budget) -> None:
        self._at, self._params, self._kinds, self._budget = at, params, tuple(kinds), budget

    @property
    def name(self) -> str:
        """The model's name on its server."""
        return self._at.model

    def answer(self, turns: Sequence[Turn], seed: int) -> Reply:
        """The model's next turn."""
        params = self._params
        body = wire.asked(self._at.model, turns, seed, params.temperature, params.answer_tokens)
        images = sum(len(turn.sights) for turn in turns)
        reply = wire.reply(self._at.server.chat(wire.held_to(body, self._kinds), images))
        if reply is None:
            raise Trouble(
                ProgramFailed(
                    "there is no answer in what it sent",
                    where=f"chat server {self._at.server.address.url}",
                    remedy="See that url is a chat API of OpenAI's kind.",
                )
            )
        letters = len(reply.text) + sum(len(turn.text) + len(turn.after) for turn in turns)
        self._budget.count(reply.tokens or letters // _LETTERS + _FRAME * images)
        return reply


def _told(at: Endpoint) -> tuple[str, ...]:
    address = at.server.address
    if is_local(address.url):
        return ()
    plainly = " without encryption" if address.url.startswith("http://") else ""
    return (f"Frames of the film and the brief left this machine: they went{plainly} to {address.host}.",)
