"""The music of a film as MIDI files, one for each cue, beside the stems or the film."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import DocumentError
from v2a.files import writing
from v2a.interfaces import Bench
from v2a.media import midi
from v2a.model import Video
from v2a.stages.delivering.handover import written_before
from v2a.stages.delivering.places import Destination, Slate, spare_source
from v2a.stages.delivering.played import Sheet

SUFFIX = ".mid"


@dataclass(frozen=True, slots=True)
class MidiFiles:
    """The MIDI files of a delivery, and what is to be said of them."""

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def write(video: Video, played: Sequence[Sheet], to: Destination, version: int, bench: Bench) -> MidiFiles:
    """Write a file for each sheet, beside the stems where there are any, and remove those of an earlier mix."""
    place = _Place(video, to, version)
    files, notes = [], []
    for sheet in played:
        bench.check_cancelled()
        path = place.of(sheet.cue)
        spare_source(video, path)
        about = midi.Place(video.timecode, sheet.at, sheet.name, sheet.key)
        try:
            midi.write_score(path, sheet.score, sheet.length, about)
        except DocumentError as error:
            notes.append(f"{sheet.cue} has no MIDI file: {error.what}.")
            continue
        files.append(path)
        if not sheet.whole:
            notes.append(
                f"{path.name} has the tempo map and the hit points of {sheet.cue} and no notes{sheet.remark}."
            )
    return MidiFiles(tuple(files), (*notes, *place.cleared(files, to.report(video))))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the files go and what they are called: as stems among stems, else as the film beside it."""

    video: Video
    to: Destination
    version: int

    @property
    def folder(self) -> Path:
        return self.to.stems if self.to.stems is not None else self.to.report(self.video).parent

    def of(self, cue: str) -> Path:
        before, behind = self._ends
        return self.folder / f"{before}{cue}{behind}"

    @property
    def _ends(self) -> tuple[str, str]:
        if self.to.stems is not None:
            before, _, behind = Slate.of(self.video, self.version).file("|").partition("|")
            return before, str(Path(behind).with_suffix(SUFFIX))
        stem = self.to.report(self.video).name.removesuffix(".report.json")
        return f"{stem}.", SUFFIX

    def cleared(self, files: Sequence[Path], report: Path) -> Iterator[str]:
        """Remove the files of cues that are no longer there; what v2a did not write as it is now stays."""
        before, behind = self._ends
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            named = path.name.startswith(before) and path.name.endswith(behind)
            if named and path not in files and written_before(path, report):
                with writing(path):
                    path.unlink()
                yield f"{path.name} of an earlier render is not part of this mix, and was removed."
