"""`v2a sync`: how late a sound is against its picture, and the same sound where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from v2a.api.syncing import Synced

_FILE = click.Path(path_type=Path, readable=False)


@click.command(name="sync")
@click.argument("film", type=_FILE, metavar="VIDEO")
@click.argument("audio", type=_FILE, required=False)
@click.option(
    "-o", "--output", type=_FILE, help="A .wav or .flac, or a film: the sound goes before its own tracks."
)
@click.option("--keep-project", "project", type=_FILE, metavar="DIR",
              help="The project folder. [default: VIDEO's name with .v2a, beside it]")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON; `lag` in seconds, positive when late.")
def command(film: Path, audio: Path | None, output: Path | None, project: Path | None, as_json: bool) -> int:
    """Say how late the sound of VIDEO, or of the file AUDIO, is against what is seen, and write it in sync.

    Where that cannot be told for sure nothing is written, and the exit code is 25.
    """
    from v2a.api import syncing
    from v2a.cli.ending import exit_code
    from v2a.cli.screen import bars, print_json
    from v2a.cli.working import order, session_on
    from v2a.errors import OutOfSync

    _check(film, audio, output)
    with (
        bars(quiet=as_json) as hear,
        session_on(order(film, {"project": project}, {}), tell=hear) as session,
    ):
        found = syncing.measure(session, audio)
        if output is not None and not found.alignment.abstained:
            found = syncing.write(session, found, audio, output)
    if as_json:
        print_json(_as_json(found))
    else:
        _print(found)
    return OutOfSync.exit_code if found.alignment.abstained else exit_code(session)


def _check(film: Path, audio: Path | None, output: Path | None) -> None:
    """Refuse to write over what is read."""
    from v2a.errors import CannotWrite

    for read in (film, audio):
        if (
            output is not None
            and read is not None
            and output.exists()
            and read.exists()
            and output.samefile(read)
        ):
            raise CannotWrite(
                "this is what is read", where=str(output), remedy="Choose another name with -o."
            )


def _as_json(found: Synced) -> dict[str, object]:
    how = found.alignment
    return {
        "lag": round(how.lag, 6),
        "drift": round(how.drift, 8),
        "confidence": how.confidence,
        "abstained": how.abstained,
        "done": found.done,
        "why": how.why,
        "moments": found.seen,
        "onsets": found.heard,
        "pairs": [list(pair) for pair in how.pairs],
        "output": None if found.output is None else str(found.output),
    }


def _print(found: Synced) -> None:
    how = found.alignment
    if found.output is not None:
        click.echo(found.output)
    click.echo(f"  {found.done}")
    if not how.abstained:
        late = f"{1000 * abs(how.lag):.0f} ms {'late' if how.lag > 0 else 'early'}" if how.lag else "on time"
        click.echo(f"  sound     {late}, drift {100 * how.drift:+.3f} %, sure {how.confidence:.2f}")
    click.echo(
        f"  from      {found.seen} moments seen, {found.heard} onsets heard, {len(how.pairs)} of them together"
    )
