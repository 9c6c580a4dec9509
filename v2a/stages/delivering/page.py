"""The report as a page to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from v2a.stages.delivering.wording import NAMES, anchored, chain, moved, numbered, placed, timed
from v2a.stages.generating.criteria import scored

_SOUND = (
    "at",
    "length",
    "kind",
    "music",
    "sound",
    "moved",
    "place",
    "generator",
    "seed",
    "score",
    "licence",
    "notes",
)

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --faint: #8882; --soft: #777 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80rem; margin: 2rem auto; padding: 0 1rem }
h1 { margin-bottom: 0 } h2 { margin: 2.2rem 0 .4rem; font-size: 1.2rem }
.under { color: var(--soft); margin-top: .2rem }
.facts { display: flex; flex-wrap: wrap; gap: .8rem; padding: 0; list-style: none }
.facts li { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem }
.facts b { display: block; font-size: 1.25rem }
.met b { color: #2a8f4f } .missed b { color: #c8452f }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .92em }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--soft); font-weight: 600; white-space: nowrap }
tbody tr:hover { background: var(--faint) }
td { overflow-wrap: anywhere; min-width: 3.5rem } td:first-child { white-space: nowrap }
"""


def page(said: dict[str, Any]) -> str:
    """The page for a report."""
    film, balance = said["film"], said["balance"]
    body = [
        f"<h1>{escape(film['name'])}</h1>",
        _under(said),
        f"<p>Brief: {escape(said['brief'])}</p>" if said["brief"] else "",
        _facts(said),
        *_loudness(said["loudness"]),
        *(_balance(balance) if balance is not None else ()),
        "<h2>Sounds</h2>",
        _table(_SOUND, map(_sound, said["sounds"])),
        *_section("Gaps filled with room tone", ["at", "seconds", "from pauses"], map(_gap, said["filled"])),
        *_commercial(said["commercial_use"]),
        *_rows("Credits owed", ["title", "author", "licence", "read"], said["credits"]),
        *_rows("Failures", ["cue", "generator", "what", "instead"], said["failures"]),
        *_rows("Not placed", ["text", "why"], said["unplaced"]),
        *_notes(said["notes"]),
        *_rows("Files", ["name", "size", "sha256"], said["files"]),
    ]
    head = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(film['name'])}: sound report</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
    ]
    return "\n".join((*head, *(part for part in body if part), "</body>", "</html>", ""))


def _under(said: dict[str, Any]) -> str:
    film = said["film"]
    style = f", preset {said['preset']}" if said["preset"] else ""
    return (
        f'<p class="under">{film["duration"]:.2f} s at {escape(film["frame_rate"].removesuffix("/1"))} frames a second, '
        f"from {escape(film['start_timecode'])}{escape(style)}, seed {said['seed']}</p>"
    )


def _facts(said: dict[str, Any]) -> str:
    """What is looked for first."""
    loudness = said["loudness"]
    mix, passed = loudness["mix"], loudness["pass"]
    verdict = {True: "met", False: "not met", None: "–"}[passed]
    told = [
        ("", _measure(mix["integrated"], "LUFS"), "loudness"),
        ("", _measure(mix["true_peak"], "dBTP"), "true peak"),
        ({True: "met", False: "missed", None: ""}[passed], verdict, f"spec {loudness['spec']}"),
        ("", str(len(said["sounds"])), "sounds"),
        ("missed" if said["failures"] else "", str(len(said["failures"])), "failures"),
    ]
    facts = (f'<li class="{kind}"><b>{escape(value)}</b>{escape(name)}</li>' for kind, value, name in told)
    return f'<ul class="facts">{"".join(facts)}</ul>'


def _loudness(loudness: dict[str, Any]) -> list[str]:
    rows = [_levels("mix", loudness["mix"]), *(_levels(n, v) for n, v in loudness["stems"].items())]
    return [
        "<h2>Loudness</h2>",
        f"<p>Gain {loudness['gain']:+.2f} dB, limited by {loudness['limiting']:.2f} dB at most."
        f"{_spoken(loudness['dialogue'])}</p>",
        _programme(loudness["programme"]),
        _coded(loudness["coded"]),
        _table(["", "integrated", "range", "momentary", "short-term", "true peak"], rows),
    ]


