"""The music of a film as MIDI files, one for each cue, beside the stems or the film."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import DocumentError
from v2a.files import writing
from v2a.interfaces import Bench
from v2a.media import midi
from v2a.model import Video
from v2a.stages.delivering.handover import REPORTS, told_of
from v2a.stages.delivering.places import Destination, Slate, spare_source
from v2a.stages.delivering.played import Sheet

SUFFIX = ".mid"
_GONE = "{} of an earlier render is not part of this mix, and was removed."
_OTHER = "{} of an earlier render has other music, and was removed; --midi writes it anew."
_CHANGED = "{} is not of this mix; it stays, for v2a did not write it as it is now."


@dataclass(frozen=True, slots=True)
class MidiFiles:
    """The MIDI files of a delivery, those of earlier ones that still tell of its music, and what is to be said of them."""

    files: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    kept: tuple[Path, ...] = ()


def write(video: Video, played: Sequence[Sheet], to: Destination, version: int, bench: Bench) -> MidiFiles:
    """Write a file for each sheet, beside the stems where there are any, and look after those of earlier mixes."""
    place = _places(video, to, version)[0]
    files, notes = [], []
    for sheet in played:
        bench.check_cancelled()
        path = place.of(sheet.cue)
        spare_source(video, path)
        try:
            midi.write_score(path, sheet.score, sheet.length, _about(video, sheet))
        except DocumentError as error:
            notes.append(f"{sheet.cue} has no MIDI file: {error.what}.")
            continue
        files.append(path)
        if not sheet.whole:
            notes.append(
                f"{path.name} has the tempo map and the hit points of {sheet.cue} and no notes{sheet.remark}."
            )
    others = _Earlier(video, played, to, version).settled(files)
    return MidiFiles(tuple(files), (*notes, *others.notes), others.kept)


def look_after(
    video: Video, played: Sequence[Sheet], to: Destination, version: int, bench: Bench
) -> MidiFiles:
    """Keep the files of earlier mixes whose music is that of this one; the others are removed, unless they were changed."""
    bench.check_cancelled()
    return _Earlier(video, played, to, version).settled(())


def _about(video: Video, sheet: Sheet) -> midi.Place:
    return midi.Place(video.timecode, sheet.at, sheet.name, sheet.key)


@dataclass(frozen=True, slots=True)
class _Place:
    """A folder for the files, what stands before and behind the number of their cue there, and the reports that may tell
    of them."""

    folder: Path
    before: str
    behind: str
    reports: tuple[Path, ...]

    def of(self, cue: str) -> Path:
        return self.folder / f"{self.before}{cue}{self.behind}"

    def there(self, film: str) -> Iterator[_Found]:
        """The files of that name that lie there, and that a report of the film tells of."""
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            named = path.name.startswith(self.before) and path.name.endswith(self.behind)
            if named and path.is_file() and not path.is_symlink():
                cue = path.name[len(self.before) : -len(self.behind)]
                yield _Found(cue, path, told_of(path.name, self.reports, film))


@dataclass(frozen=True, slots=True)
class _Found:
    """A file under a name that v2a gives, and the digests of what it wrote there."""

    cue: str
    path: Path
    told: frozenset[str]


def _places(video: Video, to: Destination, version: int) -> tuple[_Place, ...]:
    """Where the files go, first as stems among stems where there are any, and as the film beside it."""
    report = to.report(video)
    # Beside it may lie another version of the film whose name begins alike: only the report of this one counts.
    beside = _Place(report.parent, f"{report.name.removesuffix('.report.json')}.", SUFFIX, (report,))
    if to.stems is None:
        return (beside,)
    before, _, behind = Slate.of(video, version).file("|").partition("|")
    reports = (report, *to.stems.glob(REPORTS))
    return _Place(to.stems, before, str(Path(behind).with_suffix(SUFFIX)), reports), beside


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The files of earlier mixes where those of this one go, beside the music that sounds now."""

    video: Video
    played: Sequence[Sheet]
    to: Destination
    version: int

    def settled(self, written: Sequence[Path]) -> MidiFiles:
        """What v2a wrote and is not true any more is removed; what it did not write as it is now stays."""
        kept, notes = [], []
        film = Path(self.video.path).name
        places = _places(self.video, self.to, self.version)
        for found in [found for place in places for found in place.there(film)]:
            if found.path in written or not found.told:
                continue
            lies, sounds = _sha256(found.path.read_bytes()), self._digest(found.cue)
            if lies not in found.told:
                notes += [_CHANGED.format(found.path.name)] if sounds not in found.told else []
            elif lies == sounds:
                kept.append(found.path)
            else:
                with writing(found.path):
                    found.path.unlink()
                notes.append((_OTHER if sounds else _GONE).format(found.path.name))
        return MidiFiles((), tuple(notes), tuple(kept))

    def _digest(self, cue: str) -> str:
        """The digest of the file that a cue would have now; "" where it has none."""
        sheet = next((sheet for sheet in self.played if sheet.cue == cue), None)
        if sheet is None:
            return ""
        try:
            data = midi.score_data(sheet.score, sheet.length, _about(self.video, sheet))
        except DocumentError:
            return ""
        return _sha256(data)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
