"""The last lines of a run: what was placed, what was not, where everything is, and the exit code."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.builtin.planner.clock import clock_text
from v2a.errors import V2aError
from v2a.model import KINDS, Credit, Cue, CueFailure, Delivery, Hit, Mixdown, SpottingList, Unplaced

if TYPE_CHECKING:
    from v2a.api.session import Session

_MOST = 5
# Loudness is measured over so many seconds at least.
_MEASURABLE = 0.4


def outcomes(
    deliveries: Sequence[Delivery], sessions: Sequence[Session], *, as_json: bool, quiet: bool
) -> int:
    """Print what a render of one or of several films did; the exit code is the first that tells of a failure."""
    if as_json and len(deliveries) > 1:
        from v2a.cli.screen import print_json

        told = [_as_json(delivery, session) for delivery, session in zip(deliveries, sessions)]
        print_json({"programme": deliveries[0].mixdown.programme, "reels": told})
    return _first(
        outcome(delivery, session, as_json=as_json and len(deliveries) == 1, quiet=quiet or as_json)
        for delivery, session in zip(deliveries, sessions)
    )


def _first(codes: Iterable[int]) -> int:
    """The first exit code that tells of a failure, once all was said."""
    return next((code for code in list(codes) if code), 0)


def outcome(delivery: Delivery, session: Session, *, as_json: bool, quiet: bool) -> int:
    """Print what a render did; the exit code says if a cue or a plugin failed."""
    if as_json:
        from v2a.cli.screen import print_json

        print_json(_as_json(delivery, session))
    elif not quiet:
        _print_lines(delivery, again(session))
    for failure in delivery.failures:
        print(f"v2a: {_told(failure)}", file=sys.stderr)
    return exit_code(session, [failure.exit_code for failure in delivery.failures])


def _told(failure: CueFailure) -> str:
    where = [f"cue {failure.cue}"] if failure.cue else []
    where += [failure.generator] if failure.generator and failure.cue else []
    how = "instead" if failure.generator else "without it"
    instead = (
        f"Made by {failure.instead} {how}." if failure.instead else "It is silent." if failure.cue else ""
    )
    return " ".join(
        part for part in (": ".join([*where, f"{failure.what}."]), instead, failure.remedy) if part
    )


def all_spotted(
    lists: Sequence[SpottingList], sessions: Sequence[Session], *, as_json: bool, quiet: bool
) -> int:
    """Print what spotting one or several films did."""
    if as_json and len(lists) > 1:
        from v2a.cli.screen import print_json

        print_json({"reels": [_list_as_json(listed, session) for listed, session in zip(lists, sessions)]})
    return _first(
        spotted(listed, session, as_json=as_json and len(lists) == 1, quiet=quiet or as_json)
        for listed, session in zip(lists, sessions)
    )


def spotted(listed: SpottingList, session: Session, *, as_json: bool, quiet: bool) -> int:
    """Print what spotting did."""
    if as_json:
        from v2a.cli.screen import print_json

        print_json(_list_as_json(listed, session))
    elif not quiet:
        print(f"{session.folder / 'spotting.toml'}: {_counted(listed.cues)}")
        for line in _landing(listed.hits):
            print(line)
        for line in _not_placed(listed.cues, listed.unplaced, session.notes):
            print(line)
        print(f"  next      edit it, then: v2a render {again(session)}")
    return exit_code(session)


def again(session: Session) -> Path:
    """What to name in the next command: the film where its project lies beside it, else the project."""
    film = session.order.video
    return film if session.folder == film.with_name(f"{film.stem}.v2a") else session.folder


def _list_as_json(listed: SpottingList, session: Session) -> dict[str, object]:
    return {
        "cues": list(listed.cues),
        "hits": list(listed.hits),
        "reasoning": list(listed.reasoning),
        "unplaced": list(listed.unplaced),
        "project": str(session.folder),
    }


def exit_code(session: Session, codes: Iterable[int] = ()) -> int:
    """Print what failed, a line each; the code is that of the first."""
    named = name_all([*session.troubles, *(broken.error for broken in session.host.broken)])
    return next(iter(codes), named)


def name_all(errors: Iterable[V2aError]) -> int:
    """Print errors that ended nothing; the code is that of the first, or 0 where there are none."""
    told = list(errors)
    for error in told:
        print(f"v2a: {error}", file=sys.stderr)
    return told[0].exit_code if told else 0


def _print_lines(delivery: Delivery, film: Path) -> None:
    print(delivery.output)
    print(f"  placed    {_counted(delivery.spotting.cues)}")
    for line in _landing(delivery.spotting.hits):
        print(line)
    for line in _not_placed(delivery.spotting.cues, delivery.unplaced, delivery.notes):
        print(line)
    print(f"  loudness  {_loudness(delivery.mixdown)}")
    heard = delivery.coded
    if heard is not None and heard.integrated is not None:
        print(f"  as {heard.codec:<7}{heard.integrated:.1f} LUFS, {heard.true_peak:.1f} dBTP")
    level = delivery.mixdown.programme
    if level is not None and level.loudness.integrated is not None:
        print(f"  programme {level.loudness.integrated:.1f} LUFS over {', '.join(level.reels)}")
    if delivery.stems:
        print(f"  stems     {Path(delivery.stems[0]).parent} ({len(delivery.stems)} files)")
    for path in delivery.exports:
        print(f"  export    {path}")
    for line in credit_lines(c for region in delivery.regions for c in region.take.credits):
        print(line)
    print(f"  report    {delivery.report}")
    print(f"  project   {delivery.project}: edit spotting.toml, then: v2a render {film}")


def _loudness(mixdown: Mixdown) -> str:
    """How loud the mix is, or why that cannot be said."""
    mix = mixdown.loudness
    peak = f", {mix.true_peak:.1f} dBTP" if mix.true_peak is not None else ""
    if mix.integrated is not None:
        return f"{mix.integrated:.1f} LUFS{peak} (spec {mixdown.spec})"
    if mix.true_peak is None:
        return "silent"
    short = mixdown.length < _MEASURABLE * mixdown.rate
    return f"too {'short' if short else 'soft'} to measure{peak}"


def credit_lines(owed: Iterable[Credit]) -> list[str]:
    """The credits that are owed, each once, a line each; the report lists them all."""
    told = sorted({f"  credit    {c.title} by {c.author}, {c.licence}" for c in owed})
    more = len(told) - _MOST
    return told if more <= 0 else [*told[:_MOST], f"  credit    and {more} more: see the report"]


def _counted(cues: Iterable[Cue]) -> str:
    counts = Counter(cue.kind for cue in cues if not cue.suggested and not cue.muted)
    if not counts:
        return "no cues"
    total = sum(counts.values())
    return f"{total} cue{'s' if total != 1 else ''} ({', '.join(f'{counts[k]} {k}' for k in KINDS if counts[k])})"


def _landing(hits: Sequence[Hit]) -> list[str]:
    """The hit points of the list that are the user's own, in his words where he has any, on one line."""
    told = [f"{clock_text(hit.time)} {hit.name}".strip() for hit in sorted(hits, key=lambda hit: hit.time)]
    more = f" and {len(told) - _MOST} more: see spotting.toml" if len(told) > _MOST else ""
    return [f"  hits      {', '.join(told[:_MOST])}{more}"] if told else []


