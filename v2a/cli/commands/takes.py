"""`v2a takes`: the attempts at a cue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from v2a.cli.commands import takes_brief
from v2a.cli.options import device_option, reference_options, seen_from_here

FILM = click.argument("film", type=click.Path(path_type=Path, readable=False), metavar="VIDEO|PROJECT")
PROJECT = click.option(
    "--keep-project",
    "project",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="The project folder.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group(name="takes")
def command() -> None:
    """List, re-roll, choose and import takes of a cue."""


def _session(film: Path, project: Path | None, device: str | None = None, **given: Any) -> Any:
    from v2a.cli.working import order, session_on

    return session_on(order(film, {"project": project, "device": device}, {}).from_project(), **given)


@command.command(name="list")
@FILM
@click.argument("cue", required=False)
@PROJECT
@JSON
def list_takes(film: Path, cue: str | None, project: Path | None, as_json: bool) -> None:
    """List the takes of one cue, or of all."""
    from v2a.cli.screen import print_json, table
    from v2a.stages.generating.criteria import scored

    with _session(film, project, write=False) as session:
        listed = session.spotting()
        cues = [session.cue(cue)] if cue else list(listed.cues)
        found = [(c, take) for c in cues for take in session.takes(c.id)]
    if as_json:
        print_json([{"cue": c.id, "take": t.id, "generator": t.generator, "version": t.version, "seed": t.seed,
                     "prompt": t.prompt, "duration": t.sound.duration, "score": t.score,
                     "marks": {m.name: m.value for m in t.marks}, "chosen": session.is_chosen(c, t)}
                    for c, t in found])  # fmt: skip
        return
    table(["cue", "take", "generator", "seed", "seconds", "score", "prompt", ""],
          [[c.id, t.id, t.generator, str(t.seed), f"{float(t.sound.duration):.2f}", scored(t.score, {m.name: m.value for m in t.marks}), t.prompt,
            "chosen" if session.is_chosen(c, t) else ""] for c, t in found])  # fmt: skip


@command.command()
@FILM
@click.argument("cue")
@click.option("--seed", type=click.IntRange(0), help="The new seed. [default: the next unused one]")
@click.option("--generator", metavar="NAME", help="Another generator.")
@reference_options
@click.option(
    "--count", type=click.IntRange(1, 64), default=1, show_default=True, help="How many takes to make."
)
@PROJECT
@device_option
@JSON
def reroll(
    film: Path, cue: str, project: Path | None, device: str | None, count: int, as_json: bool, **given: Any
) -> int:
    """Make new takes of a cue, with another seed, generator or reference, and choose the last one."""
    from v2a.api.takes import Change
    from v2a.api.takes import reroll as reroll_cue
    from v2a.cli.ending import again, exit_code
    from v2a.cli.screen import bars, print_json

    change = Change(**given | {"reference": seen_from_here(given["reference"])})
    with bars(quiet=as_json) as hear, _session(film, project, device, tell=hear) as session:
        made = reroll_cue(session, cue, change, count=count)
    if as_json:
        print_json([{"cue": cue, "take": t.id, "generator": t.generator, "seed": t.seed} for t in made])
        return exit_code(session)
    for take in made:
        click.echo(f"{cue}: take {take.id} by {take.generator} {take.version}, seed {take.seed}")
    click.echo(f"Take {made[-1].id} is chosen. To hear it in the film: v2a render {again(session)}")
    return exit_code(session)


@command.command()
@FILM
@click.argument("cue")
@click.argument("take")
@PROJECT
def choose(film: Path, cue: str, take: str, project: Path | None) -> None:
    """Choose the TAKE that a cue is rendered with."""
    from v2a.api.takes import choose as choose_take
    from v2a.cli.ending import again

    with _session(film, project) as session:
        choose_take(session, cue, take)
    click.echo(f"{cue}: take {take} is chosen. To hear it in the film: v2a render {again(session)}")


@command.command(name="import")
@FILM
@click.argument("cue")
@click.argument("sound", type=click.Path(path_type=Path, readable=False), metavar="FILE")
@click.option("--sync", type=float, help="Where its sync point is, in seconds from its start.")
@click.option("--licence", default="own", show_default=True, help="On what terms the sound may be used.")
@click.option("--credit", default="", help="The credit that is owed for it.")
@PROJECT
def import_take(film: Path, cue: str, sound: Path, project: Path | None, **given: Any) -> None:
    """Bring a sound FILE of your own in as a take of a cue, and choose it.

    Music is cut at its bars and stretched to the cue's length and hit points; it is said how.
    """
    from v2a.api.music import how_cut
    from v2a.api.takes import import_take as bring
    from v2a.cli.ending import again

    with _session(film, project) as session:
        take = bring(session, cue, sound, **given)
        wanted = session.cue(cue)
        cut = how_cut(session, wanted, take)
    if wanted.take == take.id:
        click.echo(
            f"{cue}: take {take.id} from {sound} is chosen. To hear it in the film: v2a render {again(session)}"
        )
    else:
        seconds, length = float(take.sound.duration), float(wanted.span.duration)
        click.echo(
            f"{cue}: take {take.id} from {sound} is not chosen: {seconds:.1f} s of music are far too short for a cue of "
            f"{length:.1f} s. To choose it all the same: v2a takes choose {again(session)} {cue} {take.id}"
        )
        return
    if cut:
        click.echo(f"{cue}: {cut}")


@command.command()
@FILM
@click.argument("cue")
@click.argument("take")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    help="A .wav or .flac file; a .mid file for the notes of music; a folder for all that there is.",
)
@click.option(
    "--parts",
    type=click.Path(path_type=Path, readable=False),
    metavar="DIR",
    help="A folder for its named parts, such as strings and percussion, as WAV files; made now where they were not kept.",
)
@PROJECT
def export(
    film: Path, cue: str, take: str, output: Path | None, parts: Path | None, project: Path | None
) -> None:
    """Write a TAKE to a sound file, to hear it by itself; its parts, to mix them by hand; or its notes, as MIDI."""
    from v2a.api.handing import Wanted, hand_out

    if output is None and parts is None:
        raise click.UsageError("Say where to: -o FILE, or --parts DIR.")
    with _session(film, project, write=False) as session:
        written = hand_out(session, cue, take, Wanted(output, parts))
    for path in written:
        click.echo(str(path))


command.add_command(takes_brief.command)
