"""What is said of a recording, out of its name, its folders, its tags and what lies beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from v2a_retrieval import licences, tags, ucs
from v2a_retrieval.recording import Said
from v2a_retrieval.words import taken_apart

_MOST = 2000


def said(path: str, inside: Mapping[str, str], beside: Mapping[str, str]) -> Said:
    """All that is said: `inside` are the file's own tags, `beside` what tables and licence files say.

    What lies beside counts for more than tags, and tags for more than a name.
    """
    name = PurePosixPath(path).stem
    system = ucs.parsed(name)
    title = beside.get("title") or (system.name if system else "") or taken_apart(name) or name
    parts = [tags.text(inside), beside.get("text", "")]
    if system is not None:
        parts = [system.category, *parts, taken_apart(system.source)]
    elif beside.get("title"):
        parts.append(taken_apart(name))
    if inside.get("title") and inside["title"] not in title:
        parts.append(inside["title"])
    licence = beside.get("licence") or inside.get("licence") or _rights(inside.get("copyright", ""))
    author = beside.get("author") or inside.get("artist") or (system.creator if system else "")
    text = " ".join(" ".join(part.split()) for part in parts if part)
    return Said(
        _clean(title)[:200],
        _clean(text)[:_MOST],
        licences.normal(licence) if licence else "",
        _clean(author)[:200],
    )


def _rights(copyright_line: str) -> str:
    """The licence that a copyright tag names; most name an owner only."""
    found = licences.normal(copyright_line) if copyright_line else ""
    return found if found.startswith(("CC", "public-domain")) else ""


def _clean(text: str) -> str:
    """Text that any file can hold: a name in no known encoding keeps its readable letters."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()
