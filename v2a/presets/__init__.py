"""Presets, and the one function that layers settings: default < preset < project < command line."""

from v2a.presets.layer import Layer, flattened, layered
from v2a.presets.shelf import PresetInfo, load, names, shipped

__all__ = ["Layer", "PresetInfo", "flattened", "layered", "load", "names", "shipped"]
