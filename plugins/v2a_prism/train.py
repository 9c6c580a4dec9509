"""`v2a train`: PrismAudio taught on a user's own videos, or sounds with texts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from v2a.errors import ProgramMissing
from v2a_prism.generator import installed


def run(arguments: list[str]) -> int:
    """Run `v2a train` with its arguments; answers with the exit code."""
    result = command.main(args=arguments, prog_name="v2a train", standalone_mode=False)
    return result if isinstance(result, int) else 0


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path), help="Where it is kept and ends."
)
@click.option("--model", help="What to begin from: a name in the weights folder, or a folder. [prismaudio]")
@click.option("--scratch", help="Begin with random weights of this configuration instead.")
@click.option("--lora", "rank", type=click.IntRange(1, 1024), help="Train an adapter of this rank. [16]")
@click.option("--full", is_flag=True, help="Train all weights instead of an adapter.")
@click.option("--autoencoder", type=click.IntRange(1), help="Train the autoencoder first, for so many steps.")
@click.option("--steps", type=click.IntRange(1), help="Steps in all. [2000]")
@click.option("--batch", type=click.IntRange(1), help="Windows that are learnt at once. [8]")
@click.option("--accumulate", type=click.IntRange(1), help="Batches that make one step. [1]")
@click.option(
    "--rate", type=click.FloatRange(0, min_open=True), help="The learning rate. [1e-4; --full: 2e-5]"
)
@click.option("--warmup", type=click.IntRange(0), help="Steps in which the rate rises. [100]")
@click.option("--dropout", type=click.FloatRange(0, 1), help="How often nothing is told, for guidance. [0.1]")
@click.option("--average", type=click.FloatRange(0, 0.99999), help="How long the mean of weights is. [0.999]")
@click.option("--held-out", type=click.FloatRange(0, 0.9), help="The share of files not learnt from. [0.1]")
@click.option("--save-every", type=click.IntRange(1), help="Steps between states that are kept. [200]")
@click.option("--validate-every", type=click.IntRange(1), help="Steps between held-out losses. [100]")
@click.option("--sample-every", type=click.IntRange(1), help="Steps between sounds to listen to. [500]")
@click.option("--samples", type=click.IntRange(0, 64), help="How many sounds then. [4]")
@click.option("--seed", type=click.IntRange(0), help="What is random follows from it. [0]")
@click.option("--precision", type=click.Choice(["auto", "float32", "bfloat16"]), help="[auto]")
@click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda, cuda:1, mps.")
@click.option("--resume", is_flag=True, help="Go on with the training that lies in the folder.")
def command(folder: Path, out: Path, device: str, resume: bool, full: bool, **given: Any) -> int:
    """Teach PrismAudio what is in FOLDER: videos with their own sound, or sounds with texts.

    A text lies beside its file (door.wav, door.txt) or in captions.csv (columns file and text); features that were
    worked out elsewhere lie beside it as .npz. Nothing in the folder is ever changed.

    Begin with: v2a train FOLDER -o mine
    """
    if not installed():
        raise ProgramMissing("torch is not installed", remedy="pip install 'v2a[neural]'")
    from v2a_prism.training.course import Order, follow

    asked = {name: value for name, value in given.items() if value is not None}
    if full and "rank" in asked:
        raise click.UsageError("--lora and --full are two ways; take one.")
    if "scratch" in asked and asked.keys() & {"model", "rank"}:
        raise click.UsageError(
            "--scratch trains all of a model without weights; leave out --model and --lora."
        )
    if full or "scratch" in asked:
        asked["rank"] = 0
    ended = follow(Order(folder, out, asked, device, resume), Screen())
    click.echo(f"curve     {ended.curve}")
    click.echo(f"trained   {ended.result}")
    click.echo(f"use it    {ended.use}")
    return 0


class Screen:
    """Lines that stay on standard output, and on a terminal one that changes."""

    def __init__(self) -> None:
        self._moving = sys.stderr.isatty()
        self._shown = ""

    def say(self, line: str) -> None:
        """A line that stays."""
        self._over("")
        click.echo(line)

    def tell(self, what: str, done: int, total: int) -> None:
        """How far some work is."""
        if self._moving:
            self._over(f"{what} {done} of {total}")

    def _over(self, line: str) -> None:
        if self._shown or line:
            click.echo(f"\r{line:<{len(self._shown)}}\r{line}", nl=False, err=True)
        self._shown = line