def _not_placed(cues: Iterable[Cue], unplaced: Iterable[Unplaced], notes: Iterable[str]) -> list[str]:
    lines = []
    suggested = sum(cue.suggested for cue in cues)
    if suggested:
        lines.append(f"  offered   {suggested} unsure: set suggested = false in spotting.toml to hear them")
    missed = list(unplaced)
    lines += [f"  not       {entry.text!r}: {entry.why}" for entry in missed[:_MOST]]
    if len(missed) > _MOST:
        lines.append(f"  not       and {len(missed) - _MOST} more: see spotting.toml")
    said = list(dict.fromkeys(notes))
    lines += [f"  note      {note}" for note in said[:_MOST]]
    if len(said) > _MOST:
        lines.append(f"  note      and {len(said) - _MOST} more: see the report")
    return lines


def _as_json(delivery: Delivery, session: Session) -> dict[str, object]:
    return {
        "output": delivery.output,
        "stems": list(delivery.stems),
        "report": delivery.report,
        "project": delivery.project,
        "exports": list(delivery.exports),
        "cues": list(delivery.spotting.cues),
        "regions": [{"cue": r.cue, "stem": r.stem, "take": r.take.id, "generator": r.take.generator,
                     "start": r.span.start, "end": r.span.end} for r in delivery.regions],
        "loudness": delivery.mixdown.loudness,
        "spec": delivery.mixdown.spec,
        "credits": list(dict.fromkeys(c for r in delivery.regions for c in r.take.credits)),
        "unplaced": list(delivery.unplaced),
        "failures": list(delivery.failures),
        "notes": list(delivery.notes),
        "ran": dict(sorted(session.counts.items())),
    }  # fmt: skip
