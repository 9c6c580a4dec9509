"""Which server and which model are asked: those that the user names, else a server on this machine and its only model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from v2a.errors import ProgramFailed, ProgramMissing, UnknownName
from v2a_planners.budget import Budget
from v2a_planners.server import Address, Patience, Server

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
        return Endpoint(server, model or _only(server, server.models()))
    for _, here in HERE:
        server = Server(Address(here), patience, budget, check)
        known = server.models(_KNOCK)
        if known is not None:
            return Endpoint(server, model or _only(server, known))
    tried = ", ".join(f"{name} ({here})" for name, here in HERE)
    raise ProgramMissing(
        f"no chat server runs on this machine: tried {tried}",
        where="planner chat",
        remedy="Start one, name one with url, or choose --planner builtin.",
    )


def _only(server: Server, known: tuple[str, ...] | None) -> str:
    where = f"chat server {server.address.url}"
    if known is None:
        raise ProgramFailed(
            "it does not answer, or lists no models",
            where=where,
            remedy="Start it, check url and key, or name a model with model.",
        )
    if len(known) != 1:
        there = f"It has: {', '.join(known[:20])}." if known else "It has none: give it one that sees."
        raise UnknownName(
            "which model is to look at the film?", where=where, remedy=f"Name it with model. {there}"
        )
    return known[0]
