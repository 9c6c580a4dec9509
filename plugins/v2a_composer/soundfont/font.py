"""A soundfont that is open: its presets by bank and program, their zones, its samples, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from v2a_composer.soundfont.chunks import REMEDY, FontError, Stretch, chunks, mapped
from v2a_composer.soundfont.samples import Pool
from v2a_composer.soundfont.tables import read_tables, text
from v2a_composer.soundfont.zones import Zone, zones_of

DRUMS = 128


@dataclass(frozen=True, slots=True)
class Preset:
    """An instrument of the font: its name, and where it is found."""

    name: str
    bank: int
    program: int


class Font:
    """A font's file, mapped into memory: nothing is read before it is played."""

    def __init__(self, path: Path) -> None:
        """Open a font; raises FontError where it is none."""
        data = mapped(path)
        found = chunks(data, path.name)
        missing = [name for name in ("smpl", "phdr") if name not in found]
        if missing:
            raise FontError(
                f"is a soundfont cut short: no {missing[0]} in it", where=path.name, remedy=REMEDY
            )
        self._tables = read_tables(data, found, path.name)
        self.samples = Pool(data, self._tables.shdr, found["smpl"], found.get("sm24"))
        self.name = _told(data, found.get("INAM")) or path.stem
        self.copyright = _told(data, found.get("ICOP"))
        self._numbers: dict[tuple[int, int], int] = {}
        for number, row in enumerate(self._tables.phdr[:-1]):
            self._numbers.setdefault((int(row["bank"]), int(row["program"])), number)
        if not self._numbers:
            raise FontError("is a soundfont without instruments", where=path.name, remedy=REMEDY)
        self._zones: dict[int, tuple[Zone, ...]] = {}

    def preset(self, bank: int, program: int) -> Preset | None:
        """The preset at a place, if there is one that can be heard."""
        number = self._numbers.get((bank, program))
        if number is None or not self.zones(bank, program):
            return None
        return Preset(text(self._tables.phdr[number]["name"]), bank, program)

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """The banks and programs that the font has, in order."""
        return tuple(sorted(self._numbers))

    def zones(self, bank: int, program: int) -> tuple[Zone, ...]:
        """The zones of a preset that have a sample; none where there is no such preset."""
        number = self._numbers.get((bank, program))
        if number is None:
            return ()
        if number not in self._zones:
            found = zones_of(self._tables, number)
            self._zones[number] = tuple(z for z in found if self.samples.head(z.sample) is not None)
        return self._zones[number]


def _told(data: memoryview, at: Stretch | None) -> str:
    return "" if at is None else text(bytes(data[at.start : at.start + at.size]))
