"""A file on its way: what has come of it, and whether it may go on where it stopped."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from v2a.files import write_text, writing
from v2a.model import codec

SUFFIX, NOTE = ".part", ".part-of"
SCHEMA = "v2a-part"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """What is being fetched, as its server names it; what the server does not say is left out."""

    url: str
    etag: str = ""
    size: int | None = None
    sha256: str = ""

    def goes_on_as(self, now: Mark) -> bool:
        """Whether what came under this mark is the beginning of what the server has now."""
        if self.size != now.size:
            return False
        if self.sha256 and now.sha256:
            return self.sha256 == now.sha256
        is_exact = bool(self.etag) and not self.etag.startswith("W/")
        return is_exact and (self.url, self.etag) == (now.url, now.etag)


class Partial:
    """The file `NAME.part` beside the place where NAME belongs, and `NAME.part-of`, which says what it is part of."""

    def __init__(self, place: Path) -> None:
        """Name the place; nothing is made yet."""
        self.place = place
        self.path = place.with_name(place.name + SUFFIX)
        self._note = place.with_name(place.name + NOTE)

    @property
    def size(self) -> int:
        """Bytes that have come; none where it is not known what they are part of."""
        return self.path.stat().st_size if self.mark is not None and self.path.is_file() else 0

    @property
    def mark(self) -> Mark | None:
        """What the bytes are part of, or nothing where that cannot be read."""
        try:
            said = json.loads(self._note.read_text(encoding="utf-8"))
            if (said.pop("schema"), said.pop("version")) != (SCHEMA, VERSION):
                return None
            return codec.decode(Mark, said)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def begin(self, mark: Mark) -> None:
        """Start over, with no bytes, as part of another file."""
        with writing(self.path):
            self.path.write_bytes(b"")
        said = {"schema": SCHEMA, "version": VERSION, **codec.encode(mark)}
        write_text(self._note, json.dumps(said, indent=2) + "\n")

    def put(self) -> None:
        """Put the finished file in its place."""
        with writing(self.place):
            self.path.replace(self.place)
            self._note.unlink(missing_ok=True)

    def remove(self) -> None:
        """Forget what has come."""
        with writing(self.path):
            self.path.unlink(missing_ok=True)
            self._note.unlink(missing_ok=True)
