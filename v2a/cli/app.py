"""The tree of commands. Each lives in a module of its own that is imported when it is called."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import click

from v2a import __version__

_COMMANDS = {
    "score": "Give a film its sound: spot, make, mix and deliver in one go.",
    "demo": "Render a short film and score it, to see that all works.",
    "analyze": "See and hear a film: shots, scenes, moments, speech and music.",
    "tempo": "Say which tempi put beats on what happens in a film, and write the tempo map.",
    "spot": "Decide where sound goes, and write the spotting list to edit.",
    "render": "Make the sound of the spotting list and deliver; redoes only what an edit touches.",
    "takes": "List, re-roll, choose and import takes of a cue.",
    "sound": "Make one sound from words, without a film.",
    "show": "Show shots, moments and cues, as a table or a picture.",
    "sync": "Say how late a sound is against its picture, and put it where it belongs.",
    "loudness": "Measure a file's loudness, and say if it passes a delivery's rules.",
    "plugins": "List the installed plugins and what they bring.",
    "plugin": "Write a new plugin, or check an installed one.",
    "presets": "List the presets, or show one.",
    "models": "Fetch the weights of models that plugins know, on terms that you read.",
    "doctor": "Say what is installed, what is missing, and what each missing thing would bring.",
    "completion": "Print the completion script for a shell.",
}


class LazyGroup(click.Group):
    """A group that imports a command's module only to run it; plugins' commands are looked up when ours do not fit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Our own commands, in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of ours, or one that a plugin brings."""
        if cmd_name in _COMMANDS:
            module = importlib.import_module(f"v2a.cli.commands.{cmd_name}")
            command: click.Command = module.command
            command.short_help = _COMMANDS[cmd_name]
            return command
        return _plugin_command(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


def _plugin_command(name: str) -> click.Command | None:
    from v2a.host import Host

    found = Host.discover().all("v2a_commands").get(name)
    if found is None:
        return None
    about = found.thing

    @click.command(
        name=name, help=about.about, context_settings={"ignore_unknown_options": True}, add_help_option=False
    )
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def run(arguments: tuple[str, ...]) -> Any:
        from v2a.builtin.executors.failures import blamed
        from v2a.errors import V2aError

        module, _, function = about.target.partition(":")
        try:
            call: Callable[[list[str]], Any] = getattr(importlib.import_module(module), function)
            return call(list(arguments))
        except (V2aError, click.ClickException, click.Abort):
            raise
        except Exception as error:
            raise blamed(error, f"plugin {found.plugin}: command {name}", "Tell its author.") from error

    return run


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Plugins may add commands: v2a plugins lists them. Exit codes: docs/cli.md.",
)
@click.version_option(__version__, prog_name="v2a")
def app() -> None:
    """v2a gives sound to picture.

    Begin with: v2a score film.mp4
    """
