"""The text of the spotting list in blocks, so that a change to one cue leaves every other line as it is.

tomlkit keeps comments within a table, but moves them when tables of two names alternate and drops those above a
table that is removed. So each `[[cue]]` is a block of its own with the comments above it, edited through tomlkit.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import tomlkit
from tomlkit.items import Table as TomlTable

_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*([.\]])")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one top-level table with its sub-tables: `lead` holds the comments above it, `tail` blank lines."""

    name: str
    lead: str
    body: str
    tail: str

    @property
    def text(self) -> str:
        """All of it."""
        return self.lead + self.body + self.tail


def blocks(text: str) -> list[Block]:
    """The blocks of a document, the first of them without a name; their texts add up to the document."""
    parts: list[tuple[str, list[str]]] = [("", [])]
    for line, plain in _lines(text):
        header = _HEADER.match(line) if plain else None
        name = header[2].strip("\"'") if header else ""
        inside = header is not None and header[3] == "." and parts[-1][0] == name
        if header is None or inside:
            parts[-1][1].append(line)
        else:
            lead = _taken_comments(parts[-1][1])
            parts.append((name, [*lead, line]))
    return [_block(name, lines) for name, lines in parts]


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    """Every line, and whether it begins outside of strings and arrays."""
    state = _Scan()
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        yield line, state.quote == "" and state.depth == 0
        state.over(line)


@dataclass(slots=True)
class _Scan:
    quote: str = ""
    depth: int = 0

    def over(self, line: str) -> None:
        place = 0
        header = not self.quote and not self.depth and line.lstrip().startswith("[")
        while place < len(line) and not header:
            place = self._in_string(line, place) if self.quote else self._in_plain(line, place)
        if len(self.quote) == 1:
            self.quote = ""

    def _in_string(self, line: str, place: int) -> int:
        if line[place] == "\\" and self.quote.startswith('"'):
            return place + 2
        if line.startswith(self.quote, place):
            place += len(self.quote)
            while len(self.quote) == 3 and line.startswith(self.quote[0], place):
                place += 1
            self.quote = ""
            return place
        return place + 1

    def _in_plain(self, line: str, place: int) -> int:
        mark = line[place]
        if mark == "#":
            return len(line)
        if mark in "\"'":
            self.quote = mark * 3 if line.startswith(mark * 3, place) else mark
            return place + len(self.quote)
        self.depth += (mark in "[{") - (mark in "]}")
        return place + 1


def _taken_comments(lines: list[str]) -> list[str]:
    """Take the comment lines that stand right above a header from the end of the lines before it."""
    count = 0
    while count < len(lines) and lines[-1 - count].lstrip().startswith("#"):
        count += 1
    taken = lines[len(lines) - count :]
    del lines[len(lines) - count :]
    return taken


def _block(name: str, lines: list[str]) -> Block:
    first = 0
    while name and first < len(lines) and not _HEADER.match(lines[first]):
        first += 1
    last = len(lines)
    while last > first and not lines[last - 1].strip():
        last -= 1
    return Block(name, "".join(lines[:first]), "".join(lines[first:last]), "".join(lines[last:]))


def new_block(name: str, table: Mapping[str, Any]) -> Block:
    """A fresh `[[name]]` block."""
    lines = [f"[[{name}]]\n"]
    lines += [f"{key} = {inline(value)}\n" for key, value in table.items()]
    return Block(name, "", "".join(lines), "\n")


def changed_block(block: Block, before: Mapping[str, Any], after: Mapping[str, Any]) -> Block:
    """The block with its table changed; lines of keys that stay the same are not touched."""
    if before == after:
        return block
    document = tomlkit.parse(block.body if block.body.endswith("\n") else block.body + "\n")
    edit_table(cast(list[TomlTable], document[block.name])[0], before, after)
    body = tomlkit.dumps(document)
    if tomllib.loads(body)[block.name] != [dict(after)]:
        body = new_block(block.name, after).body
    return replace(block, body=body if body.endswith("\n") else body + "\n")


def edit_table(table: TomlTable, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Set, add and remove keys of a table until it holds `after`."""
    for key in before:
        if key not in after:
            table.remove(key)
    for key, value in after.items():
        if key not in before or before[key] != value or type(before[key]) is not type(value):
            table[key] = _item(value)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        inline_table = tomlkit.inline_table()
        for key, part in value.items():
            inline_table[key] = _item(part)
        return inline_table
    if isinstance(value, Sequence) and not isinstance(value, str):
        array = tomlkit.array()
        array.extend(_item(part) for part in value)
        return array
    return tomlkit.item(value)


def inline(value: Any) -> str:
    """A value as it stands behind the equals sign; a text of several lines keeps them."""
    if isinstance(value, str) and "\n" in value:
        lines = f'"""\n{value}"""'
        if '"' not in value and "\\" not in value and _reads_as(lines, value):
            return lines
    return str(_item(value).as_string())


def _reads_as(text: str, value: str) -> bool:
    try:
        return bool(tomllib.loads(f"a = {text}")["a"] == value)
    except tomllib.TOMLDecodeError:
        return False


def without_body(block: Block) -> Block:
    """What is left when the table is taken out: the comments above it."""
    return Block("", block.lead, "", "\n" if block.lead else "")


def woven(parts: Sequence[Block], added: Mapping[int, Sequence[Block]]) -> list[Block]:
    """The blocks with others put in before these positions, each set off by a blank line."""
    done: list[Block] = []
    for place in range(len(parts) + 1):
        for block in added.get(place, ()):
            if done and not done[-1].text.endswith("\n\n"):
                ending = "\n" if done[-1].text.endswith("\n") else "\n\n"
                done[-1] = replace(done[-1], tail=done[-1].tail + ending)
            done.append(block)
        if place < len(parts):
            done.append(parts[place])
    return done
