"""One observer at its place while a part of the film is shown: what it is shown, and whether its rows will do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.executors.failures import blamed
from v2a.errors import Cancelled, PluginContract, V2aError
from v2a.interfaces import Block, FeatureCard, Frames, Observer, ObserverCard, Rows, Watcher
from v2a.stages.parts import TIMES, Part, columns

_REMEDY = "It is left out; tell its author."


def trouble(name: str, error: BaseException) -> V2aError:
    """What an observer raised, as an error that names it."""
    where = f"observer {name}"
    if isinstance(error, V2aError):
        return type(error)(error.what, where=where, remedy=error.remedy or _REMEDY)
    return blamed(error, where, _REMEDY)


class Seat:
    """An observer's watcher for one part, the rows it gave so far, and what went wrong with it, if anything did."""

    def __init__(self, observer: Observer, part: Part, opened: Callable[[], Watcher]) -> None:
        self.card: ObserverCard = observer.card
        self.part = part
        self.rows: dict[str, list[NDArray[Any]]] = {name: [] for name in columns(self.card)}
        self.error: V2aError | None = None
        self._start = part.span.start - self.card.lead
        self._watcher: Watcher | None = None
        self._try(lambda: setattr(self, "_watcher", opened()))

    def see(self, frames: Frames) -> None:
        """Show frames: those of the lead are shown and their rows thrown away, those outside are not shown."""
        times = frames.times
        first, at = np.searchsorted(times, [float(self._start), float(self.part.span.start)])
        end = len(times) if self.part.last else int(np.searchsorted(times, float(self.part.span.end)))
        for low, high, kept in ((int(first), int(at), False), (int(at), end, True)):
            if low < high and self.error is None:
                piece = Frames(times[low:high], frames.pixels[low:high])
                self._try(lambda piece=piece, kept=kept: self._look(piece, kept))  # type: ignore[misc]

    def hear(self, block: Block) -> None:
        """Let hear a block, if it belongs to the part or its lead."""
        if self.error is not None or block.start < self._start or not self._before_end(block):
            return
        kept = self.part.holds(block.start)
        self._try(lambda: self._listen(block, kept))

    def close(self) -> None:
        """Free the watcher."""
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            self._try(watcher.close)

    def _before_end(self, block: Block) -> bool:
        return block.start < self.part.span.end

    def _look(self, frames: Frames, kept: bool) -> None:
        assert self._watcher is not None
        self._take(self._watcher.see(frames), "picture", len(frames), kept)
        if kept and TIMES in self.rows:
            self.rows[TIMES].append(np.array(frames.times, np.float64))

    def _listen(self, block: Block, kept: bool) -> None:
        assert self._watcher is not None
        self._take(self._watcher.hear(block), "sound", 1, kept)

    def _take(self, given: Rows, source: str, count: int, kept: bool) -> None:
        wanted = {n: f for n, f in self.card.features.items() if f.source == source}
        if not isinstance(given, Mapping) or set(given) != set(wanted):
            named = ", ".join(sorted(map(str, given))) if isinstance(given, Mapping) else repr(type(given))
            raise PluginContract(f"gave rows of {named or 'nothing'}, its card says {', '.join(wanted)}")
        for name, entry in wanted.items():
            rows = _checked(name, given[name], entry, count * (entry.rows if source == "sound" else 1))
            if kept:
                self.rows[name].append(rows)

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Cancelled:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may raise anything; the others go on
            self.error = self.error or trouble(self.card.name, error)


def _checked(name: str, given: object, entry: FeatureCard, count: int) -> NDArray[Any]:
    rows = np.asarray(given)
    shape = (count, *entry.shape)
    if rows.shape != shape:
        raise PluginContract(f"gave {name!r} the shape {rows.shape} where {shape} belongs")
    dtype = np.dtype(entry.dtype)
    if not np.can_cast(rows.dtype, dtype, "same_kind"):
        raise PluginContract(f"gave {name!r} as {rows.dtype} where {dtype} belongs")
    if rows.dtype.kind in "fc" and not np.isfinite(rows).all():
        raise PluginContract(f"gave {name!r} a number that is not finite")
    return np.array(rows, dtype)
