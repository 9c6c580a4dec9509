"""The libraries as v2a sees them: searched for recordings, each with its licence and the credit owed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import v2a
from v2a_retrieval import licences, places

if TYPE_CHECKING:
    from v2a_retrieval.search import Hit

_SHORTEST = 3.0


class OwnLibraries(v2a.Library):
    """All libraries that were added with `v2a library add`."""

    card: ClassVar[v2a.LibraryCard] = v2a.LibraryCard("own", "1", "recordings from folders that you added")

    def search(self, prompt: str, kind: v2a.Kind | None = None, limit: int = 20) -> list[v2a.Found]:
        """The recordings that fit best and are there now, best first.

        Backgrounds are at least three seconds long; what is named after an instrument is music, unless it is asked for.
        """
        from v2a_retrieval.index import opened
        from v2a_retrieval.search import Query, Search

        path = places.index_file()
        if not path.is_file():
            return []
        most = limit if kind != "bg" else 4 * limit
        with opened(path) as index:
            hits = Search(index)(Query(prompt, limit=most, online=True))
        return [_found(hit) for hit in hits if _suits(hit, prompt, kind)][:limit]

    def known(self, path: str) -> v2a.Found | None:
        """The recording that lies at a path in one of the libraries."""
        from v2a_retrieval.index import opened
        from v2a_retrieval.search import Search

        if not places.index_file().is_file():
            return None
        file = Path(path).absolute()
        with opened(places.index_file()) as index:
            search = Search(index)
            hit = search.at(file) or search.at(file.resolve())
        return None if hit is None else _found(hit)


def _suits(hit: Hit, prompt: str, kind: v2a.Kind | None) -> bool:
    from v2a_retrieval.words import musical

    if kind == "bg" and hit.sound.duration < _SHORTEST:
        return False
    return kind in (None, "mx") or musical(prompt) or not musical(hit.title)


def _found(hit: Hit) -> v2a.Found:
    from v2a_retrieval.material import credits_owed

    terms = v2a.Licence(
        hit.licence, commercial=licences.commercial(hit.licence), read=licences.read(hit.licence)
    )
    owed = next(iter(credits_owed([hit])), None)
    return v2a.Found(str(hit.file), hit.title, hit.fit, terms, owed, hit.sound.duration)
