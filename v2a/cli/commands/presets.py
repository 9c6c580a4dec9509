"""`v2a presets`: the styles there are."""

from __future__ import annotations

import click


@click.group(name="presets", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """List the presets, or show one."""
    if context.invoked_subcommand is not None:
        return
    from v2a import presets
    from v2a.cli.screen import print_json, table
    from v2a.host import Host

    found = presets.names(Host.discover().preset_folders)
    if as_json:
        print_json([{"name": entry.name, "about": entry.about} for entry in found])
    else:
        table(["preset", "what it is"], [[entry.name, entry.about] for entry in found])


@command.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def show(name: str, as_json: bool) -> None:
    """Show every key of a preset, with its value and what it does."""
    from v2a.cli.screen import print_json
    from v2a.cli.settings import preset_text, preset_values
    from v2a.host import Host

    if as_json:
        print_json(preset_values(name, Host.discover()))
    else:
        click.echo(preset_text(name, Host.discover()))
