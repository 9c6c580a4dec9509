"""`v2a loudness`: measure a finished file, and say if it passes a delivery's rules and what to change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from v2a.cli.options import ending_in

if TYPE_CHECKING:
    from v2a.api.metering import Dialogue, Reading, Ruling


@click.command(name="loudness")
@click.argument("file", type=click.Path(path_type=Path, readable=False))
@click.option("--spec", metavar="NAME", help="The rules to keep; without it, every spec is shown.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    callback=ending_in(".png"),
    help="Draw loudness over time into a PNG.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(file: Path, spec: str | None, plot: Path | None, as_json: bool) -> int:
    """Measure the loudness of a FILE with sound: integrated, range, momentary, short-term, true peak, dialogue.

    With --spec, the exit code is 24 where the file does not pass. The dialogue is an estimate: the loudness of the
    programme where a speech detector hears somebody. It is measured for specs that ask for it, or without --spec; where
    less than 15 % is speech they judge the programme instead.
    """
    from v2a.api import metering
    from v2a.cli.loudness_plot import draw
    from v2a.cli.screen import bars, print_json
    from v2a.dsp.specs import spec as rules
    from v2a.errors import OutOfSpec
    from v2a.model import StageEnded, StageStarted

    wanted = rules(spec or "none")
    with bars(quiet=as_json) as hear:
        hear(StageStarted(metering.STAGE, file.name))
        reading = metering.loudness(file, hear, dialogue=spec is None or wanted.measured == "dialogue")
        hear(StageEnded(metering.STAGE))
    ruling = reading.against(spec or "none")
    if plot is not None:
        draw(reading, ruling, plot)
    if as_json:
        print_json(_as_json(reading, ruling))
    else:
        _print(reading, ruling if spec else None, plot)
    return OutOfSpec.exit_code if ruling.passes is False else 0


def _as_json(reading: Reading, ruling: Ruling) -> dict[str, object]:
    measured, heard = reading.loudness, reading.dialogue
    return {
        "file": str(reading.path),
        "seconds": reading.seconds,
        "integrated": _tenths(measured.integrated),
        "range": _tenths(measured.range),
        "momentary_max": _tenths(measured.momentary_max),
        "short_term_max": _tenths(measured.short_term_max),
        "true_peak": _tenths(measured.true_peak),
        "dialogue": _tenths(heard.loudness) if heard else None,
        "speech_seconds": round(heard.seconds, 3) if heard else None,
        "spec": ruling.spec.name,
        "pass": ruling.passes,
        "checks": list(ruling.checks),
        "notes": [*reading.notes, *ruling.notes],
    }


def _tenths(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _print(reading: Reading, ruling: Ruling | None, plot: Path | None) -> None:
    from v2a.cli.screen import table

    measured = reading.loudness
    rows = [
        ("integrated", measured.integrated, "LUFS"),
        ("range", measured.range, "LU"),
        ("highest momentary", measured.momentary_max, "LUFS"),
        ("highest short-term", measured.short_term_max, "LUFS"),
        ("true peak", measured.true_peak, "dBTP"),
    ]
    nothing = "silent" if measured.true_peak is None else "too short or too soft"
    told = [[name, _said(value, unit, nothing)] for name, value, unit in rows]
    if reading.dialogue is not None:
        told.append(["dialogue, an estimate", _spoken(reading.dialogue)])
    table(["measure", "value"], told)
    for note in reading.notes:
        click.echo(f"note: {note}")
    click.echo()
    if ruling is None:
        table(["spec", "", "what to change"], [_summary(each) for each in reading.all_rulings()])
    elif ruling.checks:
        click.echo(f"{ruling.spec.name} ({ruling.spec.about}): {'pass' if ruling.passes else 'fail'}")
        table(["rule", "measured", "allowed", "", "what to change"],
              [[c.measure, _said(c.value, "", nothing), c.allowed, "pass" if c.holds else "fail", c.change]
               for c in ruling.checks])  # fmt: skip
        for note in ruling.notes:
            click.echo(f"note: {note}")
    if plot is not None:
        click.echo(plot)


def _summary(ruling: Ruling) -> list[str]:
    wrong = [f"{c.measure}: {c.change}" for c in ruling.checks if not c.holds]
    said = "; ".join(wrong) + "".join(f" ({note})" for note in ruling.notes)
    return [ruling.spec.name, "pass" if ruling.passes else "fail", said.strip()]


def _spoken(heard: Dialogue) -> str:
    if heard.loudness is None:
        return "no speech"
    return f"{heard.loudness:.1f} LUFS over {heard.seconds:.1f} s of speech"


def _said(value: float | None, unit: str, nothing: str) -> str:
    return nothing if value is None else f"{value:.1f} {unit}".rstrip()
