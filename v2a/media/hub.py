"""The Hugging Face hub, or a mirror of it that HF_ENDPOINT names: where its files lie, and who we are to it."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from v2a.errors import WeightsDamaged, WeightsUnreachable
from v2a.interfaces import ModelFile, ModelRepository
from v2a.media import web

HOME = "https://huggingface.co"
_PLAIN = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")
_NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a repository that are wanted, as they are at one commit."""

    commit: str
    files: tuple[ModelFile, ...]


def endpoint() -> str:
    """The hub's address: HF_ENDPOINT, or its own."""
    return os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or HOME


def at_endpoint(url: str) -> str:
    """An address on the hub, at the endpoint that the user chose; any other as it is."""
    return endpoint() + url.removeprefix(HOME) if url.startswith(f"{HOME}/") else url


def token(url: str) -> str:
    """The user's token, for an address at the hub and no other: HF_TOKEN, or what logging in left behind."""
    if urlsplit(url).netloc != urlsplit(endpoint()).netloc:
        return ""
    named = os.environ.get("HF_TOKEN", "").strip()
    if named:
        return named
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    home = os.environ.get("HF_HOME") or f"{cache}/huggingface"
    place = Path(os.environ.get("HF_TOKEN_PATH") or f"{home}/token").expanduser()
    try:
        return place.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def how_to_enter(home: str, has_token: bool) -> str:
    """What a user does to be given the files of a gated model."""
    accept = f"Accept its terms at {home} with an account, and wait until access is granted"
    if has_token:
        return f"{accept}; the token that was sent must be of that account and may read gated repositories."
    return f"{accept}; then set HF_TOKEN to a token of it ({HOME}/settings/tokens), or run hf auth login."


def listing(
    repository: ModelRepository, gated: bool = False, patience: web.Patience | None = None
) -> Listing:
    """The files that a repository has at its newest commit and that are wanted, with what is known of them."""
    patience = patience or web.Patience()
    root = f"{endpoint()}/api/models/{repository.name}"
    about, _ = _asked(f"{root}/revision/{quote(repository.revision, safe='')}", gated, patience)
    commit = about.get("sha") if isinstance(about, dict) else None
    if not isinstance(commit, str) or not re.fullmatch(r"[0-9a-f]{7,64}", commit):
        raise WeightsUnreachable("the server names no commit", where=root, remedy=web.CHECK)
    place: str | None = f"{root}/tree/{commit}"
    rows: list[Any] = []
    for _ in range(_MOST_PAGES):
        if place is None:
            break
        page, following = _asked(place, gated, patience)
        rows += page if isinstance(page, list) else []
        place = following
    resolve = f"{endpoint()}/{repository.name}/resolve/{commit}/"
    return Listing(
        commit, wanted_of(tuple(_file(row, resolve) for row in rows if _is_plain(row)), repository)
    )


def wanted_of(files: tuple[ModelFile, ...], repository: ModelRepository) -> tuple[ModelFile, ...]:
    """Those of the files that the repository's patterns name; each pattern must meet one."""
    for pattern in repository.patterns:
        if not any(fnmatch.fnmatchcase(file.name, pattern) for file in files):
            raise WeightsDamaged(
                f"there is no {pattern} among the files",
                where=repository.name,
                remedy="It was published anew in another form, or this is another model: update v2a.",
            )
    return tuple(
        file for file in files if any(fnmatch.fnmatchcase(file.name, p) for p in repository.patterns)
    )


def _asked(url: str, gated: bool, patience: web.Patience) -> tuple[Any, str | None]:
    """A page of JSON, and the address of the one after it."""
    known = token(url) if gated else ""
    answer, headers = web.patiently(lambda: web.read_json(url, known, patience.timeout), url, patience)
    following = _NEXT.search(headers.get("Link", ""))
    return answer, urljoin(url, following[1]) if following else None


def _is_plain(row: object) -> bool:
    """Whether a row of the list is a file in the repository's root with a name that leads nowhere else."""
    if not isinstance(row, Mapping) or row.get("type") != "file":
        return False
    name = row.get("path")
    return isinstance(name, str) and bool(_PLAIN.match(name))


def _file(row: Mapping[str, Any], resolve: str) -> ModelFile:
    size = row.get("size")
    lfs = row.get("lfs")
    oid = lfs.get("oid", "") if isinstance(lfs, Mapping) else ""
    known = isinstance(oid, str) and re.fullmatch(r"[0-9a-f]{64}", oid) is not None
    return ModelFile(
        str(row["path"]),
        (resolve + quote(str(row["path"])),),
        size if isinstance(size, int) and size > 0 else None,
        oid if known else "",
    )
