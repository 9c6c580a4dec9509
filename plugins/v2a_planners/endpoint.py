"""Which server and which model are asked: those that the user names, else a server on this machine and its only model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from v2a.errors import ProgramMissing, UnknownName
from v2a_planners.address import Address
from v2a_planners.budget import Budget
from v2a_planners.server import Patience, Server

HERE = (
    ("Ollama", "http://localhost:11434/v1"),
    ("vLLM", "http://localhost:8000/v1"),
    ("llama.cpp", "http://localhost:8080/v1"),
)
_KNOCK = 2.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server that is there, and the name of the model on it."""

    server: Server
    model: str


def endpoint(
    url: str, model: str, key_variable: str, patience: Patience, budget: Budget, check: Callable[[], None]
) -> Endpoint:
    """The server at a URL, or the first that answers on this machine; keys go to a named one only."""
    if url:
        server = Server(Address.of(url, key_variable), patience, budget, check)
        return Endpoint(server, model or _only(server))
    for _, here in HERE:
        server = Server(Address(here), patience, budget, check)
        if server.is_there(_KNOCK):
            return Endpoint(server, model or _only(server))
    tried = ", ".join(f"{name} ({here})" for name, here in HERE)
    raise ProgramMissing(
        f"no chat server runs on this machine: tried {tried}",
        where="planner chat",
        remedy="Start one, or name one with url.",
    )


def _only(server: Server) -> str:
    known = server.models()
    if len(known) != 1:
        there = f"It has: {', '.join(known[:20])}." if known else "It has none: give it one that sees."
        raise UnknownName(
            "which model is to look at the film?",
            where=f"chat server {server.address.url}",
            remedy=f"Name it with model. {there}",
        )
    return known[0]
