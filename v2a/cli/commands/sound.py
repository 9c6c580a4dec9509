"""`v2a sound`: make one sound from words, without a film."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from v2a.cli.options import device_option, reference_options

if TYPE_CHECKING:
    from v2a.model import PluginFailed


def _number(ctx: click.Context, option: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("nan is no length.")
    return value


def _params(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[str, Any]:
    """Values as they are written in a spotting list; what is none there is text."""
    import tomllib

    found: dict[str, Any] = {}
    for pair in given:
        key, equals, text = pair.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"{pair!r} is no KEY=VALUE.")
        try:
            found[key.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            found[key.strip()] = text
    return found


@click.command(name="sound")
@click.argument("prompt")
@click.option("--seconds", type=click.FloatRange(min=0.02, max=36_000), default=4.0, show_default=True,
              callback=_number, help="How long.")  # fmt: skip
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, readable=False),
    required=True,
    help="A .wav or .flac file.",
)
@click.option("--kind", type=click.Choice(["fo", "fx", "bg", "mx", "vo"]), help="What kind of sound it is.")
@click.option("--generator", metavar="NAME", help="Which generator makes it: v2a plugins lists them.")
@click.option("--set", "params", metavar="KEY=VALUE", multiple=True, callback=_params,
              help="A parameter of that generator, such as steps=40; again for more.")  # fmt: skip
@reference_options
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed, another sound."
)
@click.option("--executor", metavar="NAME", help="Where the generator runs: process or local.")
@device_option
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def command(prompt: str, output: Path, **given: Any) -> int:
    """Make one sound from words, without a film: audition any generator."""
    from v2a import api
    from v2a.builtin.executors.failures import untold
    from v2a.cli.ending import credit_lines, name_all
    from v2a.cli.screen import bars, gathering, print_json

    as_json = given.pop("as_json")
    given["reference"] = given["reference"] or ""
    if given["params"] and not given["generator"]:
        raise click.UsageError("--set is a parameter of one generator: name it with --generator.")
    given["device"] = given["device"] or "auto"
    if given["strength"] is None:
        del given["strength"]
    elif not given["reference"]:
        raise click.UsageError("--strength says how much of a --reference is heard, and there is none.")
    failed: list[PluginFailed] = []
    with bars(quiet=as_json) as hear:
        take = api.sound(api.SoundOrder(prompt=prompt, output=output, **given), tell=gathering(hear, failed))
    if as_json:
        print_json(
            {
                "output": str(output),
                "generator": take.generator,
                "version": take.version,
                "seed": take.seed,
                "duration": take.sound.duration,
                "licence": take.licence,
                "credits": list(take.credits),
                "notes": list(take.notes),
            }
        )
    else:
        click.echo(
            f"{output}: {float(take.sound.duration):.2f} s by {take.generator} {take.version}, seed {take.seed}"
        )
        for note in take.notes:
            click.echo(f"  note      {note}")
        for line in credit_lines(take.credits):
            click.echo(line)
    return name_all(untold(notice) for notice in failed)
