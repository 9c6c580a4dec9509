"""On what terms a recording may be used: one name for each licence, and which of them are wanted."""

from __future__ import annotations

import difflib
import re

from v2a.errors import UnknownName

UNKNOWN = "unknown"
OWN = "own"
_VERSION = re.compile(r"(\d\.\d)")
_CC = re.compile(r"\b(?:cc|creative\W?commons|licenses?)?\W*(by(?:\W?nc)?(?:\W?(?:sa|nd))?)\b")
_WORDS = (
    (r"\bcc\W?0\b|creative\W?commons\W?(?:0|zero)|publicdomain/zero", "CC0-1.0"),
    (r"sampling\W?(?:plus|\+)", "Sampling+-1.0"),
    (r"attribution\W*non\W?commercial\W*share", "CC-BY-NC-SA"),
    (r"attribution\W*non\W?commercial\W*no\W?deriv", "CC-BY-NC-ND"),
    (r"attribution\W*non\W?commercial", "CC-BY-NC"),
    (r"attribution\W*share", "CC-BY-SA"),
    (r"attribution\W*no\W?deriv", "CC-BY-ND"),
    (r"\battribution\b", "CC-BY"),
    (r"public\W?domain|^pd$", "public-domain"),
    (r"royalty\W?free", "royalty-free"),
    (r"^expat\b|^mit\b", "MIT"),
    (r"^(?:own|mine|my own|self)$", OWN),
    (r"^$|^unknown$|^none$", UNKNOWN),
)
_MOST = 60
KNOWN = (
    "cc0", "cc-by", "cc-by-sa", "cc-by-nd", "cc-by-nc", "cc-by-nc-sa", "cc-by-nc-nd", "sampling+", "public-domain",
    "royalty-free", "own", "unknown", "mit", "bsd", "apache", "gpl", "lgpl", "agpl", "gfdl", "ofl", "wtfpl", "isc", "zlib",
)  # fmt: skip
"""The licences that can be asked for by name, with or without a version."""


def normal(text: str) -> str:
    """One name for a licence however it was written: `CC-BY-4.0`, `CC0-1.0`, `own`, `unknown`."""
    lower = " ".join(text.casefold().split())
    version = _VERSION.search(lower)
    for pattern, name in _WORDS:
        if re.search(pattern, lower):
            with_version = name.startswith("CC-BY") and version
            return f"{name}-{version[1]}" if with_version and version else name
    found = _CC.search(lower)
    if found and ("cc" in lower or "commons" in lower):
        name = "CC-" + re.sub(r"\W", "", found[1]).upper().replace("BY", "BY-", 1).replace("NC", "NC-", 1)
        return name.strip("-") + (f"-{version[1]}" if version else "")
    return text.strip()[:_MOST]


def family(licence: str) -> str:
    """A licence without its version, in lower case."""
    return re.sub(r"[-+]?\d(?:\.\d)*\+?$", "", licence.casefold()).rstrip("-") or licence.casefold()


def wanted(text: str) -> frozenset[str]:
    """The licences that a list such as `cc0,own` admits; empty: all."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    wrong = next((name for name in names if not _known(_asked(name))), None)
    if wrong is not None:
        close = difflib.get_close_matches(wrong.casefold(), KNOWN, 1)
        guess = f"Did you mean {close[0]!r}? " if close else ""
        raise UnknownName(
            f"{wrong!r} is not the name of a licence", remedy=f"{guess}There are: {', '.join(KNOWN)}."
        )
    return frozenset(_asked(name) for name in names)


def _known(licence: str) -> bool:
    """Whether it is a licence that we know, with or without a version: `cc-by`, `cc-by-4.0`, `gpl-3.0-or-later`."""
    plain = re.sub(r"-(?:only|or-later|clause)$", "", licence.casefold())
    return plain in KNOWN or family(plain) in KNOWN


def _asked(name: str) -> str:
    known = (
        normal(name.replace("-", " ")) if name.casefold() in ("pd", "cc0", "public-domain", "expat") else name
    )
    return family(known) if not _VERSION.search(name) else known.casefold()


def admits(licences: frozenset[str], licence: str) -> bool:
    """Whether a licence is among the wanted ones, with or without its version."""
    return not licences or licence.casefold() in licences or family(licence) in licences
