"""`v2a demo`: see that all works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.options import Place


@click.command(name="demo")
@click.option("-o", "--output", "folder", type=Place(), default="v2a-demo", show_default=True,
              help="The folder to make.")  # fmt: skip
@click.option("--brief", metavar="TEXT|@FILE", help="Other wishes than the demo's own.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed makes other sounds."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(folder: Path, brief: str | None, seed: int, **given: Any) -> int:
    """Render a short film and score it, to see that all works."""
    from v2a.cli import demo_film
    from v2a.cli.ending import outcome
    from v2a.cli.options import read_brief
    from v2a.cli.picture import draw
    from v2a.cli.screen import bars
    from v2a.cli.working import order, session_on
    from v2a.errors import CannotWrite

    film = folder / "film.mp4"
    if film.exists() and not film.with_suffix(".v2a").exists():
        raise CannotWrite(
            "is there already and is no demo's", where=str(film), remedy="Name another folder with -o."
        )
    if not (given["quiet"] or given["as_json"]):
        click.echo(f"Rendering {film} …", err=True)
    demo_film.render(film)
    wanted = order(
        film,
        {"brief": read_brief(brief) or demo_film.BRIEF, "seed": seed, "stems": folder / "stems"},
        demo_film.SETTINGS,
    )
    with bars(quiet=given["quiet"] or given["as_json"]) as hear, session_on(wanted, tell=hear) as session:
        delivery = session.score()
        draw(session.observe(), delivery.spotting, session.stem_files(), folder / "film.png")
    code = outcome(delivery, session, **given)
    if not (given["quiet"] or given["as_json"]):
        click.echo(f"  picture   {folder / 'film.png'}")
    return code