def _spoken(level: float | None) -> str:
    return "" if level is None else f" Where it is spoken: {level:.1f} LUFS, an estimate."


def _balance(balance: dict[str, Any]) -> list[str]:
    """What the stems were set against, how they step back for speech, and their effects."""
    steps = [[_stem(s["stem"]), f"{s['depth']:.1f} dB", f"{s['band']:.1f} dB"] for s in balance["steps"]]
    treated = [
        [_stem(t["stem"]), chain(t["effects"]), f"{t['before']:+.1f} dB", f"{t['behind']:+.1f} dB"]
        for t in balance["treatments"]
    ]
    return [
        "<h2>Balance</h2>",
        f"<p>{escape(anchored(balance))}</p>",
        *_section("Room for speech", ["stem", "steps back", "between 1 and 4 kHz"], steps),
        f"<p>{escape(timed(balance))}</p>" if steps else "",
        *_section("Effects on stems", ["stem", "effects", "gain before", "gain behind"], treated),
    ]


def _stem(name: str) -> str:
    return f"{name} {NAMES[name]}"


def _gap(gap: dict[str, Any]) -> list[str]:
    return [gap["timecode"], f"{gap['end'] - gap['start']:.2f}", f"{gap['pauses']:.1f} s"]


def _commercial(use: dict[str, Any]) -> list[str]:
    """Whose sound may not be sold, or perhaps not."""
    said = [("may not be sold", use["no"]), ("may perhaps not be sold", use["unknown"])]
    return [f"<p><b>Made by {escape(', '.join(who))}: {what}.</b></p>" for what, who in said if who]


def _programme(level: dict[str, Any] | None) -> str:
    """How all reels of a programme were measured."""
    if level is None or level["loudness"]["integrated"] is None:
        return ""
    told = ", ".join(_levels("", level["loudness"])[1:])
    return f"<p>Measured as one with all reels ({escape(', '.join(level['reels']))}): {told}.</p>"


def _coded(heard: dict[str, Any] | None) -> str:
    """How loud the mix is once it is coded."""
    if heard is None or heard["integrated"] is None:
        return ""
    return (
        f"<p>As {escape(heard['codec'])}: {heard['integrated']:.1f} LUFS, {heard['true_peak']:.1f} dBTP.</p>"
    )


def _levels(name: str, loudness: dict[str, float | None]) -> list[str]:
    keys = ("integrated", "range", "momentary_max", "short_term_max", "true_peak")
    units = ("LUFS", "LU", "LUFS", "LUFS", "dBTP")
    return [name, *(_measure(loudness[k], unit) for k, unit in zip(keys, units))]


def _measure(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.1f} {unit}"


def _sound(sound: dict[str, Any]) -> list[str]:
    licence = f"{sound['licence']['code']}, weights {sound['licence']['weights']}"
    return [
        sound["timecode"],
        f"{sound['end'] - sound['start']:.2f} s",
        sound["kind"],
        numbered(sound),
        sound["prompt"],
        moved(sound),
        placed(sound),
        f"{sound['generator']} {sound['version']} {sound['weights']}".strip(),
        str(sound["seed"]),
        scored(sound["score"], sound["marks"]),
        f"{licence}; commercial use: {sound['licence']['commercial']}",
        "; ".join(sound["notes"]),
    ]


def _rows(title: str, keys: Sequence[str], rows: Sequence[dict[str, Any]]) -> list[str]:
    return _section(title, keys, [[str(row[k] or "") for k in keys] for row in rows])


def _section(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    filled = list(rows)
    return [f"<h2>{title}</h2>", _table(heads, filled)] if filled else []


def _notes(notes: Sequence[str]) -> list[str]:
    if not notes:
        return []
    return ["<h2>Notes</h2>", "<ul>", *(f"<li>{escape(note)}</li>" for note in notes), "</ul>"]


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table without the columns in which nothing stands."""
    told = list(rows)
    kept = [n for n in range(len(heads)) if n == 0 or any(row[n] for row in told)]
    top = "".join(f'<th scope="col">{escape(heads[n])}</th>' for n in kept)
    body = "\n".join("<tr>" + "".join(f"<td>{escape(row[n])}</td>" for n in kept) + "</tr>" for row in told)
    return (
        f'<div class="wide"><table>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'
    )
