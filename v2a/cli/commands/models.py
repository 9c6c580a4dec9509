"""`v2a models`: fetch the weights of models, on terms that were read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from v2a.api.converting import Converted
    from v2a.api.models import Model
    from v2a.interfaces import Bench
    from v2a.model import Notice

_TITLES = ["model", "state", "size", "licence", "commercial", "what for"]
_KEEP = click.option(
    "--keep", is_flag=True, help="Keep the fetched file too, once it was converted: the same once more."
)


@click.group(name="models")
def command() -> None:
    """Fetch the weights of models that plugins know, on terms that you read.

    v2a works without any. They go into V2A_WEIGHTS, or the user's data folder, each model into a folder of its name.
    HF_ENDPOINT names a mirror of the hub, HF_TOKEN who you are to it.
    """


@command.command(name="list")
@click.option("--check", is_flag=True, help="Read all that was fetched, and compare checksums.")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON, with all conditions and files.")
def list_all(check: bool, as_json: bool) -> int:
    """List the models, their terms, and which are here.

    With --check the exit code is 62 where a file is not what it was.
    """
    from v2a.api import models
    from v2a.cli import terms
    from v2a.cli.screen import bars, print_json, table
    from v2a.errors import WeightsDamaged
    from v2a.host import Host

    with bars(quiet=as_json) as hear:
        bench = _bench(hear)
        found = models.models(Host.discover(), bench.weights)
        bad = {model.card.name: models.damaged(model, bench) for model in found} if check else {}
    if as_json:
        print_json([terms.as_json(model, bad.get(model.card.name)) for model in found])
    else:
        table(_TITLES, [terms.row_of(model, bad.get(model.card.name, ())) for model in found])
        click.echo(f"They lie in {bench.weights}, each in a folder of its name.", err=True)
    for name, files in bad.items():
        if files:
            what = f"{', '.join(files)} of {name} changed since it came"
            click.echo(f"v2a: {what}. v2a models pull {name} fetches it again.", err=True)
    return WeightsDamaged.exit_code if any(bad.values()) else 0


@command.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@click.option("--accept-licence", "accepted", is_flag=True,
              help="Say that you read the licence and accept it, for scripts; a terminal asks.")  # fmt: skip
@click.option("--from", "source", metavar="URL|PATH", default="",
              help="Take it from a mirror's address, or from a folder or file that you carried here.")  # fmt: skip
@_KEEP
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def pull(names: tuple[str, ...], accepted: bool, source: str, keep: bool, quiet: bool) -> None:
    """Fetch the models NAME, or make sure that they are here and whole.

    Their licences are shown first and must be accepted once. What broke off goes on where it stopped; nothing of a model
    is put in place before all of it has come and its checksums agree. Then it is converted, where it wants that.
    """
    from v2a.api import pulling
    from v2a.cli import terms

    wanted = [_named(name) for name in dict.fromkeys(names)]
    if source and len(wanted) > 1:
        raise click.UsageError("--from is the place of one model; name one.")
    for found in wanted:
        if source or not found.is_own:
            pulling.accepted(found, terms.accepting(accepted, quiet))
    for found in wanted:
        _pull(found, source, keep, quiet)


def _pull(found: Model, source: str, keep: bool, quiet: bool) -> None:
    """Fetch a model whose terms were accepted, and convert it where it wants that and can be."""
    from v2a.api import converting, pulling
    from v2a.cli.screen import bars
    from v2a.errors import DiskFull, ProgramMissing

    converted, later = None, ""
    with bars(quiet) as hear:
        bench = _bench(hear)
        done = pulling.pull(found, bench, pulling.always, source)
        if converting.can_convert(done.model):
            try:
                converted = converting.convert(done.model, bench, keep=keep)
            except (ProgramMissing, DiskFull) as error:
                later = f"fetched, and not converted yet: {error}"
    if quiet:
        return
    _say(done.model, done.brought)
    if converted is not None:
        _say_converted(converted)
    if later:
        click.echo(f"v2a: note: {later}", err=True)


@command.command()
@click.argument("name")
def path(name: str) -> int:
    """Print the folder of the model NAME; the exit code is 61 where it is not all there."""
    from v2a.errors import WeightsMissing

    found = _named(name)
    click.echo(found.folder)
    if found.state == "here":
        return 0
    part = "is not here" if found.state == "missing" else "is only partly here"
    click.echo(f"v2a: {name} {part}. v2a models pull {name} fetches it.", err=True)
    return WeightsMissing.exit_code


@command.command()
@click.argument("name")
@click.option("--from", "source", type=click.Path(path_type=Path, readable=False), metavar="FILE",
              help="Your own copy of the published file; it is never touched.")  # fmt: skip
@_KEEP
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def convert(name: str, source: Path | None, keep: bool, quiet: bool) -> int:
    """Make sharded safetensors of what was fetched of the model NAME, or of your own FILE.

    They are read faster and can run no code. The fetched file is taken away afterwards, unless --keep is given.
    """
    from v2a.api import converting
    from v2a.cli.screen import bars

    wanted = _named(name)
    with bars(quiet) as hear:
        done = converting.convert(wanted, _bench(hear), source, keep)
    if not quiet:
        _say_converted(done)
    return 0


def _named(name: str) -> Model:
    from v2a.api import models
    from v2a.host import Host
    from v2a.media.weights import weights_folder

    return models.model(Host.discover(), weights_folder(), name)


def _bench(hear: Callable[[Notice], None]) -> Bench:
    from v2a.cli.working import stopping
    from v2a.interfaces import Bench
    from v2a.media.weights import weights_folder

    return Bench(weights=weights_folder(), tell=hear, **stopping())


def _say(found: Model, brought: tuple[str, ...]) -> None:
    click.echo(found.folder)
    if brought:
        files = "file" if len(brought) == 1 else "files"
        click.echo(f"  fetched   {len(brought)} {files}, {found.card.licence.weights}")
    elif found.is_own:
        click.echo(
            "  yours     weights that v2a did not fetch lie there; move them away to fetch the published ones"
        )
    else:
        click.echo("  here      all of it, as it came")


def _say_converted(done: Converted) -> None:
    from v2a.media.download import size_text

    if not done.made:
        click.echo("  converted already")
        return
    click.echo(f"  converted {len(done.made)} files: {', '.join(done.made)}")
    if done.freed:
        click.echo(
            f"  freed     {size_text(done.freed)}: the fetched file is gone, the same is in safetensors (--keep)"
        )
    elif done.left is not None:
        free = size_text(done.left.stat().st_size)
        click.echo(f"  kept      {done.left}; {free} are free again when you remove it")
