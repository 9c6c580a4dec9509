"""`v2a tempo`: the tempi whose beats fall on what happens in the picture."""

from __future__ import annotations

import math
import os.path
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from v2a.cli.options import device_option, settings_of, stage_options

if TYPE_CHECKING:
    from v2a.api.session import Session
    from v2a.api.tempo import Found, Map
    from v2a.model import Hit

_FILE = click.Path(path_type=Path, readable=False)


@dataclass(frozen=True)
class _Mark:
    """A hit point as it was typed: when, and how much it weighs."""

    time: str
    weight: float | None


class _MarkType(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """`TIME` or `TIME=WEIGHT`."""

    name = "time[=weight]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The mark that was typed."""
        time, sign, weight = value.partition("=")
        if not sign:
            return _Mark(time, None)
        try:
            number = float(weight)
        except ValueError:
            number = math.nan
        if not 0 < number <= 1000:
            self.fail(f"{weight!r} is no weight: write a number above 0; a plain cut weighs 1.", param, ctx)
        return _Mark(time, number)


@click.command(name="tempo")
@click.argument("film", type=_FILE, metavar="VIDEO|PROJECT")
@stage_options("tempo")
@click.option("--hit", "marks", type=_MarkType(), multiple=True, metavar="TIME[=WEIGHT]",
              help="A point that music is to land on: timecode, m:ss or seconds. It weighs 10, a cut 1. Besides "
                   "those of the spotting list; as often as you like.")  # fmt: skip
@click.option("--cue", metavar="ID", help="For this cue of music: its length, its prompt, its tempo.")
@click.option("--from", "start", metavar="TC", help="Count from here: timecode, m:ss or seconds.")
@click.option("--to", "end", metavar="TC", help="Count up to here.")
@click.option("-o", "--output", "outputs", type=_FILE, multiple=True, metavar="FILE",
              help="Write the tempo map: .mid for a sequencer, .csv for people. As often as you like.")  # fmt: skip
@click.option("--start-tc", metavar="TC", help="The film's start timecode, where the file does not say.")
@click.option("--preset", metavar="NAME", help="A style: v2a presets lists them.")
@click.option("--keep-project", "project", type=_FILE, metavar="DIR",
              help="The project folder. [default: VIDEO's name with .v2a, beside it]")  # fmt: skip
@device_option
@click.option("--json", "as_json", is_flag=True,
              help="Print a list, best first: `bpm`, `offset` (the first beat), `beats` in seconds of the film, and "
                   "`hits`, each with `time`, `weight` and `error_frames` (positive where the beat is late).")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
def command(film: Path, marks: Sequence[_Mark], cue: str | None, **given: Any) -> int:
    """Say which tempi put beats on what happens in the picture, and write the tempo map.

    The first is what music gets: one tempo where that does, else one that gives way gently so that more is hit. Cuts,
    scenes and moments count by what they weigh, your own marks far more. Where the production sound has music with plain
    beats, the first follows those. A beat that hits comes with the picture or up to two frames after it, never before;
    up to four frames off is near.
    """
    from v2a.api import tempo
    from v2a.api.order import time_in
    from v2a.cli.ending import exit_code
    from v2a.cli.screen import bars, print_json
    from v2a.cli.working import order, session_on

    if cue is not None and (given["start"] or given["end"]):
        raise click.UsageError("--cue counts the whole of a cue: leave out --from and --to.")
    for path in given["outputs"]:
        tempo.check_output(path)
    wanted = order(film, given, settings_of(given))
    if cue is not None or os.path.isdir(film):  # unlike Path.is_dir, this never raises  # noqa: PTH112
        wanted = wanted.from_project()
    quiet = given["quiet"] or given["as_json"]
    with bars(quiet=quiet) as hear, session_on(wanted, tell=hear) as session:
        hits = [_hit(time_in(mark.time, session.video), mark, session) for mark in marks]
        found = tempo.find(session, hits, cue)
        for path in given["outputs"]:
            tempo.write(found, path)
    if given["as_json"]:
        print_json([_as_json(found, each) for each in found.maps])
    elif not given["quiet"]:
        _show(found, given["outputs"])
    return exit_code(session)


def _hit(time: Fraction, typed: _Mark, session: Session) -> Hit:
    from v2a.api import tempo
    from v2a.errors import TimeOutsideFilm
    from v2a.project.times import runs

    if not session.video.span.contains(time):
        raise TimeOutsideFilm(f"the hit at {typed.time} lies outside the film", remedy=runs(session.video))
    return tempo.mark(time, typed.weight)


def _as_json(found: Found, each: Map) -> dict[str, Any]:
    """One way to count the film; times are seconds on its clock."""
    start = found.span.start
    beats = [start + time for time in each.tempo.beats(found.whole)]
    downbeats = [start + time for time in each.tempo.downbeats(found.whole)]
    return {
        "bpm": round(each.bpm, 6),
        "offset": beats[0] if beats else start + each.tempo.time(0),
        "meter": str(each.tempo.meter),
        "fitted": each is found.best,
        "even": each.even,
        "beats": beats,
        "downbeats": downbeats,
        "tempi": [{"time": start + mark.time, "bpm": round(mark.bpm, 6)} for mark in each.tempo.marks],
        "hits": [
            {
                "time": start + one.hit.time,
                "weight": one.hit.weight,
                "error_frames": round(one.frames, 4),
                "kind": one.hit.kind,
                "name": one.hit.name,
                "verdict": one.verdict,
                "downbeat": one.downbeat,
            }
            for one in each.landings
        ],
        "tally": each.tally,
    }


def _show(found: Found, outputs: Sequence[Path]) -> None:
    """The tempi as a table, what the first of them does, and where it was written."""
    from v2a.cli.screen import table

    table(
        ["bpm", "offset", "hits", "near", "misses", "off", "others off", "downbeats"],
        [_row(found, each) for each in found.maps],
    )
    click.echo()
    for name, text in (*_summary(found), *(("map", str(path)) for path in outputs)):
        click.echo(f"  {name:<9} {text}")


def _row(found: Found, each: Map) -> list[str]:
    counts, number = each.tally, f"{each.bpm:.5f}".rstrip("0").rstrip(".")
    first = next(iter(each.tempo.numbers(found.whole)), 0)
    return [
        number if each.even else f"{_span_of(each)} (about {number})",
        f"{float(found.span.start + each.tempo.time(first)):.3f}",
        *map(str, (counts.hits, counts.near, counts.misses)),
        f"{counts.important:.2f}",
        f"{counts.other:.2f}",
        str(counts.downbeats),
    ]


def _span_of(each: Map) -> str:
    """The slowest and the fastest tempo of a map."""
    tempi = sorted(mark.bpm for mark in each.tempo.marks)
    return f"{tempi[0]:.2f} to {tempi[-1]:.2f}"


def _summary(found: Found) -> list[tuple[str, str]]:
    best = found.best
    bars = len(best.tempo.downbeats(found.whole))
    how = (
        "follows the music that is there"
        if found.follows
        else "one tempo"
        if best.even
        else "gives way gently"
    )
    said = [("first", f"{how}; {best.tempo.meter}, {bars} bar{'' if bars == 1 else 's'}")]
    if not found.hits:
        return [*said, ("note", "nothing here wants a beat, so any tempo does")]
    rate = 1 / found.limits.frame
    said.append(("hits", f"{best.tally.hits} of {len(found.hits)} with the picture or up to two frames after it "
                         f"(of {float(rate):g} a second)"))  # fmt: skip
    for one in best.landings:
        if one.hit.kind == "mark":
            bar, beat = best.bar(one.beat)
            at = found.video.timecode_at(found.span.start + one.hit.time)
            said.append(
                (
                    "mark",
                    f"{at} {one.hit.name}".rstrip() + f": bar {bar}, beat {beat}, {one.frames:+.2f} frames",
                )
            )
    return said
