"""What a terminal shows: bars from the engine's notices, tables, and nothing when nobody watches."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from v2a.model import codec
from v2a.model.notices import Notice, PluginFailed, Progress, StageEnded, StageStarted, Warned

if TYPE_CHECKING:
    from rich.console import Console

_TITLES = {
    "observe": "Watching the film",
    "spot": "Spotting",
    "generate": "Making sounds",
    "arrange": "Arranging",
    "mix": "Mixing",
    "deliver": "Delivering",
    "pull": "Fetching",
    "convert": "Converting",
    "check": "Checking",
}


def console(stderr: bool = False) -> Console:
    """A rich console on stdout or stderr; plain and unwrapped when not a terminal."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, soft_wrap=not stream.isatty())


@contextmanager
def bars(quiet: bool = False) -> Iterator[Callable[[Notice], None]]:
    """A listener that draws a bar a stage with time left, on stderr; without a terminal it prints warnings only."""
    if quiet or not sys.stderr.isatty():
        yield _warn_only(quiet)
        return
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<18}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[what]}"),
    )
    with Bars(*columns, console=console(stderr=True), transient=True) as drawn:
        rows: dict[str, Any] = {}

        def hear(notice: Notice) -> None:
            if isinstance(notice, StageStarted):
                title = _TITLES.get(notice.stage, notice.stage)
                rows[notice.stage] = drawn.add_task(title, total=None, what=notice.what)
            elif isinstance(notice, Progress) and notice.stage in rows:
                drawn.update(
                    rows[notice.stage], completed=notice.done, total=notice.total or None, what=notice.what
                )
            elif isinstance(notice, StageEnded) and notice.stage in rows:
                drawn.remove_task(rows.pop(notice.stage))
            elif isinstance(notice, Warned):
                drawn.console.print(f"note: {notice.text}", style="yellow", markup=False)

        yield hear


def _warn_only(quiet: bool) -> Callable[[Notice], None]:
    def hear(notice: Notice) -> None:
        if isinstance(notice, Warned) and not quiet:
            print(f"v2a: note: {notice.text}", file=sys.stderr)

    return hear


def gathering(listener: Callable[[Notice], None], into: list[PluginFailed]) -> Callable[[Notice], None]:
    """The same listener that also keeps what it is told of plugins that failed, to be named in the end."""

    def hear(notice: Notice) -> None:
        if isinstance(notice, PluginFailed):
            into.append(notice)
        listener(notice)

    return hear


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table on stdout; without a terminal, one line a row with tabs between."""
    if not sys.stdout.isatty():
        for row in [titles, *rows]:
            print("\t".join(row))
        return
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        drawn.add_column(title, overflow="fold")
    for row in rows:
        drawn.add_row(*[Text(cell) for cell in row])
    console().print(drawn)


def print_json(value: object) -> None:
    """Print a value as JSON on stdout; times are numbers in seconds."""
    print(json.dumps(readable(value), indent=2, ensure_ascii=False))


def readable(value: object) -> Any:
    """A value as JSON for scripts: fractions become numbers of seconds, nothing else changes."""
    from fractions import Fraction

    if isinstance(value, Fraction):
        return round(float(value), 9)
    if isinstance(value, dict):
        return {str(k): readable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [readable(v) for v in value]
    if isinstance(value, bool | int | float | str) or value is None:
        return value
    import dataclasses

    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: readable(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return codec.encode(value)
