"""`v2a takes brief`: what to ask a music service for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from v2a.api.briefs import Landmark, MusicBrief

_MOST = 24


@click.command(name="brief")
@click.argument("film", type=click.Path(path_type=Path, readable=False), metavar="VIDEO|PROJECT")
@click.argument("cue")
@click.option("--limit", type=click.IntRange(40, 10_000), default=200, show_default=True, metavar="CHARACTERS",
              help="How long the prompt may be: what the service's form takes.")  # fmt: skip
@click.option(
    "--copy", "bare", is_flag=True, help="Print the prompt and nothing else, to pipe into the clipboard."
)
@click.option("--keep-project", "project", type=click.Path(path_type=Path, readable=False), metavar="DIR",
              help="The project folder.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(film: Path, cue: str, limit: int, bare: bool, project: Path | None, as_json: bool) -> int:
    """Say what to ask a music service for, such as Suno or Udio: prompt, tempo, length and hit points of a CUE.

    Paste the prompt there, fetch the song, and bring it back with `v2a takes import`: it is cut and stretched to the cue.
    """
    from v2a.api.briefs import brief
    from v2a.cli.ending import again, exit_code
    from v2a.cli.screen import bars, print_json
    from v2a.cli.working import order, session_on

    wanted = order(film, {"project": project}, {}).from_project()
    with bars(quiet=bare or as_json) as hear, session_on(wanted, tell=hear) as session:
        found = brief(session, cue, limit)
    if as_json:
        print_json(_as_json(found))
    elif bare:
        click.echo(found.prompt)
    else:
        _show(found, again(session), limit)
    return exit_code(session)


def _as_json(found: MusicBrief) -> dict[str, Any]:
    """The brief; times are seconds of the cue."""
    return {
        "cue": found.cue.id,
        "start": found.cue.span.start,
        "timecode": found.timecode,
        "length": found.length,
        "song": found.wanted,
        "prompt": found.prompt,
        "bpm": round(found.bpm, 6),
        "meter": str(found.tempo.meter),
        "tempi": [{"time": m.time, "bpm": round(m.bpm, 6)} for m in found.tempo.marks],
        "hits": [vars_of(hit) for hit in found.hits],
    }


def vars_of(hit: Landmark) -> dict[str, Any]:
    """A hit point by the names of what is known of it."""
    return {name: getattr(hit, name) for name in hit.__dataclass_fields__}


def _show(found: MusicBrief, film: Path, limit: int) -> None:
    from v2a.cli.screen import table
    from v2a.stages.arranging.telling import clock

    tempi = sorted(m.bpm for m in found.tempo.marks)
    tempo = (
        f"{found.bpm:.1f} bpm"
        if len(tempi) == 1
        else f"about {found.bpm:.1f} bpm ({tempi[0]:.1f} to {tempi[-1]:.1f})"
    )
    for name, text in (
        ("cue", f"{found.cue.id}, from {found.timecode}"),
        ("prompt", f"{found.prompt}  ({len(found.prompt)} of {limit} characters)"),
        ("tempo", f"{tempo}, {found.tempo.meter}"),
        (
            "length",
            f"{clock(found.length)} ({float(found.length):.2f} s); ask for a song of {clock(found.wanted)} or longer",
        ),
    ):
        click.echo(f"  {name:<9} {text}")
    heaviest = sorted(found.hits, key=lambda h: -h.weight)[:_MOST]
    if heaviest:
        click.echo()
        table(
            ["hit", "seconds", "bar", "beat", "weight"],
            [_row(h) for h in sorted(heaviest, key=lambda h: h.time)],
        )
        if len(found.hits) > _MOST:
            click.echo(f"The {_MOST} weightiest of {len(found.hits)}; --json prints all.")
    click.echo(f"\nThen: v2a takes import {film} {found.cue.id} SONG")


def _row(hit: Landmark) -> list[str]:
    name = f"{hit.kind} {hit.name}" if hit.name and hit.name != hit.kind else hit.kind
    return [name, f"{float(hit.time):.2f}", str(hit.bar), str(hit.beat), f"{hit.weight:.1f}"]
