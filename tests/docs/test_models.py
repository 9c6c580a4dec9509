"""docs/models.md lists the models that ship with v2a, on the terms of their cards, and names commands that are there."""

import re
from pathlib import Path

import click
import pytest

from v2a.cli.commands import models as commands
from v2a.host import Host

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].split("`")[1]: cells
    for cells in (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.splitlines()
        if line.startswith("| `")
    )
}
CARDS = {name: entry.thing for name, entry in Host.discover().models.items() if not entry.is_guest}
SOLD = {"yes": "yes", "no": "no", "unknown": "unclear"}


def test_every_model_has_a_row():
    assert sorted(ROWS) == sorted(CARDS)


@pytest.mark.parametrize("name", sorted(CARDS))
def test_a_row_says_what_the_card_says(name):
    model, _, licence, sold = ROWS[name]
    card = CARDS[name]
    assert sold == SOLD[card.licence.commercial] and ("gated" in model) is card.gated
    assert licence in (card.licence.weights, "contradictory; research and education")


def test_the_commands_are_there():
    named = set(re.findall(r"v2a models (\w+)", PAGE))
    assert named == set(commands.command.commands)
    assert isinstance(commands.command, click.Group)
    for option in ("--accept-licence", "--from", "--keep", "--check"):
        assert any(option in p.opts for c in commands.command.commands.values() for p in c.params)
