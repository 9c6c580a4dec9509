"""docs/training.md names options, files and parameters that are there."""

import re
import tomllib
from pathlib import Path

from tests.docs.blocks import DOCS
from v2a_prism import train
from v2a_prism.generator import PrismParams

PAGE = (DOCS / "training.md").read_text(encoding="utf-8")
OPTIONS = {name for parameter in train.command.params for name in parameter.opts}


def test_every_option_that_is_named_is_there():
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE))
    assert (
        {"--full", "--resume", "--autoencoder"} <= named <= OPTIONS | {"--generator", "--set"}
    )  # of `v2a sound`


def test_the_preset_sets_what_the_generator_has():
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    given = tomllib.loads(block)["generators"]["prism"]
    assert given.keys() <= set(PrismParams.__dataclass_fields__)


def test_the_test_that_is_named_is_there():
    (named,) = re.findall(r"`pytest -m slow ([\w/.]+)`", PAGE)
    assert (Path(__file__).parents[2] / named).is_file()
