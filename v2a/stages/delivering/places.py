"""Where a delivery goes, and what every file in it is called."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from v2a.errors import CannotWrite
from v2a.model import Video
from v2a.project.numbering import Reel

_SOUND = (".wav", ".flac")
_REFUSED = re.compile(r"[^A-Za-z0-9._-]+")
_LATIN = re.compile(
    r"LATIN (SMALL|CAPITAL) (?:LETTER|LIGATURE) (\w{1,2}|SHARP S|THORN|ETH|DOTLESS I)(?: WITH .+)?"
)
_SPELT = {"SHARP S": "SS", "THORN": "TH", "ETH": "D", "DOTLESS I": "I"}


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
        named = Reel.named(video.path)
        if named is None:
            return cls(safe_name(video), "R1", version)
        return cls(plain(named.show), f"R{named.number}", version)

    def file(self, label: str) -> str:
        """The name of the file that holds a stem, as in `harbour_R2_DX_v01.wav`."""
        return f"{self.show}_{self.reel}_{label}_v{self.version:02}.wav"


def safe_name(video: Video) -> str:
    """The film's name in the letters that every system and every delivery takes."""
    return plain(Path(video.path).stem)


def plain(name: str) -> str:
    """A name in plain letters: `Möwe` becomes `Mowe`. Where letters have no such counterpart, six digits of the name's
    digest keep it apart from others.
    """
    composed = unicodedata.normalize("NFC", name)
    letters = [_spelt(letter) for letter in composed]
    safe = _REFUSED.sub("_", "".join(letters)).strip("._") or "film"
    if not any(spelt == "_" and _counts(letter) for spelt, letter in zip(letters, composed)):
        return safe
    return f"{safe}_{hashlib.sha256(composed.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def _spelt(letter: str) -> str:
    """A letter without its marks; `_` where there is no such letter."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isascii())
    if bare:
        return bare
    named = _LATIN.fullmatch(unicodedata.name(letter, ""))
    if named is None:
        return "_"
    spelt = _SPELT.get(named[2], named[2])
    return spelt.lower() if named[1] == "SMALL" else spelt


def _counts(letter: str) -> bool:
    """Whether a name without it might be taken for another's: letters, figures and signs, but no spaces or stops."""
    return not letter.isascii() and unicodedata.category(letter)[0] in "LNSC"


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
