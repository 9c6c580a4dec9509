"""`v2a analyze`: what is seen and heard in a film."""

from __future__ import annotations

import os.path
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from v2a.cli.options import ending_in, settings_of, stage_options

if TYPE_CHECKING:
    from v2a.api import Session
    from v2a.api.truth import Figure
    from v2a.model import Observations, Span

_STDOUT = Path("-")
_JSON = "writes a file that ends in .json, or to stdout where no file is named"
_FILE = click.Path(path_type=Path, readable=False)


class _Analyze(click.Command):
    """A command whose `--json` may stand alone: what follows it is its file only where that is one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Say `-` after a `--json` that stands alone."""
        spelt: list[str] = []
        stray = ""
        for argument, following in zip(args, [*args[1:], ""]):
            spelt.append(argument)
            if argument == "--json" and following != "-" and not following.lower().endswith(".json"):
                spelt.append("-")
                stray = following
        if stray and not ctx.resilient_parsing:
            self._check(ctx, spelt, stray)
        return super().parse_args(ctx, spelt)

    def _check(self, ctx: click.Context, spelt: list[str], stray: str) -> None:
        """Refuse what stands after `--json` where the film stands elsewhere."""
        _, left, _ = self.make_parser(ctx).parse_args(list(spelt))
        if left and not stray.startswith("-"):
            raise click.UsageError(f"{stray} is no file for --json: it {_JSON}.", ctx)


def _json_file(ctx: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    if path is None or path == _STDOUT or path.suffix.lower() == ".json":
        return path
    raise click.BadParameter(f"{path} will not do: --json {_JSON}.")


@click.command(name="analyze", cls=_Analyze)
@click.argument("film", type=_FILE, metavar="VIDEO|PROJECT")
@click.option(
    "--json", type=_FILE, metavar="[FILE]", callback=_json_file,
    help="Write everything as JSON to a file, or to stdout.",
)  # fmt: skip
@click.option(
    "--csv",
    type=_FILE,
    metavar="FILE",
    callback=ending_in(".csv"),
    help="Write a table of markers, with timecodes.",
)
@click.option(
    "--plot", type=_FILE, metavar="FILE", callback=ending_in(".png"),
    help="Draw filmstrip, cuts and moments over motion, brightness and sound.",
)  # fmt: skip
@click.option("--against", type=_FILE, metavar="TRUTH", help="Compare with what is known, in the same JSON.")
@click.option("--from", "start", metavar="TC", help="Show from here on: timecode, m:ss or seconds.")
@click.option("--to", "end", metavar="TC", help="Show up to here.")
@click.option("--start-tc", metavar="TC", help="The film's start timecode, where the file does not say.")
@click.option("--preset", metavar="NAME", help="A style: v2a presets lists them.")
@click.option("--keep-project", "project", type=_FILE, metavar="DIR",
              help="The project folder. [default: VIDEO's name with .v2a, beside it]")  # fmt: skip
@stage_options("observe")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(film: Path, **given: Any) -> int:
    """See and hear a film: shots, scenes, moments, speech and music.

    What was seen is kept in the project, so asking again takes no time.
    """
    from v2a.cli.ending import exit_code
    from v2a.cli.screen import bars
    from v2a.cli.working import order, session_on

    wanted = order(film, given, settings_of(given))
    if os.path.isdir(film):  # unlike Path.is_dir, this never raises  # noqa: PTH112
        wanted = wanted.from_project()
    _check_outputs(wanted.video, given)
    piped = given["json"] == _STDOUT
    with bars(quiet=given["quiet"] or piped) as hear, session_on(wanted, tell=hear) as session:
        found = _analyzed(session, given["against"])
        _write(found, given)
    if piped:
        click.echo(found.text(), nl=False)
    elif not given["quiet"]:
        _show(found, given)
    return exit_code(session)


def _check_outputs(film: Path, given: Mapping[str, Any]) -> None:
    """Refuse to write over the film, over what is known of it, or one result over another."""
    from v2a.errors import CannotWrite

    taken = [film, *([given["against"]] if given["against"] else [])]
    for name in ("json", "csv", "plot"):
        path = given[name]
        if path is None or path == _STDOUT:
            continue
        if any(_same(path, other) for other in taken):
            raise CannotWrite(
                "is needed for something else", where=str(path), remedy=f"Choose another file for --{name}."
            )
        taken.append(path)


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


@dataclass(frozen=True)
class _Analyzed:
    """What was observed in the part that is asked for, and how well it agrees with what is known."""

    seen: Observations
    span: Span | None
    sure: float
    ran: Mapping[str, int]
    figures: Sequence[Figure] | None
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """All of it as JSON."""
        from v2a.api.analysis import analysis, text
        from v2a.api.truth import figures_data

        against = {} if self.figures is None else {"against": figures_data(self.figures)}
        seen = replace(self.seen, notes=(*self.seen.notes, *self.notes))
        return text(analysis(seen) | against | {"ran": dict(sorted(self.ran.items()))})


def _analyzed(session: Session, truth: Path | None) -> _Analyzed:
    from v2a.api.analysis import part
    from v2a.api.truth import compare, read_truth

    known = None if truth is None else read_truth(truth, session.video, session.span)
    seen, sure = session.observe(), session.choices.options["spot"].confidence
    figures = None if known is None else compare(seen, known, sure, session.span)
    notes = () if known is None else known.notes
    return _Analyzed(part(seen, session.span), session.span, sure, dict(session.counts), figures, notes)


def _write(found: _Analyzed, given: Mapping[str, Any]) -> None:
    if given["json"] not in (None, _STDOUT):
        from v2a.files import write_text

        write_text(given["json"], found.text())
    if given["csv"] is not None:
        from v2a.api.markers import write_markers

        write_markers(found.seen, given["csv"])
    if given["plot"] is not None:
        from v2a.cli.plot import draw

        draw(found.seen, given["plot"], found.span, found.sure)


def _show(found: _Analyzed, given: Mapping[str, Any]) -> None:
    from v2a.cli import analysis as screen

    if found.figures is None:
        screen.show(found.seen, found.sure)
    else:
        screen.show_figures(found.figures, found.notes)
    for name in ("json", "csv", "plot"):
        if given[name] is not None:
            click.echo(f"  {name:<9} {given[name]}")
