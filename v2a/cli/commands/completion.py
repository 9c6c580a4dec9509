"""`v2a completion`: the completion script for a shell."""

from __future__ import annotations

import click


@click.command(name="completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script for a shell.

    For bash: v2a completion bash >> ~/.bashrc
    """
    from click.shell_completion import get_completion_class

    from v2a.cli.app import app

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    made = kind(app, {}, "v2a", "_V2A_COMPLETE")
    click.echo(made.source_template % made.source_vars())
