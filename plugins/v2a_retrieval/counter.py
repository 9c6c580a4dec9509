"""What both generators over the libraries share: the opened index, and the answer where nothing in it fits."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence

import v2a
from v2a_retrieval import places
from v2a_retrieval.material import Material
from v2a_retrieval.search import Search

LICENCE = v2a.Licence("GPL-3.0-or-later", commercial="unknown")
RANK = 5


def nothing_fits(request: v2a.Request) -> v2a.Failure:
    """The answer where no recording fits: another generator is to make it."""
    return v2a.Failure(
        f"no recording in the libraries fits {request.prompt!r}",
        remedy=f'See what there is: v2a library search "{request.prompt}"',
        exit_code=35,
        passed=True,
    )


class Counter(v2a.Maker):
    """A maker over the index; what it makes of one request is left to those who derive from it."""

    def __init__(self) -> None:
        from v2a_retrieval.index import opened

        self._index = opened(places.index_file())
        self.search = Search(self._index)
        self.material = Material()

    def __call__(self, requests: Sequence[v2a.Request]) -> Iterator[v2a.Made | v2a.Failure]:
        """The sound of each request, or that nothing fits."""
        for request in requests:
            yield self.made(request) or nothing_fits(request)

    @abstractmethod
    def made(self, request: v2a.Request) -> v2a.Made | None:
        """The sound of a request; nothing where no recording fits."""

    def close(self) -> None:
        """Close the index."""
        self._index.db.close()
