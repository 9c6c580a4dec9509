"""`v2a spot`: decide where sound goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.commands.score import order_options
from v2a.cli.options import Place, device_option, read_brief, reels_argument, settings_of, stage_options


@click.command(name="spot")
@reels_argument
@order_options
@device_option
@click.option(
    "--import",
    "imported",
    type=Place(),
    metavar="FILE",
    help="Also take cues from here.",
)
@stage_options("spot")
@click.option("--json", "as_json", is_flag=True, help="Print the spotting list as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(films: tuple[Path, ...], **given: Any) -> int:
    """Decide where sound goes, and write the spotting list to edit.

    What you edited in an earlier list stays as you left it. Several films are the reels of one programme.
    """
    from v2a.api.reels import orders
    from v2a.cli.ending import all_spotted
    from v2a.cli.screen import bars
    from v2a.cli.working import order, reels_on

    if given["imported"] is not None and len(films) > 1:
        raise click.UsageError("--import takes cues for one film: name that film alone.")
    wanted = order(films[0], given | {"brief": read_brief(given["brief"])}, settings_of(given))
    with (
        bars(quiet=given["quiet"] or given["as_json"]) as hear,
        reels_on(orders(wanted, films), tell=hear) as reels,
    ):
        lists = reels.spot(imported=given["imported"])
    return all_spotted(lists, reels.sessions, as_json=given["as_json"], quiet=given["quiet"])
