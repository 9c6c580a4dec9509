"""The report: what every sound is and comes from, how loud it all is, and what was not done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from v2a.dsp.specs import spec
from v2a.dsp.verdict import verdict
from v2a.model import Credit, Delivery, Filled, Mixdown, MusicEdit, Region, Span, Video, codec
from v2a.model.licence import Commercial
from v2a.stages.delivering.played import Sheet

SCHEMA = "v2a.report"
VERSION = 1
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the delivery: its name beside the report, and the SHA-256 of its bytes."""

    name: str
    size: int
    sha256: str

    @classmethod
    def of(cls, path: Path, beside: Path) -> Written:
        """A file as it lies on disk now; its name is relative to the folder where that is above it."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        inside = path.resolve().is_relative_to(beside.resolve())
        name = path.resolve().relative_to(beside.resolve()).as_posix() if inside else path.name
        return cls(name, path.stat().st_size, digest.hexdigest())


def report(delivery: Delivery, written: Iterable[Written], played: Iterable[Sheet] = ()) -> dict[str, Any]:
    """All that is said of a delivery, without dates and without places on this machine."""
    mixdown, video = delivery.mixdown, delivery.video
    music = {sheet.cue: sheet for sheet in played}
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "film": {
            "name": Path(video.path).name,
            "size": video.identity.size,
            "duration": float(video.duration),
            "frame_rate": codec.encode(video.frame_rate),
            "start_timecode": str(video.timecode),
        },
        "brief": delivery.spotting.brief,
        "preset": delivery.preset,
        "seed": delivery.spotting.seed,
        "loudness": {
            "spec": mixdown.spec,
            "pass": passes(mixdown),
            "gain": mixdown.gain,
            "limiting": mixdown.reduction,
            "dialogue": mixdown.dialogue,
            "mix": codec.encode(mixdown.loudness),
            "stems": {s.stem: codec.encode(s.loudness) for s in mixdown.stems},
            "programme": codec.encode(mixdown.programme),
            "coded": codec.encode(delivery.coded),
        },
        "balance": _balance(mixdown),
        "sounds": [
            _sound(delivery, region) | _music(region, music.get(region.cue)) for region in delivery.regions
        ],
        "filled": [_filled(video, gap) for gap in mixdown.filled],
        "credits": [codec.encode(c) for c in credits_owed(delivery.regions)],
        "commercial_use": {
            "no": _generators(delivery.regions, "no"),
            "unknown": _generators(delivery.regions, "unknown"),
        },
        "failures": [codec.encode(f) for f in delivery.failures],
        "unplaced": [codec.encode(u) for u in delivery.unplaced],
        "notes": [*delivery.notes],
        "files": [codec.encode(w) for w in written],
    }


def passes(mixdown: Mixdown) -> bool | None:
    """Whether the mix, or all reels of the programme, meet the spec; nothing where there is none, or nothing to hear."""
    whole = mixdown.programme or mixdown
    if whole.loudness.integrated is None:
        return None
    checks = verdict(spec(mixdown.spec), whole.loudness, whole.dialogue)
    return all(check.holds for check in checks) if checks else None


def credits_owed(regions: Iterable[Region]) -> tuple[Credit, ...]:
    """Every credit that is owed, once, in order of title."""
    owed = {credit for region in regions for credit in region.take.credits}
    return tuple(sorted(owed, key=lambda c: (c.title, c.author, c.licence, c.read)))


def _generators(regions: Iterable[Region], commercial: Commercial) -> list[str]:
    """The generators whose sound may not, or perhaps not, be sold."""
    return sorted({r.take.generator for r in regions if r.take.licence.commercial == commercial})


def _sound(delivery: Delivery, region: Region) -> dict[str, Any]:
    take, video = region.take, delivery.video
    return {
        "cue": region.cue,
        "kind": region.stem,
        "start": float(region.span.start),
        "end": float(region.span.end),
        "timecode": str(video.timecode_at(region.span.start)),
        "prompt": take.prompt,
        "generator": take.generator,
        "version": take.version,
        "weights": take.weights,
        "seed": take.seed,
        "take": take.id,
        "score": take.score,
        "marks": {mark.name: mark.value for mark in take.marks},
        "licence": codec.encode(take.licence),
        "credits": [codec.encode(c) for c in take.credits],
        "gain": region.gain,
        "pan": region.pan,
        "room": region.room,
        "distance": region.distance,
        "fade_in": float(region.fade_in),
        "fade_out": float(region.fade_out),
        "stretch": region.stretch,
        "edit": _edit(region.edit),
        "nudge": float(region.moved),
        "sync": codec.encode(take.synced),
        "notes": [*take.notes],
    }


def _music(region: Region, sheet: Sheet | None) -> dict[str, Any]:
    """The number of a cue of music, and its tempo from the slowest to the fastest, meter and key where it is known to have
    them: where there are notes, or where it was cut to the beat."""
    if region.stem != "mx":
        return {}
    said: dict[str, Any] = {"number": region.cue, "tempo": None, "meter": "", "key": "", "notes": False}
    if sheet is not None and (sheet.whole or sheet.kept):
        tempi = [round(mark.bpm, 2) for mark in sheet.score.tempo.marks]
        meter = str(sheet.score.tempo.meter)
        said |= {"tempo": [min(tempi), max(tempi)], "meter": meter, "key": sheet.key, "notes": sheet.whole}
    return {"music": said}


def _edit(edit: MusicEdit | None) -> dict[str, Any] | None:
    """How music was cut: which seconds of it are heard when, without each beat."""
    if edit is None:
        return None
    return {
        "tempo": edit.tempo,
        "bars": [*edit.bars],
        "ending": edit.ending,
        "hits": edit.hits,
        "met": edit.met,
        "landed": edit.landed,
        "passages": [
            {"source": _ends(p.source), "target": _ends(p.target), "crossfade": float(p.crossfade)}
            for p in edit.passages
        ],
    }


def _ends(span: Span) -> list[float]:
    return [float(span.start), float(span.end)]


def _balance(mixdown: Mixdown) -> dict[str, Any] | None:
    """What the stems that there are were set against and treated with; a plugin of the user's by its name, not its place."""
    if mixdown.balance is None:
        return None
    said: dict[str, Any] = codec.encode(mixdown.balance)
    there = {stem.stem for stem in mixdown.stems}
    said["steps"] = [step for step in said["steps"] if step["stem"] in there]
    for treatment in said["treatments"]:
        for effect in treatment["effects"]:
            if path := effect["params"].get("path"):
                effect["params"]["path"] = Path(path).name
    return said


def _filled(video: Video, gap: Filled) -> dict[str, Any]:
    return {
        "start": float(gap.span.start),
        "end": float(gap.span.end),
        "timecode": str(video.timecode_at(gap.span.start)),
        "pauses": gap.pauses,
    }


def as_json(said: dict[str, Any]) -> str:
    """The report as text, the same for the same report."""
    return json.dumps(said, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
