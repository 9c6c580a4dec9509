"""Fetching large files: they go on where they stopped, and nothing is used that its checksum does not know.

The standard library is enough for that, so the base install can fetch weights.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import time
import urllib.error
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

from v2a.errors import DiskFull, WeightsDamaged, WeightsUnreachable
from v2a.files import writing
from v2a.media import web
from v2a.media.partial import SUFFIX, Mark, Partial

Tell = Callable[[int, int | None, str], None]
_BLOCK = 1 << 20
_BEAT = 0.1
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_PART, _NOT_SATISFIABLE = 206, 416
_LOCKED = (401, 403)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch: where from, tried in this order, and what is known of it.

    `token` is sent to the first address's own host; `locked` is what a user does where the server wants an account.
    """

    urls: tuple[str, ...]
    size: int | None = None
    sha256: str = ""
    token: str = ""
    locked: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that has come whole: `checked` where somebody had published the checksum that it has."""

    url: str
    size: int
    sha256: str
    checked: bool


def fetch(
    wanted: Wanted, place: Path, tell: Tell = lambda *_: None, patience: web.Patience | None = None
) -> Fetched:
    """Fetch a file into `NAME.part` beside its place, and check it there; `Partial(place).put()` puts it in place.

    What lies there of an earlier try is gone on with, as long as the server's file is still the same.
    """
    troubles: list[WeightsUnreachable | WeightsDamaged] = []
    for url in wanted.urls:
        try:
            return _Coming(url, wanted, Partial(place), tell, patience or web.Patience()).whole()
        except (WeightsUnreachable, WeightsDamaged) as error:
            troubles.append(error)
    raise troubles[0]


def checksum(path: Path, tell: Tell = lambda *_: None) -> str:
    """The SHA-256 of all bytes of a file, in hexadecimal."""
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            tell(done, total, f"checking {path.name.removesuffix(SUFFIX)}")
    return digest.hexdigest()


def check_room(folder: Path, needed: int) -> None:
    """Raise DiskFull where a folder's disk has less room than that."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DiskFull(
            f"{size_text(needed)} are needed and {size_text(free)} are free on this disk",
            where=str(folder),
            remedy="Free some space, or set V2A_WEIGHTS to a folder on another disk; then run the same command again.",
        )


def size_text(size: int) -> str:
    """A size as disks are sold: 2.7 GB."""
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} bytes"


