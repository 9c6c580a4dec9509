"""The tables of a soundfont: presets, instruments, and samples, as they lie in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from v2a_composer.soundfont.chunks import REMEDY, FontError, Stretch

Table = NDArray[np.void]

_BAG = [("generator", "<u2"), ("modulator", "<u2")]
_MODULATOR = [("source", "<u2"), ("target", "<u2"), ("amount", "<i2"), ("scale", "<u2"), ("transform", "<u2")]
_GENERATOR = [("kind", "<u2"), ("amount", "<i2")]
_LAYOUTS: Mapping[str, list[tuple[str, str]]] = {
    "phdr": [
        ("name", "S20"),
        ("program", "<u2"),
        ("bank", "<u2"),
        ("bag", "<u2"),
        ("library", "<u4"),
        ("genre", "<u4"),
        ("morphology", "<u4"),
    ],
    "pbag": _BAG,
    "pmod": _MODULATOR,
    "pgen": _GENERATOR,
    "inst": [("name", "S20"), ("bag", "<u2")],
    "ibag": _BAG,
    "imod": _MODULATOR,
    "igen": _GENERATOR,
    "shdr": [
        ("name", "S20"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("loop_start", "<u4"),
        ("loop_end", "<u4"),
        ("rate", "<u4"),
        ("key", "u1"),
        ("correction", "i1"),
        ("link", "<u2"),
        ("kind", "<u2"),
    ],
}
_MAYBE = ("pmod", "imod")


@dataclass(frozen=True)
class Tables:
    """The nine tables, each with the record that ends it, and where the samples lie."""

    phdr: Table
    pbag: Table
    pmod: Table
    pgen: Table
    inst: Table
    ibag: Table
    imod: Table
    igen: Table
    shdr: Table


@dataclass(frozen=True, slots=True)
class Bag:
    """A zone as the file has it: generators by number, in order, and modulators."""

    generators: tuple[tuple[int, int], ...]
    modulators: tuple[tuple[int, int, int, int, int], ...]


def read_tables(data: memoryview, found: Mapping[str, Stretch], name: str) -> Tables:
    """The tables of a font; raises FontError where one is missing."""
    read: dict[str, Table] = {}
    for letters, fields in _LAYOUTS.items():
        layout = np.dtype(fields)
        stretch = found.get(letters)
        if stretch is None and letters not in _MAYBE:
            raise FontError(f"is a broken soundfont: it has no table {letters}", where=name, remedy=REMEDY)
        size = stretch.size // layout.itemsize if stretch else 0
        start = stretch.start if stretch else 0
        read[letters] = np.frombuffer(data, layout, size, start) if size else np.zeros(0, layout)
    if min(len(read["phdr"]), len(read["inst"]), len(read["shdr"])) < 2:
        raise FontError("is a soundfont without instruments", where=name, remedy=REMEDY)
    return Tables(**read)


def preset_bags(tables: Tables, preset: int) -> list[Bag]:
    """The zones of a preset."""
    return _bags(tables.phdr, tables.pbag, tables.pgen, tables.pmod, preset)


def instrument_bags(tables: Tables, instrument: int) -> list[Bag]:
    """The zones of an instrument; none where the number is of none."""
    if not 0 <= instrument < len(tables.inst) - 1:
        return []
    return _bags(tables.inst, tables.ibag, tables.igen, tables.imod, instrument)


def _bags(heads: Table, bags: Table, generators: Table, modulators: Table, number: int) -> list[Bag]:
    made = []
    for n in range(int(heads[number]["bag"]), min(int(heads[number + 1]["bag"]), len(bags) - 1)):
        here, there = bags[n], bags[n + 1]
        rows = generators[int(here["generator"]) : int(there["generator"])]
        turns = modulators[int(here["modulator"]) : int(there["modulator"])]
        made.append(
            Bag(
                tuple((int(r["kind"]), int(r["amount"])) for r in rows),
                tuple(
                    (
                        int(t["source"]),
                        int(t["target"]),
                        int(t["amount"]),
                        int(t["scale"]),
                        int(t["transform"]),
                    )
                    for t in turns
                ),
            )
        )
    return made


def text(raw: bytes) -> str:
    """A name as it is written in a font: up to the first nought, in UTF-8 or else Latin-1."""
    kept = bytes(raw).split(b"\0", 1)[0]
    try:
        return kept.decode("utf-8").strip()
    except UnicodeDecodeError:
        return kept.decode("latin-1").strip()
