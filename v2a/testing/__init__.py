"""The kit for plugin authors: contracts that every plugin keeps, and a host that discovers nothing."""

from v2a.testing.agreement import Agreement, Mark, Overlap, Pair, agreement, matched, overlap
from v2a.testing.deliveries import delivery, take, tone
from v2a.testing.effects import check_effect
from v2a.testing.encoders import check_encoder
from v2a.testing.exchange import check_exporter, check_importer, check_library, check_metric
from v2a.testing.executors import check_executor
from v2a.testing.findings import ContractBroken, Finding, Report
from v2a.testing.generators import check_generator
from v2a.testing.hosts import host_of
from v2a.testing.makers import bench, film, request, requests
from v2a.testing.models import check_models
from v2a.testing.modules import check_commands, check_module, check_presets
from v2a.testing.observers import check_observer
from v2a.testing.planners import check_planner, observed
from v2a.testing.trying import Trial

__all__ = [
    "Agreement",
    "ContractBroken",
    "Finding",
    "Mark",
    "Overlap",
    "Pair",
    "Report",
    "Trial",
    "agreement",
    "bench",
    "check_commands",
    "check_effect",
    "check_encoder",
    "check_executor",
    "check_exporter",
    "check_generator",
    "check_importer",
    "check_library",
    "check_metric",
    "check_models",
    "check_module",
    "check_observer",
    "check_planner",
    "check_presets",
    "delivery",
    "film",
    "host_of",
    "matched",
    "observed",
    "overlap",
    "request",
    "requests",
    "take",
    "tone",
]
