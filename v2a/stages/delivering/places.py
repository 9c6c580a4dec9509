"""Where a delivery goes, and what every file in it is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import CannotWrite
from v2a.model import Video

_SOUND = (".wav", ".flac")
_REEL = re.compile(r"(?P<show>.+?)[._-]?(?:R|r|[Rr]eel[._-]?)(?P<number>\d{1,2})")
_REFUSED = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Destination:
    """The film to write, the folder for stems, and the project folder; the first two are written where they are given."""

    output: Path | None
    stems: Path | None
    project: Path

    def report(self, video: Video) -> Path:
        """The report, beside the film or among the stems."""
        if self.output is not None:
            return self.output.with_name(f"{self.output.stem}.report.json")
        folder = self.stems if self.stems is not None else self.project
        return folder / f"{safe_name(video)}.report.json"


@dataclass(frozen=True, slots=True)
class Slate:
    """What stems are called by: the show, the reel and the version of the delivery."""

    show: str
    reel: str
    version: int

    @classmethod
    def of(cls, video: Video, version: int) -> Slate:
        """Show and reel out of the film's name: `harbour_R2.mov` is reel 2 of harbour; a film without a number is reel 1."""
        named = _REEL.fullmatch(safe_name(video))
        if named is None:
            return cls(safe_name(video), "R1", version)
        return cls(named["show"], f"R{int(named['number'])}", version)

    def file(self, label: str) -> str:
        """The name of the file that holds a stem, as in `harbour_R2_DX_v01.wav`."""
        return f"{self.show}_{self.reel}_{label}_v{self.version:02}.wav"


def safe_name(video: Video) -> str:
    """The film's name in the letters that every system and every delivery takes."""
    return _REFUSED.sub("_", Path(video.path).stem).strip("._") or "film"


def is_sound(path: Path) -> bool:
    """Whether a name asks for sound without picture."""
    return path.suffix.lower() in _SOUND


def spare_source(video: Video, path: Path) -> None:
    """Refuse to write to the film itself, under whatever name."""
    source = Path(video.path)
    same = path.resolve() == source.resolve() or (path.exists() and source.exists() and path.samefile(source))
    if same:
        raise CannotWrite(
            "this is the film itself, which is never written to",
            where=str(path),
            remedy="Choose another name with -o.",
        )
