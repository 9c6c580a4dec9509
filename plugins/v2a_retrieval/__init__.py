"""The user's own sound libraries: indexed, searched, and placed in sync."""

from __future__ import annotations

from collections.abc import Sequence

import v2a
from v2a_retrieval import places


@v2a.hookimpl
def v2a_generators() -> Sequence[v2a.Generator]:
    """One-shots and backgrounds from recordings, where a library was added."""
    if not places.index_file().is_file():
        return ()
    from v2a_retrieval.ambiences import ambiences
    from v2a_retrieval.recordings import recordings

    state = _state()
    return (recordings(state), ambiences(state))


@v2a.hookimpl
def v2a_libraries() -> Sequence[v2a.Library]:
    """All libraries that were added, as one; none before the first."""
    from v2a_retrieval.shelf import OwnLibraries

    return (OwnLibraries(),) if places.index_file().is_file() else ()


@v2a.hookimpl
def v2a_metrics() -> Sequence[v2a.Metric]:
    """How much a take sounds like its prompt."""
    from v2a_retrieval.match import TextMatch

    return (TextMatch(),)


@v2a.hookimpl
def v2a_commands() -> Sequence[v2a.Command]:
    """`v2a library`."""
    return (
        v2a.Command("library", "v2a_retrieval.desk:run", "index, search and look after your sound libraries"),
    )


def _state() -> str:
    """What the index holds, in short: takes follow from it. One that cannot be read says so when it is used."""
    from v2a_retrieval.index import opened

    try:
        with opened(places.index_file()) as index:
            return index.state
    except v2a.V2aError:
        return "unreadable"
