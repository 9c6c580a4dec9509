"""The verbs: what each kind of plugin is and does."""

from v2a.interfaces.bench import Bench
from v2a.interfaces.effect import Effect, EffectCard, Processor
from v2a.interfaces.encoder import Encoder, EncoderCard, EncodeRequest, Reader
from v2a.interfaces.exchange import (
    Command,
    ExchangeCard,
    Exporter,
    Found,
    Imported,
    Importer,
    Library,
    LibraryCard,
    Metric,
    MetricCard,
)
from v2a.interfaces.executor import Address, Answer, Bounce, Encoded, Executor, ExecutorCard, Runner
from v2a.interfaces.generator import Generator, GeneratorCard, Maker, NoParams, PlainMaker, as_maker
from v2a.interfaces.observer import (
    Block,
    FeatureCard,
    Frames,
    Observer,
    ObserverCard,
    PictureNeed,
    Rows,
    SoundNeed,
    Watcher,
)
from v2a.interfaces.options import About, about, checked, defaults, keyed, option
from v2a.interfaces.planner import Plan, Planner, PlannerCard, PlanRequest
from v2a.interfaces.store import StageBench, Store
from v2a.interfaces.weights import ModelCard, ModelFile, ModelRepository

__all__ = [
    "About",
    "Address",
    "Answer",
    "Bench",
    "Block",
    "Bounce",
    "Command",
    "Effect",
    "EffectCard",
    "EncodeRequest",
    "Encoded",
    "Encoder",
    "EncoderCard",
    "ExchangeCard",
    "Executor",
    "ExecutorCard",
    "Exporter",
    "FeatureCard",
    "Found",
    "Frames",
    "Generator",
    "GeneratorCard",
    "Imported",
    "Importer",
    "Library",
    "LibraryCard",
    "Maker",
    "Metric",
    "MetricCard",
    "ModelCard",
    "ModelFile",
    "ModelRepository",
    "NoParams",
    "Observer",
    "ObserverCard",
    "PictureNeed",
    "PlainMaker",
    "Plan",
    "PlanRequest",
    "Planner",
    "PlannerCard",
    "Processor",
    "Reader",
    "Rows",
    "Runner",
    "SoundNeed",
    "StageBench",
    "Store",
    "Watcher",
    "about",
    "as_maker",
    "checked",
    "defaults",
    "keyed",
    "option",
]
