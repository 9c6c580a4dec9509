"""One sound from words, without a film."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from v2a.model import Kind, Notice, Take, to_seconds

if TYPE_CHECKING:
    from v2a.host import Host


@dataclass(frozen=True)
class SoundOrder:
    """What is wanted: words, seconds, and a file for it; the kind and the generator are found when not given.

    `params` are the named generator's, where they differ. `reference` is a sound file to come near, or words for the libraries; `strength` how much of it is heard, 0 to 1.
    """

    prompt: str
    output: Path
    seconds: float = 4.0
    kind: Kind | None = None
    generator: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    executor: str | None = None
    reference: str = ""
    strength: float = 0.5
    device: str = "auto"

    @property
    def duration(self) -> Fraction:
        """The wanted length in seconds."""
        return to_seconds(self.seconds)


def sound(
    order: SoundOrder, *, host: Host | None = None, tell: Callable[[Notice], None] | None = None
) -> Take:
    """Make the sound and write it to the file; the take says what made it."""
    from v2a.api.bench import stage_bench, unheard
    from v2a.api.exchange import accompany
    from v2a.api.takes import write_sound
    from v2a.builtin.executors.failures import told
    from v2a.engine.store import FolderStore
    from v2a.errors import V2aError
    from v2a.host import Host
    from v2a.host.guests import apart
    from v2a.stages import generate
    from v2a.stages.generating.running import running

    found = host or Host.discover()
    hear = tell or unheard
    for left_out in found.broken:
        hear(told(left_out.error))
    with (
        tempfile.TemporaryDirectory(prefix="v2a-", ignore_cleanup_errors=True) as folder,
        FolderStore(Path(folder)) as store,
        ExitStack() as closing,
    ):
        bench = stage_bench(store, order.device, tell=hear)
        options = generate.GenerateOptions()
        opened = running(found, order.executor or options.executor, options.stall, bench)
        guests = functools.cache(lambda: closing.enter_context(opened))
        try:
            take = generate.audition(order, apart(found, guests), bench)
        except V2aError as error:
            accompany(error, found, ())
            raise
        write_sound(take, order.output)
    return take
