"""How models and their terms are told on a terminal, and how a user accepts them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from v2a.api.models import Model
    from v2a.interfaces import ModelCard

_SOLD = {"yes": "allowed", "no": "not allowed", "unknown": "unclear"}


def accepting(is_accepted: bool, quiet: bool = False) -> Callable[[ModelCard], bool]:
    """What shows a model's terms, and takes the user's word: given beforehand, or asked for on a terminal."""

    def ask(card: ModelCard) -> bool:
        if not (quiet and is_accepted):
            for line in lines_of(card):
                click.echo(line, err=True)
        if is_accepted:
            return True
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        return click.confirm("Have you read these terms, and do you accept them?", err=True)

    return ask


def lines_of(card: ModelCard) -> Iterator[str]:
    """What a user is shown before anything is fetched."""
    licence = card.licence
    yield f"{card.name}: {card.about}"
    yield f"  from        {card.home}"
    yield f"  weights     {licence.weights}"
    yield f"  commercial  {_SOLD[licence.commercial]}"
    for text in card.conditions:
        yield f"  know that   {text}"
    if card.gated:
        yield "  gated       its terms must be accepted at its page too, with an account"
    yield f"  read        {licence.read}"


def row_of(found: Model, damaged: tuple[str, ...] = ()) -> list[str]:
    """A line of the table of models."""
    from v2a.media.download import size_text

    state = "damaged" if damaged else "here (yours)" if found.is_own else found.state
    return [
        found.card.name,
        state,
        size_text(found.size) if found.size else "?",
        found.card.licence.weights.partition(":")[0],
        _SOLD[found.card.licence.commercial],
        found.card.about,
    ]


def as_json(found: Model, damaged: tuple[str, ...] | None) -> dict[str, Any]:
    """A model for scripts; `damaged` is null where nothing was checked."""
    card, known = found.card, found.manifest
    return {
        "name": card.name,
        "about": card.about,
        "state": found.state,
        "own": found.is_own,
        "size": found.size,
        "licence": card.licence,
        "conditions": card.conditions,
        "gated": card.gated,
        "home": card.home,
        "needed_by": card.needed_by,
        "folder": str(found.folder),
        "files": known.files,
        "converted": known.converted,
        "commit": known.commit,
        "damaged": damaged,
    }
