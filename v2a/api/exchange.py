"""What goes to and comes from other programs and people: imported cues, exports, and which plugins failed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from v2a.builtin.executors.failures import blamed
from v2a.errors import PluginContract, UnknownName, V2aError
from v2a.host import Host
from v2a.interfaces import Imported, Plan
from v2a.model import Video
from v2a.stages.deliver import Export

_REMEDY = "Tell its author, or import the list in another format."


def with_imported(plan: Plan, path: Path, host: Host, video: Video) -> Plan:
    """The plan with the cues of another program's file."""
    importers = host.importers.values()
    found = next((i for i in importers if path.suffix.lower() in i.thing.card.suffixes), None)
    if found is None:
        known = sorted({s for i in importers for s in i.thing.card.suffixes})
        raise UnknownName(f"no importer reads {path.suffix or 'this'}", where=str(path),
                          remedy=f"There are importers for: {', '.join(known)}.")  # fmt: skip
    where = f"importer {found.name}"
    try:
        brought: object = found.thing.read(path, video)
    except V2aError:
        raise
    except (Exception, SystemExit) as error:
        raise blamed(error, where, _REMEDY) from error
    if not isinstance(brought, Imported):
        what = f"answered with {type(brought).__name__}, not with Imported"
        raise PluginContract(what, where=where, remedy=_REMEDY)
    return replace(plan, cues=(*plan.cues, *brought.cues), notes=(*plan.notes, *brought.notes))


def exports(names: Sequence[str], host: Host, output: Path) -> tuple[Export, ...]:
    """The exporters that are asked for, and where each writes."""
    things = [host.exporter(name).thing for name in names]
    return tuple(Export(thing, output.with_suffix(thing.card.suffixes[0])) for thing in things)


def accompany(error: V2aError, host: Host, troubles: Iterable[V2aError]) -> None:
    """Note on an error which plugins are broken or failed before it: what is missing may be theirs."""
    for broken in host.broken:
        error.add_note(str(broken.error))
    for trouble in troubles:
        error.add_note(str(trouble))
