"""How `v2a library` says what it did and what it knows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from v2a_retrieval import licences

if TYPE_CHECKING:
    from v2a_retrieval.index import Index, Shelf
    from v2a_retrieval.update import Outcome

MOST_TROUBLES = 10


def print_outcome(index: Index, shelf: Shelf, outcome: Outcome) -> None:
    """Say what an update of a library did."""
    if outcome.offline:
        click.echo(f"{shelf.name}: offline; what is known of it is kept (--forget forgets it)")
        return
    click.echo(
        f"{shelf.name}: {outcome.seen} files: {outcome.new} new, {outcome.changed} changed, "
        f"{outcome.same} as before, {outcome.gone} gone"
    )
    for path in outcome.unfinished[:MOST_TROUBLES]:
        click.echo(f"  waits     {shown(path)}: someone is writing to it; update again later")
    for path, why in list(outcome.troubles.items())[:MOST_TROUBLES]:
        click.echo(f"  trouble   {shown(path)}: {why}")
    if len(outcome.troubles) > MOST_TROUBLES:
        click.echo(f"  trouble   and {len(outcome.troubles) - MOST_TROUBLES} more: v2a library doctor --json")
    for path in outcome.unreadable[:MOST_TROUBLES]:
        click.echo(f"  closed    {shown(path) or '.'}: cannot be read; what is known of it is kept")
    unknown = index.licences(shelf).get(licences.UNKNOWN, 0)
    if unknown:
        click.echo(
            f"  licence   {unknown} name none: if they are yours, add the folder again with --licence own"
        )


def row(index: Index, shelf: Shelf) -> dict[str, Any]:
    """What there is to say of a library."""
    return {
        "name": shelf.name,
        "root": str(shelf.root),
        "online": shelf.online,
        "licence": shelf.licence or licences.UNKNOWN,
        "recordings": index.count("library = ? AND trouble = ''", (shelf.id,)),
        "troubles": index.count("library = ? AND trouble <> ''", (shelf.id,)),
        "licences": index.licences(shelf),
    }


def ready(missing: Sequence[str], extra: str) -> str:
    """Whether something is there, and how to get it."""
    return "ready" if not missing else f"missing: {', '.join(missing)} (pip install '{extra}')"


def print_json(value: Any) -> None:
    """Print a value as JSON; names in no known encoding keep their readable letters."""
    click.echo(shown(json.dumps(value, indent=2, ensure_ascii=False)))


def shown(text: str) -> str:
    """Text that any terminal takes."""
    return text.encode("utf-8", "replace").decode("utf-8")
