"""`v2a render`: make the sound of the spotting list and deliver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.commands.score import output_options
from v2a.cli.options import Place, check_stems, device_option, settings_of, stage_options


@click.command(name="render")
@click.argument(
    "films",
    nargs=-1,
    required=True,
    type=Place(),
    metavar="VIDEO|PROJECT...",
)
@output_options
@click.option("--from", "start", metavar="TC", help="Begin here: timecode, m:ss or seconds.")
@click.option("--to", "end", metavar="TC", help="End here.")
@click.option("--preset", metavar="NAME", help="Another style than the one the project was spotted with.")
@click.option(
    "--keep-project",
    "project",
    type=Place(),
    metavar="DIR",
    help="The project folder.",
)
@click.option("--original", "spot__original", type=click.Choice(["keep", "guide", "drop"]),
              help="Keep the production sound, or leave it out of the mix.")  # fmt: skip
@device_option
@stage_options("generate", "tempo", "arrange", "mix", "deliver")
def command(films: tuple[Path, ...], **given: Any) -> int:
    """Make the sound of the spotting list and deliver; redoes only what an edit touches.

    Takes the film, or its project folder; several are the reels of one programme. A reel that is rendered alone keeps the
    level that was set for all.
    """
    from v2a.api.reels import orders
    from v2a.cli.ending import outcomes
    from v2a.cli.screen import bars
    from v2a.cli.working import order, reels_on

    check_stems(given)
    wanted = [each.from_project() for each in orders(order(films[0], given, settings_of(given)), films)]
    with bars(quiet=given["quiet"] or given["as_json"]) as hear, reels_on(wanted, tell=hear) as reels:
        deliveries = reels.render()
    return outcomes(deliveries, reels.sessions, as_json=given["as_json"], quiet=given["quiet"])
