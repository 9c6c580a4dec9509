"""What new cues are called: fx1, fx2 and so on; music as on the music sheet, 1M1, 1M2 of reel 1, 2M1 of reel 2.

Which reel a film is, its name says, as for its stems (`harbour_R2.mov`); else it is its place in the programme, and alone it
is reel 1. The hour of its timecode is not asked: 10:00:00:00 is the tenth reel in one country and the first in another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from v2a.model import KINDS, Cue, Kind

_REEL = re.compile(
    r"(?P<show>.*?)(?:(?:^|[._-])(?:[Rr]|[Rr]eel[._-]?)|(?<=[a-z0-9])(?:R|[Rr]eel[._-]?))(?P<number>[0-9]{1,2})"
)
_APART = re.compile(r"[^\w.-]+")
_NUMBERED = re.compile(rf"({'|'.join(KINDS)}|\d{{1,2}}M)(\d{{1,9}})", re.IGNORECASE)
_MUSIC: Kind = "mx"


@dataclass(frozen=True, slots=True)
class Reel:
    """What a film's name says of it: the show, and which of its reels it is."""

    show: str
    number: int

    @classmethod
    def named(cls, path: str | Path) -> Reel | None:
        """Show and reel out of a name such as `harbour_R2.mov`; nothing where it names no reel."""
        name = _APART.sub("_", unicodedata.normalize("NFC", Path(path).stem)).strip("._")
        found = _REEL.fullmatch(name)
        return None if found is None else cls(found["show"], int(found["number"]))


@dataclass(frozen=True, slots=True)
class Numbering:
    """How new music of a film is numbered: the film's reel, 0 where nobody says, and the numbers of music that comes over
    from an earlier reel, by its seed and prompt."""

    reel: int = 0
    over: Mapping[tuple[int, str], str] = field(default_factory=dict)

    def number_of(self, cue: Cue) -> str:
        """The number that a cue has in an earlier reel; "" where it is in none."""
        if cue.kind != _MUSIC or cue.seed is None:
            return ""
        return self.over.get((cue.seed, cue.prompt), "")


@dataclass(frozen=True, slots=True)
class Counted:
    """An id as what it is counted under, and which of those it is."""

    under: str
    number: int

    @classmethod
    def of(cls, name: str) -> Counted | None:
        """An id such as fx3 or 1M2; nothing for those that users thought up."""
        found = _NUMBERED.fullmatch(name)
        return None if found is None else cls(_under(found[1]), int(found[2]))


def series(kind: Kind, reel: int) -> str:
    """What the new cues of a kind are counted under: its name, of music the reel and an M."""
    return f"{reel}M" if kind == _MUSIC else kind


def reel_numbers(paths: Sequence[str | Path]) -> tuple[int, ...]:
    """The reels that films of one programme are: as their names say where all of them do and differ, else in their order."""
    named = [found.number for path in paths if (found := Reel.named(path)) is not None]
    return tuple(named) if len(set(named)) == len(paths) else tuple(range(1, len(paths) + 1))


def _under(text: str) -> str:
    return text.upper() if text[0].isdigit() else text.lower()
