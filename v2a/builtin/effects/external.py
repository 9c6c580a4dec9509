"""Somebody else's plugin, VST3 or Audio Unit, by its path; where the platform has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from v2a.builtin.effects.board import LICENCE
from v2a.errors import FileMissing, PluginBroken, UnknownName
from v2a.interfaces import About, Bench, Effect, EffectCard, Processor, option
from v2a.model import Licence

_REMEDY = "v2a doctor says what this platform can load; a VST3 is named by its .vst3 folder or file."


@dataclass(frozen=True)
class ExternalParams:
    """Which plugin, which one of several in its file, and how its knobs stand."""

    path: str = option("", "The .vst3 or .component.")
    plugin: str = option("", "Its name, where a file holds several.")
    knobs: Mapping[str, Any] = field(
        default_factory=dict, metadata={"about": About("Its parameters by name.")}
    )


class External(Effect):
    """Runs a VST3 or Audio Unit effect."""

    card: ClassVar[EffectCard] = EffectCard(
        "external",
        "1",
        Licence("unknown", commercial="unknown", read=LICENCE.read),
        "A VST3 or Audio Unit, by path",
        params=ExternalParams,
    )

    def open(self, bench: Bench, rate: int, channels: int, params: object) -> Processor:
        """A processor for one stream of sound."""
        chosen = params if isinstance(params, ExternalParams) else ExternalParams()
        return _Hosted(_loaded(chosen), rate, channels)


def _loaded(chosen: ExternalParams) -> Any:
    import pedalboard

    if not chosen.path:
        raise FileMissing("no plugin is named", where="effect external", remedy="Give it a path.")
    if not Path(chosen.path).expanduser().exists():
        raise FileMissing("there is no such plugin", where=chosen.path, remedy=_REMEDY)
    try:
        found = pedalboard.load_plugin(
            str(Path(chosen.path).expanduser()), dict(chosen.knobs), plugin_name=chosen.plugin or None
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise UnknownName(
            f"{error}".splitlines()[0], where=chosen.path, remedy="Correct its knobs or its name."
        ) from error
    except Exception as error:
        raise PluginBroken("could not be loaded", where=chosen.path, remedy=_REMEDY) from error
    if not found.is_effect:
        raise UnknownName("is an instrument, not an effect", where=chosen.path, remedy="Name an effect.")
    return found


class _Hosted(Processor):
    """Pedalboard leaves out what a plugin's latency has not given yet; here silence stands for it."""

    def __init__(self, plugin: Any, rate: int, channels: int) -> None:
        self._plugin, self._rate, self._channels = plugin, rate, channels
        self.latency = int(getattr(plugin, "reported_latency_samples", 0) or 0)
        self._owed = 0

    def __call__(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Process channels × samples; the result has the same shape."""
        made = self._plugin.process(np.ascontiguousarray(block), float(self._rate), reset=False)
        missing = block.shape[1] - made.shape[1]
        silence = np.zeros((self._channels, max(0, missing)), np.float32)
        return np.concatenate([silence, np.asarray(made, np.float32)], axis=1)

    def flush(self) -> NDArray[np.float32] | None:
        """What its latency still holds."""
        if not self.latency:
            return None
        return self(np.zeros((self._channels, self.latency), np.float32))

    def close(self) -> None:
        """Forget what was heard."""
        self._plugin.reset()
