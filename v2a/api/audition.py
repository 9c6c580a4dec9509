"""One sound from words, without a film."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from v2a.model import Event, Kind, Take, to_seconds

if TYPE_CHECKING:
    from v2a.host import Host


@dataclass(frozen=True)
class SoundOrder:
    """What is wanted: words, seconds, and a file for it; the kind and the generator are found when not given."""

    prompt: str
    output: Path
    seconds: float = 4.0
    kind: Kind | None = None
    generator: str | None = None
    seed: int = 0
    executor: str | None = None

    @property
    def duration(self) -> Fraction:
        """The wanted length in seconds."""
        return to_seconds(self.seconds)


def sound(order: SoundOrder, *, host: Host | None = None, tell: Callable[[Event], None] | None = None) -> Take:
    """Make the sound and write it to the file; the take says what made it."""
    from v2a.api.takes import write_sound
    from v2a.engine import FolderStore, open_bench
    from v2a.engine.bench import Listening
    from v2a.host import Host
    from v2a.stages.generate import Audition, GenerateOptions, audition

    found = host or Host.discover()
    wanted = Audition(order.prompt, order.duration, order.kind or "fx", order.generator, order.seed)
    options = GenerateOptions(executor=order.executor) if order.executor else GenerateOptions()
    with (
        tempfile.TemporaryDirectory(prefix="v2a-", ignore_cleanup_errors=True) as folder,
        FolderStore(Path(folder)) as store,
    ):
        bench = open_bench(store, "cpu", Listening(tell) if tell else None).at("generate")
        take = audition(found, wanted, options, bench)
        write_sound(take, order.output)
    return take
