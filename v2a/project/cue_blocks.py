"""The `[[cue]]` blocks of a text brought up to date: changed, taken out, and put in where they belong in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from v2a.model import Cue
from v2a.project.fields import cue_table
from v2a.project.text import Block, changed_block, new_block, without_body, woven
from v2a.project.times import Clock


@dataclass(frozen=True, slots=True)
class CueBlocks:
    """The cues of a text: its tables as they were read, their ids, and the clocks they were and will be written by."""

    tables: Sequence[Mapping[str, Any]]
    ids: Sequence[str]
    before: Clock
    clock: Clock

    def updated(self, parts: list[Block], cues: Sequence[Cue]) -> list[Block]:
        """The blocks of the text with these cues in them."""
        wanted = {c.id: c for c in cues}
        places = [n for n, part in enumerate(parts) if part.name == "cue"]
        done = list(parts)
        starts = []
        for place, table, name in zip(places, self.tables, self.ids, strict=True):
            if name in wanted:
                block, table = _identified(parts[place], table, name)
                after = cue_table(wanted[name], self.clock)
                done[place] = changed_block(block, table, self._as_user_wrote(table, after))
                starts.append((wanted[name].span.start, place))
            else:
                done[place] = without_body(parts[place])
        default = places[-1] + 1 if places else len([p for p in parts if p.name in ("", "film")])
        added: dict[int, list[Block]] = {}
        for cue in (c for c in cues if c.id not in set(self.ids)):
            earlier = [place for start, place in starts if start <= cue.span.start]
            place = max(earlier) + 1 if earlier else (places[0] if places else default)
            added.setdefault(place, []).append(new_block("cue", cue_table(cue, self.clock)))
        return woven(done, added)

    def _as_user_wrote(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        """The new table with values that mean the same left as the user wrote them."""
        same = dict(after)
        for key, value in before.items():
            if key in after and value != after[key] and key in ("in", "out", "sync"):
                if self._means(value, after[key]):
                    same[key] = value
            elif (key in after and (value == after[key] or _same_tempo(key, value, after[key]))) or (
                key not in after and _is_default(key, value)
            ):
                same[key] = value
        return same

    def _means(self, value: Any, other: Any) -> bool:
        try:
            return self.clock.read(value) == self.before.read(value) == self.clock.read(other)
        except ValueError:
            return False


def _identified(block: Block, table: Mapping[str, Any], name: str) -> tuple[Block, Mapping[str, Any]]:
    """The block of a cue that the user added, with its new id in the first line."""
    if table.get("id"):
        return block, table
    head, _, rest = block.body.partition("\n")
    return replace(block, body=f'{head}\nid = "{name}"\n{rest}'), {"id": name, **table}


def _same_tempo(key: str, value: object, other: object) -> bool:
    """Whether a tempo that is written as a number is the one that is meant."""
    return key == "tempo" and not isinstance(value, str) and str(value) == other


def _is_default(key: str, value: object) -> bool:
    if key in ("gain", "pan", "nudge", "fade_in", "fade_out"):
        return value == 0
    if key in ("locked", "muted", "solo", "suggested"):
        return value is False
    return (
        (key in ("avoid", "room", "reference", "tempo", "meter") and value == "")
        or (key == "params" and value == {})
        or (key in ("confidence", "distance") and value == 1)
        or (key == "strength" and value == 0.5)
    )
