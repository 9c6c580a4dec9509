"""Lists for and from other programs that ship in the core: the cue sheet."""

from __future__ import annotations

from v2a.builtin.exporters.cue_sheet import CueSheet, CueSheetReader
from v2a.interfaces import Exporter, Importer

EXPORTERS: tuple[Exporter, ...] = (CueSheet(),)
IMPORTERS: tuple[Importer, ...] = (CueSheetReader(),)