@dataclass
class _Coming:
    """One file from one address."""

    url: str
    wanted: Wanted
    partial: Partial
    tell: Tell
    patience: web.Patience
    resumed: bool = False
    seen: int = 0

    def whole(self) -> Fetched:
        """Receive it to its end and check it; one that was put together of pieces gets a second chance from the start."""
        for is_last in (False, True):
            self.resumed, self.seen = False, self.partial.size
            mark = web.patiently(self._receive, self.url, self.patience, self._has_moved)
            found = checksum(self.partial.path, self.tell)
            expected = self.wanted.sha256 or mark.sha256
            if not expected or found == expected:
                size = self.partial.path.stat().st_size
                return Fetched(self.url, size, found, checked=bool(expected))
            self.partial.remove()
            if is_last or not self.resumed:
                break
        raise WeightsDamaged(
            f"what came is not what was published (its SHA-256 is {found[:12]}…, not {expected[:12]}…); "
            "nothing of it is kept",
            where=self.url,
            remedy="Run the same command again, or take it from a mirror with --from.",
        )

    def _has_moved(self) -> bool:
        before, self.seen = self.seen, max(self.seen, self.partial.size)
        return self.seen > before

    def _receive(self) -> Mark:
        """Ask for what is missing and write it; raises ConnectionError where it ends too early."""
        mark, had = self.partial.mark, self.partial.size
        if mark is not None and self._is_all(mark, had):
            return mark
        try:
            headers = {"Range": f"bytes={had}-"} if had else {}
            answer = web.ask(self.url, headers, self._token, self.patience.timeout)
        except urllib.error.HTTPError as error:
            if error.code == _NOT_SATISFIABLE and had:
                self.partial.remove()
                return self._receive()
            if error.code in _LOCKED:
                raise self._locked(error) from error
            raise
        with answer.body:
            now = self._mark(answer)
            if answer.status != _PART:
                self.partial.begin(now)
                had = 0
            elif mark is None or not mark.goes_on_as(now) or _begins(answer) != had:
                answer.body.close()
                self.partial.remove()
                return self._receive()
            self.resumed = self.resumed or had > 0
            self._write(answer, now, had)
        return now

    @property
    def _token(self) -> str:
        """The token, for the first address's host and no other."""
        return self.wanted.token if urlsplit(self.url).netloc == urlsplit(self.wanted.urls[0]).netloc else ""

    def _is_all(self, mark: Mark, had: int) -> bool:
        """Whether the whole file has come already, so that only its checksum is to be looked at."""
        known = self.wanted.sha256 or mark.sha256
        is_same = mark.url == self.url or mark.sha256 == self.wanted.sha256
        return bool(known) and is_same and mark.sha256 in ("", known) and had == mark.size and had > 0

    def _mark(self, answer: web.Answer) -> Mark:
        """What the server has, held against what is known of the file."""
        linked = answer.first.get("X-Linked-Etag", "").strip('"')
        declared = linked if _SHA256.match(linked) else ""
        size = _total(answer)
        for known, said in (
            (self.wanted.size, size),
            (self.wanted.size, _number(answer.first, "X-Linked-Size")),
        ):
            if known is not None and said is not None and known != said:
                raise self._other(f"{said} bytes, not {known}")
        if self.wanted.sha256 and declared and declared != self.wanted.sha256:
            raise self._other(f"its SHA-256 is {declared[:12]}…, not {self.wanted.sha256[:12]}…")
        if size is None and not answer.body.chunked and not (self.wanted.sha256 or declared):
            raise WeightsDamaged(
                "the server says neither how long the file is nor what its checksum is, so nobody could tell if it is whole",
                where=self.url,
                remedy="Take it from another server with --from.",
            )
        etag = linked or answer.headers.get("ETag", "").strip('"')
        return Mark(self.url, etag, size, self.wanted.sha256 or declared)

    def _other(self, how: str) -> WeightsDamaged:
        return WeightsDamaged(
            f"the server has another file than the one that is wanted: {how}",
            where=self.url,
            remedy="It was published anew, or this is not the place: update v2a, or take it from a mirror with --from.",
        )

    def _locked(self, error: urllib.error.HTTPError) -> WeightsUnreachable:
        return WeightsUnreachable(
            f"the server does not give this file to us ({error.code} {error.reason})",
            where=self.url,
            remedy=self.wanted.locked or "It may have moved: take it from a mirror or a folder with --from.",
        )

    def _write(self, answer: web.Answer, now: Mark, had: int) -> None:
        if now.size is not None:
            check_room(self.partial.path.parent, now.size - had)
        told = 0.0
        with writing(self.partial.path):
            file = self.partial.path.open("ab", buffering=0)
        with file:
            while block := answer.body.read1(_BLOCK):
                with writing(self.partial.path):
                    _append(file, block)
                had += len(block)
                if time.monotonic() - told > _BEAT:
                    told = time.monotonic()
                    self.tell(had, now.size, self.partial.place.name)
            with writing(self.partial.path):
                os.fsync(file.fileno())
        if now.size is not None and had < now.size:
            raise ConnectionError("the connection broke off")
        self.tell(had, now.size, self.partial.place.name)


def _append(file: io.RawIOBase, block: bytes) -> None:
    """Write all of it: a full disk takes a part first and says so the next time."""
    left = memoryview(block)
    while left:
        left = left[file.write(left) or 0 :]


def _number(headers: Message, name: str) -> int | None:
    said = headers.get(name, "")
    return int(said) if said.isdecimal() else None


def _total(answer: web.Answer) -> int | None:
    """How long the whole file is, as far as the server says."""
    if answer.status != _PART:
        return _number(answer.headers, "Content-Length")
    total = answer.headers.get("Content-Range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else None


def _begins(answer: web.Answer) -> int | None:
    """Where in the file a part of it begins."""
    begin = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return int(begin[1]) if begin else None
