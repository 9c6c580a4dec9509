"""`v2a spot`: decide where sound goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.commands.score import order_options
from v2a.cli.options import film_argument, read_brief, settings_of, stage_options


@click.command(name="spot")
@film_argument
@order_options
@click.option(
    "--import",
    "imported",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="Also take cues from here.",
)
@stage_options("spot")
@click.option("--json", "as_json", is_flag=True, help="Print the spotting list as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(video: Path, **given: Any) -> int:
    """Decide where sound goes, and write the spotting list to edit.

    What you edited in an earlier list stays as you left it.
    """
    from v2a.cli.ending import spotted
    from v2a.cli.screen import bars
    from v2a.cli.working import order, session_on

    wanted = order(video, given | {"brief": read_brief(given["brief"])}, settings_of(given))
    with bars(quiet=given["quiet"] or given["as_json"]) as hear, session_on(wanted, tell=hear) as session:
        listed = session.spot(imported=given["imported"])
    return spotted(listed, session, as_json=given["as_json"], quiet=given["quiet"])
