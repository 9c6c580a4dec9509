"""Which soundfont is played: the user's, one of the system's, or the one inside pretty_midi; and what is owed for it."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from v2a_composer.soundfont.chunks import FontError
from v2a_composer.soundfont.font import Font

VARIABLE = "V2A_SOUNDFONT"
_FIRST = ("default-gm", "default", "fluidr3_gm", "fluidr3", "musescore_general", "generaluser", "timgm6mb")
_LEAST = 1 << 20
_PIECE, _PIECES = 1 << 14, 16


@dataclass(frozen=True, slots=True)
class Terms:
    """Who made a font, under which licence, where that is read, and whether what it plays may be sold."""

    author: str
    licence: str
    read: str = ""
    commercial: bool = True


_MIT = "https://opensource.org/license/mit"
_KNOWN: tuple[tuple[str, Terms], ...] = (
    ("timgm6mb", Terms("Tim Brechbill", "GPL-2.0", "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html")),
    ("fluidr3mono", Terms("Frank Wen, Michael Cowgill and others", "MIT", _MIT)),
    ("fluid", Terms("Frank Wen", "MIT", _MIT)),
    ("musescore_general", Terms("Frank Wen, Michael Cowgill, S. Christian Collins and others", "MIT", _MIT)),
    ("generaluser", Terms("S. Christian Collins", "GeneralUser GS License 2.0", "https://schristiancollins.com/generaluser")),
)  # fmt: skip


def chosen() -> Path | None:
    """The font that the variable names, else the first that this system has, else the one that came along."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return Path(named).expanduser()
    return next(found(), None)


def found() -> Iterator[Path]:
    """The fonts of this system that may hold a whole orchestra, the best known first, and the one in pretty_midi."""
    for folder in _folders():
        try:
            here = sorted(p for p in folder.iterdir() if p.suffix.lower() in (".sf2", ".sf3"))
        except OSError:
            continue
        yield from (p for p in sorted(here, key=_rank) if _serves(p))
    brought = importlib.util.find_spec("pretty_midi")
    if brought is not None and brought.origin:
        own = Path(brought.origin).parent / "TimGM6mb.sf2"
        if own.is_file():
            yield own


def known_by(path: Path | None) -> str:
    """What a font counts by in the key of a take: a digest over its size and pieces of it; `none` where it is not there."""
    if path is None:
        return "none"
    try:
        size = path.stat().st_size
        digest = hashlib.sha256(f"v2a.soundfont/1 {size}\n".encode())
        with path.open("rb") as file:
            for number in range(_PIECES):
                file.seek(max(0, size - _PIECE) * number // (_PIECES - 1))
                digest.update(file.read(_PIECE))
    except OSError:
        return "none"
    return digest.hexdigest()[:12]


def terms(name: str, file: str, copyright_line: str) -> Terms:
    """The terms of a font by its name or its file's; of one that is not known what it says itself."""
    for words in (name, file):
        plain = words.lower().replace(" ", "_")
        for start, told in _KNOWN:
            if plain.startswith(start):
                return told
    said = copyright_line or "not known: see where the font is from"
    return Terms("an unnamed author", said, commercial=False)


def opened(asked: Path | None) -> tuple[Font, Path]:
    """The font that is asked for or that the variable names, and where it is; without one the first that is whole."""
    if asked is not None:
        return Font(asked), asked
    if os.environ.get(VARIABLE):
        return _by_variable(Path(os.environ[VARIABLE]).expanduser())
    for path in found():
        with contextlib.suppress(FontError):
            return Font(path), path
    raise FontError(
        "no soundfont is on this machine", remedy="pip install pretty_midi, which brings one, or name one."
    )


def _by_variable(path: Path) -> tuple[Font, Path]:
    try:
        return Font(path), path
    except FontError as error:
        raise FontError(
            error.what,
            where=f"{VARIABLE}={path}",
            remedy=f"Correct {VARIABLE}, or unset it: then a font of the system is played, or the one that v2a brings.",
        ) from error


def _rank(path: Path) -> tuple[int, str]:
    plain = path.stem.lower()
    places = [n for n, start in enumerate(_FIRST) if plain.startswith(start)]
    return (places[0] if places else len(_FIRST), path.name)


def _serves(path: Path) -> bool:
    """Whether it is a soundfont, and large enough for more than one instrument."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
        return path.stat().st_size >= _LEAST and head[:4] == b"RIFF" and head[8:] == b"sfbk"
    except OSError:
        return False


def _folders() -> Iterator[Path]:
    """Where systems keep their soundfonts."""
    if sys.platform == "win32":
        for variable in ("ProgramData", "LOCALAPPDATA"):
            if os.environ.get(variable):
                yield Path(os.environ[variable]) / "soundfonts"
        yield from (Path(r"C:\soundfonts"), Path(r"C:\Windows\System32\drivers"))
        return
    if sys.platform == "darwin":
        yield Path.home() / "Library/Audio/Sounds/Banks"
        yield from (Path("/Library/Audio/Sounds/Banks"), Path("/opt/homebrew/share/soundfonts"))
    shared = (Path("/usr/local/share"), Path("/usr/share"))
    yield from (share / name for share in shared for name in ("soundfonts", "sounds/sf2", "sounds/sf3"))
