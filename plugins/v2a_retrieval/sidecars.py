"""What lies beside recordings and speaks of them: CSV tables, `.license` files, a package's copyright file."""

from __future__ import annotations

import csv
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_COLUMNS = {
    "filename": "file", "file": "file", "file name": "file", "filepath": "file", "path": "file", "location": "file",
    "fxname": "title", "fx name": "title", "title": "title", "name": "title", "tracktitle": "title",
    "description": "text", "longid": "text", "keywords": "text", "tags": "text", "category": "text",
    "subcategory": "text", "categoryfull": "text", "notes": "text", "comment": "text", "ixml note": "text",
    "licence": "licence", "license": "licence", "rights": "licence",
    "author": "author", "artist": "author", "designer": "author", "recordist": "author", "creator": "author",
    "username": "author", "credit": "author",
}  # fmt: skip
_MOST = 64 << 20
_SPDX = re.compile(r"SPDX-License-Identifier:\s*(\S.*)")
_RIGHTS = re.compile(r"SPDX-FileCopyrightText:\s*(?:©|\(c\))?\s*(?:[\d,\s–-]*)(\S.*)", re.IGNORECASE)
_COPYRIGHT = Path("/usr/share/doc")


@dataclass(frozen=True)
class Beside:
    """What is said of recordings outside of their files: by file name, and by the rules of a package."""

    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def of(self, path: str, whole: str) -> dict[str, str]:
        """What is said of one: title, text, licence, author. `path` lies within the library, `whole` is all of it."""
        found: dict[str, str] = {}
        rule = next((r for r in reversed(self.rules) if r.holds(whole)), None)
        if rule is not None:
            found = {"licence": rule.licence, "author": rule.author}
        for key in _keys(path):
            found.update(self.rows.get(key, {}))
        return found

    @staticmethod
    def mark(said: Mapping[str, str]) -> str:
        """A short name of what is said, which changes with it; nothing where nothing is said."""
        text = "\x1f".join(f"{k}={v}" for k, v in sorted(said.items()))
        return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest() if said else ""


@dataclass(frozen=True)
class Rule:
    """A licence and an author for the files that match a pattern of a package's copyright file."""

    pattern: re.Pattern[str]
    licence: str
    author: str

    def holds(self, path: str) -> bool:
        """Whether it is about this file."""
        return self.pattern.search(path) is not None


def beside(tables: Iterable[tuple[str, Path]], package: str = "") -> Beside:
    """All that lies beside: tables and licence files (each with the folder it is about), a package's copyright."""
    rows: dict[str, dict[str, str]] = {}
    for folder, path in tables:
        found = _licence_file(path) if path.suffix == ".license" else _table(path)
        for name, said in found:
            key = f"{folder}/{name}" if folder else name
            rows.setdefault(key.casefold(), {}).update(said)
    return Beside(rows, rules(_COPYRIGHT / package / "copyright") if package else ())


def _keys(path: str) -> Iterator[str]:
    """The names a table may call a file by, the least exact first: without its suffix, with it."""
    lower = path.casefold()
    folder, _, name = lower.rpartition("/")
    bare = name.rpartition(".")[0]
    yield f"{folder}/{bare}" if folder else bare
    yield lower


def _licence_file(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    text = path.read_text(encoding="utf-8", errors="replace")[:_MOST]
    licence, author = _SPDX.search(text), _RIGHTS.search(text)
    said = {"licence": licence[1].strip() if licence else "", "author": author[1].strip() if author else ""}
    yield path.name.removesuffix(".license"), {k: v for k, v in said.items() if v}


def _table(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a table whose head names a column of files; any other table says nothing."""
    if path.stat().st_size > _MOST:
        return
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    if not lines:
        return
    delimiter = max("\t;,", key=lines[0].count)
    read = csv.reader(lines, delimiter=delimiter)
    try:
        head = [_COLUMNS.get(name.strip().casefold(), "") for name in next(read)]
        if "file" not in head:
            return
        for row in read:
            said: dict[str, str] = {}
            for key, value in zip(head, row):
                if key and value.strip():
                    said[key] = f"{said[key]} {value.strip()}" if key in said else value.strip()
            name = said.pop("file", "").replace("\\", "/")
            if name:
                yield name, said
    except csv.Error:
        return


@functools.lru_cache(64)
def rules(path: Path) -> tuple[Rule, ...]:
    """The rules of a machine-readable copyright file (DEP-5), in its order; the last that holds is the one."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    found = []
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _fields(paragraph)
        if "files" in fields and "license" in fields:
            author = ", ".join(_authors(fields.get("copyright", "")))
            licence = fields["license"].splitlines()[0].strip()
            found += [Rule(_pattern(p), licence, author) for p in fields["files"].replace(",", " ").split()]
    return tuple(found)


def _fields(paragraph: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line[:1] not in (" ", "\t", "#") and ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.strip()
        elif name:
            fields[name] += f"\n{line.strip()}"
    return fields


def _authors(text: str) -> list[str]:
    """The first holders of a copyright, without years and addresses."""
    lines = (
        re.sub(r"^[\d\s,–-]+", "", re.sub(r"<[^>]*>", "", line)).strip(" ,") for line in text.splitlines()
    )
    return [line for line in lines if line][:4]


def _pattern(glob: str) -> re.Pattern[str]:
    """A pattern of the source tree that holds for installed files too: the tree's first folder may be missing."""
    parts = [_translated(part) for part in glob.removeprefix("./").split("/")]
    if len(parts) < 2:
        return re.compile(r"(?:^|/)" + parts[0] + "$")
    tails = ["/".join(parts[n:]) for n in range(2) if len(parts) - n >= 2]
    return re.compile(r"(?:^|/)(?:" + "|".join(tails) + ")$")


def _translated(part: str) -> str:
    return "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in part)
