"""`v2a score`: from a film to a scored film in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.options import (
    Place,
    check_stems,
    device_option,
    read_brief,
    reels_argument,
    settings_of,
    stage_options,
)


def order_options(command: Any) -> Any:
    """The options that say what is wanted of a film; shared by score, spot and demo."""
    for option in reversed(
        (
            click.option(
                "--brief",
                metavar="TEXT|@FILE",
                help="What it should sound like, in words, or a file of them.",
            ),
            click.option(
                "--preset", metavar="NAME", help="A style: v2a presets lists them. [default: default]"
            ),
            click.option(
                "--seed", type=click.IntRange(0), help="Another seed makes other sounds. [default: 0]"
            ),
            click.option("--no-music", is_flag=True, help="No music."),
            click.option("--from", "start", metavar="TC", help="Begin here: timecode, m:ss or seconds."),
            click.option("--to", "end", metavar="TC", help="End here."),
            click.option(
                "--start-tc", metavar="TC", help="The film's start timecode, where the file does not say."
            ),
            click.option(
                "--keep-project",
                "project",
                type=Place(),
                metavar="DIR",
                help="The project folder; a folder of them for several films. [default: VIDEO's name with .v2a, beside it]",
            ),
        )
    ):
        command = option(command)
    return command


def output_options(command: Any) -> Any:
    """The options that say where results go; shared by score and render."""
    for option in reversed(
        (
            click.option(
                "-o",
                "--output",
                type=Place(),
                metavar="OUT",
                help="The scored film; a folder for several. [default: VIDEO's name with .scored before the suffix]",
            ),
            click.option(
                "--stems",
                type=Place(),
                metavar="DIR",
                help="Write the stems here.",
            ),
            click.option(
                "--export", "exports", multiple=True, metavar="NAME", help="Also write this format."
            ),
            click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON."),
            click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
        )
    ):
        command = option(command)
    return command


@click.command(name="score")
@reels_argument
@output_options
@order_options
@device_option
@stage_options("spot", "generate", "tempo", "arrange", "mix", "deliver")
def command(films: tuple[Path, ...], **given: Any) -> int:
    """Give a film its sound: spot, make, mix and deliver in one go.

    VIDEO is never written to. The picture is copied as it is; production sound is kept.

    Several films are the reels of one programme, in their order: the brief goes over all of them, backgrounds and music
    run on from reel to reel, and their loudness is measured and set as one. -o and --keep-project name folders then.
    """
    from v2a.api.reels import orders
    from v2a.cli.ending import outcomes
    from v2a.cli.screen import bars
    from v2a.cli.working import order, reels_on

    check_stems(given)
    wanted = order(films[0], given | {"brief": read_brief(given["brief"])}, settings_of(given))
    with (
        bars(quiet=given["quiet"] or given["as_json"]) as hear,
        reels_on(orders(wanted, films), tell=hear) as reels,
    ):
        deliveries = reels.score()
    return outcomes(deliveries, reels.sessions, as_json=given["as_json"], quiet=given["quiet"])
