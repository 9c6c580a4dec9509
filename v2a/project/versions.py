"""Every file of a project says its schema and version; there is one upgrade function per version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from v2a.errors import DocumentError

Upgrade = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Format:
    """A schema, its newest version, and how a file of version n becomes one of version n + 1."""

    schema: str
    version: int
    upgrades: Mapping[int, Upgrade] = field(default_factory=dict)

    @property
    def head(self) -> dict[str, Any]:
        """What every file of it begins with."""
        return {"schema": self.schema, "version": self.version}

    def upgraded(
        self, data: Mapping[str, Any], where: str, error: type[DocumentError] = DocumentError
    ) -> dict[str, Any]:
        """The data in the newest version; refuses another schema and what a newer v2a wrote."""
        if not isinstance(data, Mapping) or data.get("schema") != self.schema:
            raise error(
                f"is not a {self.schema} file",
                where=where,
                remedy=f'It begins with schema = "{self.schema}".',
            )
        version = data.get("version")
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise error(
                f"has no version that v2a knows: {version!r}", where=where, remedy=f"Write {self.version}."
            )
        if version > self.version:
            raise error(
                f"was written by a newer v2a (version {version}, this one knows {self.version})",
                where=where,
                remedy="Update v2a: pip install -U v2a.",
            )
        result = dict(data)
        while version < self.version:
            result = self.upgrades[version](result)
            version += 1
            result["version"] = version
        return result
