"""The manual of the command line, made from the commands themselves: `python -m v2a.cli.manual docs/cli.md`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from v2a.cli.app import app
from v2a.errors import all_errors

_HEAD = """# The command line

This page is made from the commands themselves (`python -m v2a.cli.manual docs/cli.md`) and checked by a test.

Progress goes to stderr, and only to a terminal; results go to stdout, tab-separated when piped, or as JSON with
`--json`, where times are numbers of seconds. `V2A_DEBUG=1` shows the traceback of an error, `V2A_FFMPEG` names
another ffmpeg, `V2A_WEIGHTS` the folder of models' weights, `V2A_CACHE` the folder of what v2a can do without, and
`V2A_IMPORT_SECONDS` how long a plugin that does not ship with v2a may take to import.

Whatever a command writes (`-o`, `--stems`, `--parts`, `--plot`, `--csv`, `--keep-project`), the folders of it that are not there
are made, and files of that name are written over, but never the film itself. A file appears whole or not at all.
"""
_CODES = """## Exit codes

0 means that all went well. A film that was delivered although a plugin or a cue failed ends with the code of what
failed: the film is there, and the report says what is missing. 2 is a command line that makes no sense.

| code | error | when |
|---|---|---|
| 2 | Usage | The command line makes no sense. |
"""


def manual() -> str:
    """The whole page."""
    parts = [_HEAD, *(_section(path, command) for path, command in _commands()), _CODES.rstrip()]
    rows = [f"| {e.exit_code} | {e.__name__} | {inspect.getdoc(e)} |" for e in all_errors()]
    return "\n".join([*parts, *sorted(rows, key=lambda row: int(row.split("|")[1]))]) + "\n"


def _commands() -> Iterator[tuple[str, click.Command]]:
    root = _context("v2a", app)
    yield "v2a", app
    for name in app.list_commands(root):
        command = app.get_command(root, name)
        if command is None:
            continue
        yield f"v2a {name}", command
        if isinstance(command, click.Group):
            for inner, nested in command.commands.items():
                yield f"v2a {name} {inner}", nested


def _section(path: str, command: click.Command) -> str:
    return f"## {path}\n\n```\n{command.get_help(_context(path, command))}\n```\n"


def _context(path: str, command: click.Command) -> click.Context:
    """A command as it is called, with the same ways to ask for help, on a page of 100 columns."""
    return click.Context(command, info_name=path, terminal_width=100, **app.context_settings)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(manual(), encoding="utf-8", newline="\n")
