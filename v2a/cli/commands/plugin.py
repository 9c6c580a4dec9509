"""`v2a plugin`: write one, check one."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(name="plugin")
def command() -> None:
    """Write a new plugin, or check an installed one."""


@command.command()
@click.argument("name")
@click.option(
    "--in",
    "folder",
    type=click.Path(path_type=Path, readable=False),
    default=".",
    help="Where to put its folder.",
)
def new(name: str, folder: Path) -> None:
    """Write a whole plugin with tests that pass."""
    from v2a.testing import scaffold

    made = scaffold.new_plugin(name, folder)
    click.echo(f"Wrote {made}. Next: pip install -e {made} && v2a plugin check {scaffold.module_name(name)}")


@command.command()
@click.argument("module")
def check(module: str) -> int:
    """Run the contract on all that an installed plugin's MODULE registers."""
    from v2a.testing import check_module

    report = check_module(module)
    for line in report.lines:
        click.echo(line)
    return 0 if report.passed else 47
