"""The cue sheet: all cues as a CSV table that any spreadsheet opens, and the way back."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import ClassVar, cast

from v2a.dsp.tempi import Tempi
from v2a.errors import SpottingSyntax, TimeOutsideFilm
from v2a.interfaces import ExchangeCard, Exporter, Imported, Importer
from v2a.model import KINDS, Cue, Delivery, Meter, RoomName, Span, Timecode, Video

_COLUMNS = (
    "id",
    "kind",
    "timecode_in",
    "timecode_out",
    "in",
    "out",
    "sync",
    "prompt",
    "generator",
    "reference",
    "strength",
    "tempo",
    "meter",
    "gain",
    "pan",
    "room",
    "distance",
    "fade_in",
    "fade_out",
    "muted",
    "take",
    "why",
)
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CueSheet(Exporter):
    """Writes every cue with its place, its words and what was made of it."""

    card: ClassVar[ExchangeCard] = ExchangeCard("csv", "1", (".csv",), "A cue sheet for any spreadsheet")

    def write(self, delivery: Delivery, path: Path) -> tuple[str, ...]:
        """Write one line for each cue."""
        takes = {r.cue: r.take for r in delivery.regions}
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
            rows.writeheader()
            for cue in delivery.spotting.cues:
                take = takes.get(cue.id)
                rows.writerow(
                    _row(cue, delivery.video, take.id if take else "", take.generator if take else "")
                )
        unsaid = [c.id for c in delivery.spotting.cues if c.params or c.avoid]
        if unsaid:
            return (f"The cue sheet has no column for parameters and unwanted sounds ({', '.join(unsaid)}).",)
        return ()


def _row(cue: Cue, video: Video, take: str, generator: str) -> dict[str, str]:
    return {
        "id": cue.id,
        "kind": cue.kind,
        "timecode_in": str(video.timecode_at(cue.span.start)),
        "timecode_out": str(video.timecode_at(cue.span.end)),
        "in": _seconds(cue.span.start),
        "out": _seconds(cue.span.end),
        "sync": "" if cue.sync is None else _seconds(cue.sync),
        "prompt": _text(cue.prompt),
        "generator": cue.generator or generator,
        "reference": _text(cue.reference),
        "strength": f"{cue.strength:g}" if cue.reference else "",
        "tempo": _uncounted(cue.tempo),
        "meter": _uncounted(cue.meter),
        "gain": f"{cue.gain:g}",
        "pan": f"{cue.pan:g}",
        "room": cue.room,
        "distance": f"{cue.distance:g}",
        "fade_in": _seconds(cue.fade_in),
        "fade_out": _seconds(cue.fade_out),
        "muted": "yes" if cue.muted else "",
        "take": take,
        "why": _text(cue.why),
    }


def _seconds(time: Fraction) -> str:
    return f"{float(time):.6f}".rstrip("0").rstrip(".")


def _space(text: str) -> RoomName:
    """The room of that name; one that there is not is refused by the cue itself."""
    return cast(RoomName, text.lower())


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _uncounted(text: str) -> str:
    """Text that a spreadsheet takes for no date and no time: 3/4, 80:110."""
    return f"'{text}" if "/" in text or ":" in text else text


def _plain(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


class CueSheetReader(Importer):
    """Reads a cue sheet: `kind`, `prompt` and either `in` and `out` in seconds or the timecodes are enough."""

    card: ClassVar[ExchangeCard] = CueSheet.card

    def read(self, path: Path, video: Video) -> Imported:
        """Read the cues; what is no column of ours is named in the notes."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                table = csv.DictReader(file)
                heads = [h.strip().lower() for h in table.fieldnames or ()]
                table.fieldnames = heads
                rows = [{k: (v or "").strip() for k, v in row.items() if k} for row in table]
        except (UnicodeDecodeError, csv.Error) as error:
            raise SpottingSyntax(
                "this is not a CSV table in UTF-8", where=str(path), remedy="Save it as CSV, UTF-8."
            ) from error
        if "kind" not in heads or "prompt" not in heads:
            raise SpottingSyntax(
                "a cue sheet has at least the columns kind, in, out and prompt", where=str(path)
            )
        cues = tuple(
            _cue(row, video, f"{path.name}, line {n}") for n, row in enumerate(rows, 2) if any(row.values())
        )
        unknown = [h for h in heads if h and h not in _COLUMNS]
        notes = (f"Columns that mean nothing here were left out: {', '.join(unknown)}.",) if unknown else ()
        return Imported(cues, notes)


def _cue(row: Mapping[str, str], video: Video, where: str) -> Cue:
    kind = next((k for k in KINDS if k == row.get("kind", "").lower()), None)
    if kind is None:
        raise SpottingSyntax(
            f"{row.get('kind', '')!r} is not a kind of sound", where=where, remedy=f"Use {', '.join(KINDS)}."
        )
    try:
        start, end = _time(row, "in", video), _time(row, "out", video)
        cue = Cue(
            row.get("id", ""),
            kind,
            Span(start, end),
            _plain(row.get("prompt", "")),
            sync=Fraction(row["sync"]) if row.get("sync") else None,
            generator=row.get("generator") or None,
            reference=_plain(row.get("reference", "")),
            strength=float(row.get("strength") or 0.5),
            tempo=_tempo(row.get("tempo", "")),
            meter=_meter(row.get("meter", "")),
            gain=float(row.get("gain") or 0.0),
            pan=float(row.get("pan") or 0.0),
            room=_space(row.get("room", "")),
            distance=float(row.get("distance") or 1.0),
            fade_in=Fraction(row.get("fade_in") or 0),
            fade_out=Fraction(row.get("fade_out") or 0),
            muted=row.get("muted", "").lower() in ("yes", "true", "1", "x"),
            take=row.get("take") or None,
            why=_plain(row.get("why", "")),
        )
    except (ValueError, ZeroDivisionError) as error:
        raise SpottingSyntax(str(error), where=where) from error
    if not cue.span.overlaps(video.span):
        raise TimeOutsideFilm(
            f"the cue lies outside the film, which lasts {float(video.duration):.2f} s", where=where
        )
    return cue


def _tempo(text: str) -> str:
    """A tempo as it is written; raises ValueError where it is none."""
    tempo = text.removeprefix("'")
    return tempo and str(Tempi.parse(tempo))


def _meter(text: str) -> str:
    """A meter as it is written; raises ValueError where it is none."""
    meter = text.removeprefix("'")
    return meter and str(Meter.parse(meter))


def _time(row: Mapping[str, str], name: str, video: Video) -> Fraction:
    if row.get(name):
        return Fraction(row[name])
    text = row.get(f"timecode_{name}", "")
    if not text:
        raise ValueError(f"the cue has no {name}")
    start = video.timecode
    return Timecode.parse(text, start.rate, start.drop or None).since(start)
