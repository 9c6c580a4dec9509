"""`v2a plugins`: what is installed and what it brings."""

from __future__ import annotations

import sys
from typing import Any

import click

_HOOKS = (
    "v2a_generators",
    "v2a_planners",
    "v2a_observers",
    "v2a_encoders",
    "v2a_effects",
    "v2a_importers",
    "v2a_exporters",
    "v2a_libraries",
    "v2a_executors",
    "v2a_metrics",
    "v2a_models",
    "v2a_presets",
    "v2a_commands",
)


@click.command(name="plugins")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(as_json: bool) -> int:
    """List the installed plugins and what they bring."""
    from v2a.cli.screen import print_json, table
    from v2a.host import Host

    host = Host.discover()
    rows = [row for hook in _HOOKS for row in _rows(host, hook)]
    if as_json:
        broken = [{"plugin": b.plugin, "distribution": b.distribution, "why": b.why} for b in host.broken]
        print_json({"registered": rows, "broken": broken})
    else:
        table(
            ["kind", "name", "version", "plugin", "what it is"],
            [[r["kind"], r["name"], r["version"], r["plugin"], _told(r)] for r in rows],
        )
    for left_out in host.broken:
        print(f"v2a: {left_out.error}", file=sys.stderr)
    return host.broken[0].error.exit_code if host.broken else 0


def _told(row: dict[str, Any]) -> str:
    return f"{row['about']} ({row['lacks']})" if row["lacks"] else row["about"]


def _rows(host: Any, hook: str) -> list[dict[str, Any]]:
    rows = []
    for entry in host.all(hook).values():
        card = getattr(entry.thing, "card", entry.thing)
        licence = getattr(card, "licence", None)
        rows.append(
            {
                "kind": entry.what,
                "name": entry.name,
                "version": getattr(card, "version", ""),
                "plugin": entry.plugin,
                "distribution": entry.distribution,
                "about": getattr(card, "about", ""),
                "lacks": getattr(card, "lacks", ""),
                "licence": licence.code if licence else "",
                "weights": licence.weights if licence else "",
                "commercial": licence.commercial if licence else "",
            }
        )
    return rows
