"""`v2a show`: shots, moments and cues, as a table or a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.options import ending_in


@click.command(name="show")
@click.argument("film", type=click.Path(path_type=Path, readable=False), metavar="VIDEO|PROJECT")
@click.option(
    "--png",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    callback=ending_in(".png"),
    help="Draw filmstrip, cuts, cues and stems.",
)
@click.option(
    "--keep-project",
    "project",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="The project folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(film: Path, png: Path | None, as_json: bool, **given: Any) -> None:
    """Show shots, moments and cues of a project, as a table or a picture."""
    from v2a.cli.picture import draw
    from v2a.cli.screen import bars, print_json, table
    from v2a.cli.working import order, session_on

    wanted = order(film, given, {}).from_project()
    with bars(quiet=as_json) as hear, session_on(wanted, tell=hear, write=False) as session:
        seen, listed = session.observe(), session.spotting()
        if png is not None:
            draw(seen, listed, session.stem_files(), png)
    if as_json:
        print_json({"video": seen.video, "shots": list(seen.shots), "scenes": list(seen.scenes),
                    "moments": list(seen.moments), "speech": list(seen.speech), "music": list(seen.music),
                    "cues": list(listed.cues), "hits": list(listed.hits)})  # fmt: skip
        return
    at = seen.video.timecode_at
    table(["shot", "in", "out", "by", "sure"],
          [[str(n + 1), str(at(s.span.start)), str(at(s.span.end)), s.transition_in, f"{s.confidence:.2f}"]
           for n, s in enumerate(seen.shots)])  # fmt: skip
    click.echo()
    table(["moment", "at", "strength", "sure", "x"],
          [[m.kind, str(at(m.time)), f"{m.strength:.2f}", f"{m.confidence:.2f}", f"{m.x:.2f}"]
           for m in seen.moments])  # fmt: skip
    click.echo()
    table(["cue", "kind", "in", "out", "prompt", "state"],
          [[c.id, c.kind, str(at(c.span.start)), str(at(c.span.end)), c.prompt, _state(c)]
           for c in listed.cues])  # fmt: skip
    if listed.hits:
        click.echo()
        table(["hit", "at", "weight"],
              [[h.name, str(at(h.time)), f"{h.weight:g}"] for h in listed.hits])  # fmt: skip
    if png is not None:
        click.echo(f"\n{png}")


def _state(cue: Any) -> str:
    flags = [name for name in ("suggested", "muted", "solo", "locked") if getattr(cue, name)]
    return ", ".join([*flags, *(["edited"] if cue.pinned else [])])
