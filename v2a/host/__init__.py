"""Finds plugins, leaves broken ones out and names them; keeps what does not ship with v2a at arm's length."""

from v2a.host.plugins import Host
from v2a.host.registered import Broken, Registered

__all__ = ["Broken", "Host", "Registered"]
