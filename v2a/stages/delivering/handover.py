"""Stems handed over: all of them or none, and none of an earlier mix left among them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from v2a.files import together, writing
from v2a.interfaces import Bench
from v2a.model import STEMS, Mixdown, Video
from v2a.stages.delivering.places import Slate, spare_source
from v2a.stages.delivering.report import SCHEMA, Written
from v2a.stages.delivering.rides import ride_file, write_rides
from v2a.stages.delivering.stems import StemFiles, unfilled, write_stems

_LABELS = (*(stem.upper() for stem in STEMS), "MIX", "ME")
REPORTS = "*.report.json"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The files that were written, and what is to be said of the folder."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def hand_over(video: Video, mixdown: Mixdown, wanted: StemFiles, report: Path, bench: Bench) -> HandedOver:
    """Write stems, mix, M&E and rides, and remove what the last render wrote under such a name and this one does not.

    `report` is where this delivery's report goes, and where that of the last one lies.
    """
    with together(wanted.folder) as staging:
        staged = replace(wanted, folder=staging)
        written = (*write_stems(video, mixdown, staged, bench), *write_rides(video, mixdown, staged))
        files = tuple(wanted.folder / path.name for path in written)
        for path in files:
            spare_source(video, path)
    notes = list(_cleared(video, wanted, files, report))
    if unfilled(mixdown):
        notes.append("M&E is not filled: it lacks the effects of the production sound, which remain in DX.")
    return HandedOver(files, tuple(notes))


def _cleared(video: Video, wanted: StemFiles, files: tuple[Path, ...], report: Path) -> Iterator[str]:
    """Remove the stems of the same slate and version that are not of this mix; one that is not, byte for byte, what
    a report says that v2a wrote is somebody's work, and stays.
    """
    slate = Slate.of(video, wanted.version)
    named = [wanted.folder / name for name in (*map(slate.file, _LABELS), ride_file(slate))]
    stale = [path for path in named if path not in files and path.is_file() and not path.is_symlink()]
    for path in stale:
        if written_before(path, report):
            with writing(path):
                path.unlink()
            yield f"{path.name} of an earlier render is not part of this mix, and was removed."
        else:
            yield f"{path.name} is not part of this mix; it stays, for v2a did not write it as it is now."


def written_before(path: Path, report: Path) -> bool:
    """Whether a file is, byte for byte, what an earlier report says that v2a wrote there; `report` is where the last one lies."""
    if path.is_symlink() or not path.is_file():
        return False
    reports = {report, *path.parent.glob(REPORTS), *report.parent.glob(REPORTS)}
    return Written.of(path, path.parent).sha256 in told_of(path.name, reports)


def told_of(name: str, reports: Iterable[Path], film: str = "") -> frozenset[str]:
    """The digests of what reports, of a film where one is named, say that v2a wrote under a file's name."""
    return frozenset(digest for report in reports for own, digest in _told(report, film) if own == name)


def _told(report: Path, film: str) -> Iterator[tuple[str, str]]:
    """The name and the digest of every file in the report of an earlier delivery."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(report.read_text(encoding="utf-8"))
        if said["schema"] == SCHEMA and (not film or said["film"]["name"] == film):
            yield from [(Path(file["name"]).name, file["sha256"]) for file in said["files"]]
