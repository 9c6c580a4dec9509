"""Zones: what a preset plays for a key and a velocity, with everything that is said of it put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from v2a_composer.soundfont import generators as g
from v2a_composer.soundfont import modulators
from v2a_composer.soundfont.modulators import Modulator
from v2a_composer.soundfont.tables import Bag, Tables, instrument_bags, preset_bags


@dataclass(frozen=True, slots=True)
class Range:
    """The keys or velocities from one to another, both included."""

    low: int = 0
    high: int = 127

    def __contains__(self, number: int) -> bool:
        """Whether a key or velocity is one of them."""
        return self.low <= number <= self.high

    def within(self, other: Range) -> Range:
        """Those in both."""
        return Range(max(self.low, other.low), min(self.high, other.high))


@dataclass(frozen=True, slots=True)
class Zone:
    """One sample with the keys and velocities it sounds for; `amounts` are its generators by number."""

    sample: int
    keys: Range
    velocities: Range
    amounts: tuple[int, ...]
    modulators: tuple[Modulator, ...]

    def said(self, key: int, velocity: int) -> list[float]:
        """All generators for a note: amounts with what modulators add, within their limits."""
        values = [float(v) for v in self.amounts]
        for one in self.modulators:
            if one.target < g.COUNT:
                values[one.target] += one.value(key, velocity)
        return g.limited(values)

    def gain(self, key: int, velocity: int) -> float:
        """How loud it is for a note, as a factor."""
        centibels = float(self.amounts[g.ATTENUATION])
        for one in self.modulators:
            if one.target == g.ATTENUATION:
                centibels += one.value(key, velocity)
        return float(10.0 ** (-min(max(centibels, 0.0), 1440.0) / 200.0))


@dataclass(frozen=True, slots=True)
class _Layer:
    """What one bag says, over what its global one says."""

    amounts: Mapping[int, int]
    modulators: tuple[Modulator, ...]


def zones_of(tables: Tables, preset: int) -> tuple[Zone, ...]:
    """All zones of a preset, in the order of the file."""
    return tuple(
        zone
        for outer in _layers(preset_bags(tables, preset), g.INSTRUMENT)
        for inner in _layers(instrument_bags(tables, outer.amounts[g.INSTRUMENT] & 0xFFFF), g.SAMPLE)
        if (zone := _zone(outer, inner)) is not None
    )


def _layers(bags: list[Bag], last: int) -> Iterator[_Layer]:
    """The bags that end in what they play; the first one that does not is said of all that follow."""
    common = _Layer({}, ())
    for number, bag in enumerate(bags):
        amounts = {kind: amount for kind, amount in bag.generators if kind < g.COUNT}
        turns = tuple(Modulator(*row) for row in bag.modulators)
        if last in amounts:
            both = {**common.amounts, **amounts}
            yield _Layer(both, modulators.merged(common.modulators, turns))
        elif number == 0:
            common = _Layer(amounts, turns)


def _zone(outer: _Layer, inner: _Layer) -> Zone | None:
    keys = _range(outer, g.KEYS).within(_range(inner, g.KEYS))
    velocities = _range(outer, g.VELOCITIES).within(_range(inner, g.VELOCITIES))
    if keys.low > keys.high or velocities.low > velocities.high:
        return None
    amounts = [inner.amounts.get(n, g.DEFAULTS.get(n, 0)) for n in range(g.COUNT)]
    for kind, amount in outer.amounts.items():
        if kind not in g.INSTRUMENT_ONLY and kind not in (g.INSTRUMENT, g.KEYS, g.VELOCITIES):
            amounts[kind] += amount
    turns = modulators.merged(modulators.DEFAULTS, inner.modulators)
    return Zone(
        inner.amounts[g.SAMPLE] & 0xFFFF,
        keys,
        velocities,
        tuple(amounts),
        modulators.added(turns, outer.modulators),
    )


def _range(layer: _Layer, kind: int) -> Range:
    amount = layer.amounts.get(kind, 127 << 8) & 0xFFFF
    return Range(amount & 0xFF, amount >> 8)
