"""The libraries as v2a sees them: searched for recordings, each with its licence and the credit owed."""

from __future__ import annotations

from typing import ClassVar

import v2a
from v2a.model.licence import Commercial
from v2a_retrieval import licences, places


class OwnLibraries(v2a.Library):
    """All libraries that were added with `v2a library add`."""

    card: ClassVar[v2a.LibraryCard] = v2a.LibraryCard("own", "1", "recordings from folders that you added")

    def search(self, prompt: str, kind: v2a.Kind | None = None, limit: int = 20) -> list[v2a.Found]:
        """The recordings that fit best, best first; backgrounds are at least three seconds long."""
        from v2a_retrieval.index import opened
        from v2a_retrieval.material import credits_owed
        from v2a_retrieval.search import Query, Search

        path = places.index_file()
        if not path.is_file():
            return []
        with opened(path) as index:
            hits = Search(index)(Query(prompt, limit=limit if kind != "bg" else 4 * limit))
        fitting = [hit for hit in hits if kind != "bg" or hit.sound.duration >= 3.0]
        return [
            v2a.Found(
                str(hit.file),
                hit.title,
                hit.fit,
                v2a.Licence(
                    hit.licence, commercial=_commercial(hit.licence), read=licences.read(hit.licence)
                ),
                next(iter(credits_owed([hit])), None),
                hit.sound.duration,
            )
            for hit in fitting[:limit]
        ]


def _commercial(licence: str) -> Commercial:
    if licence in (licences.UNKNOWN, ""):
        return "unknown"
    return "no" if "-NC" in licence else "yes"
