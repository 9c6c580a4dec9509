"""`v2a sync`: how late a sound is against its picture, and the same sound where it belongs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from v2a.api.syncing import Sync

_FILE = click.Path(path_type=Path, readable=False)


@click.command(name="sync")
@click.argument("film", type=_FILE, metavar="VIDEO")
@click.argument("audio", type=_FILE, required=False)
@click.option("-o", "--output", type=_FILE,
              help="A .wav or .flac, or a film: the sound goes before its own tracks, as long as the picture.")  # fmt: skip
@click.option("--reach", type=click.FloatRange(0.1, 10.0), metavar="SECONDS", default=0.6, show_default=True,
              help="How far the sound may lie off; what lies further is taken for a stranger. Over 1, single moments "
                   "no longer prove anything.")  # fmt: skip
@click.option("--keep-project", "project", type=_FILE, metavar="DIR",
              help="The project folder. [default: VIDEO's name with .v2a, beside it]")  # fmt: skip
@click.option("--json", "as_json", is_flag=True,
              help="Print as JSON: `lag` (seconds, positive when late, in the middle of what is seen) and `drift`, true "
                   "within `uncertainty` seconds, and whether the sound is to be `moved`. Where it `abstained` the "
                   "first three are null and `confidence` is 0.")  # fmt: skip
def command(
    film: Path, audio: Path | None, output: Path | None, reach: float, project: Path | None, as_json: bool
) -> int:
    """Say how late the sound of VIDEO, or of the file AUDIO, is against what is seen, and write it in sync.

    In sync is what lies off by no more than can be told: half a frame (of 30 a second at most), or more where what is
    seen lies loosely beside what is heard; the figure is printed with it. Then the sound is written as it was. Where nothing can be told for
    sure nothing is written, and the exit code is 25.

    Rate, channels and loudspeakers stay as they are. A Broadcast Wave file keeps what it says of itself; its time
    reference stays too, since its first sample stays where it was beside the picture.
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
        found = syncing.measure(session, audio, reach)
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


def _as_json(found: Sync) -> dict[str, object]:
    how = found.alignment
    told = not how.abstained
    return {
        "lag": round(how.lag, 6) if told else None,
        "drift": round(how.drift, 8) if told else None,
        "uncertainty": round(how.uncertainty, 6) if told else None,
        "confidence": how.confidence,
        "abstained": how.abstained,
        "moved": how.moves,
        "done": found.done,
        "why": how.why,
        "moments": found.seen,
        "onsets": found.heard,
        "pairs": [list(pair) for pair in how.pairs],
        "output": None if found.output is None else str(found.output),
    }


def _print(found: Sync) -> None:
    how = found.alignment
    if found.output is not None:
        click.echo(found.output)
    click.echo(f"  {found.done}")
    heard = f"  from      {found.seen} moments seen, {found.heard} onsets heard"
    if how.abstained:
        click.echo(heard)
        return
    side = "late" if how.lag > 0 else "early"
    late = f"{1000 * abs(how.lag):.0f} ms {side}, give or take {1000 * how.uncertainty:.0f} ms"
    click.echo(f"  sound     {late}; drift {100 * how.drift:+.3f} %; sure {how.confidence:.2f}")
    click.echo(f"{heard}, {len(how.pairs)} of them together")
