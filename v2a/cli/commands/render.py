"""`v2a render`: make the sound of the spotting list and deliver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.commands.score import output_options
from v2a.cli.options import settings_of, stage_options


@click.command(name="render")
@click.argument("film", type=click.Path(path_type=Path, readable=False), metavar="VIDEO|PROJECT")
@output_options
@click.option("--from", "start", metavar="TC", help="Begin here: timecode, m:ss or seconds.")
@click.option("--to", "end", metavar="TC", help="End here.")
@click.option("--preset", metavar="NAME", help="Another style than the one the project was spotted with.")
@click.option(
    "--keep-project",
    "project",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="The project folder.",
)
@click.option("--original", "spot__original", type=click.Choice(["keep", "guide", "drop"]),
              help="Keep the production sound, or leave it out of the mix.")  # fmt: skip
@stage_options("generate", "mix", "deliver")
def command(film: Path, **given: Any) -> int:
    """Make the sound of the spotting list and deliver; redoes only what an edit touches.

    Takes the film, or its project folder.
    """
    from v2a.cli.ending import outcome
    from v2a.cli.screen import bars
    from v2a.cli.working import order, session_on

    wanted = order(film, given, settings_of(given)).from_project()
    with bars(quiet=given["quiet"] or given["as_json"]) as hear, session_on(wanted, tell=hear) as session:
        delivery = session.render()
    return outcome(delivery, session, as_json=given["as_json"], quiet=given["quiet"])
