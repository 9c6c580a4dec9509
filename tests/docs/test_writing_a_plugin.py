"""Every block of docs/writing-a-plugin.md runs, in order, as a reader runs them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from v2a import presets
from v2a.interfaces import checked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "writing-a-plugin.md").read_text(encoding="utf-8")


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


blocks = load(Path(__file__).with_name("blocks.py")).blocks


def run(folder: Path, *command: str) -> None:
    paths = [str(folder), str(ROOT)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_runs(tmp_path):
    found = blocks(PAGE)
    assert PAGE.count("```") == 2 * len(found)
    for number, block in enumerate(found):
        if block.language == "toml":
            check_toml(tmp_path, block)
        elif block.file.startswith("test_"):
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
            run(tmp_path, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", block.file)
        elif block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        else:
            script = tmp_path / f"step{number}.py"
            guarded = "".join(f"    {line}\n" for line in block.text.splitlines())
            script.write_text(f'if __name__ == "__main__":\n{guarded}', encoding="utf-8")
            run(tmp_path, script.name)


def check_toml(folder: Path, block) -> None:
    data = tomllib.loads(block.text)
    if block.file == "pyproject.toml":
        name, module = next(iter(data["project"]["entry-points"]["v2a"].items()))
        assert data["project"]["name"] == f"v2a-{name}"
        assert (folder / f"{module}.py").is_file()
        return
    path = folder / "space.toml"
    path.write_text(block.text, encoding="utf-8")
    params = load(folder / "v2a_drone.py").DroneParams
    assert checked(params, presets.load(str(path)).values["generators.drone"], "drone").pitch == 41.2


def test_the_first_plugin_has_ten_lines():
    first = blocks(PAGE)[0].text.splitlines()[1:]
    assert len([line for line in first if line.strip()]) <= 10
