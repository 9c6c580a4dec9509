"""A torchvision that does not suit its torch imports after the mend, and transformers with it."""

import importlib.util
import subprocess
import sys

import pytest

MISSING = [
    name for name in ("torch", "torchvision", "transformers") if importlib.util.find_spec(name) is None
]


@pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}")
def test_torchvision_imports_after_the_mend():
    code = (
        "import torch\n"
        "from v2a.media.neural import let_torchvision_import\n"
        "let_torchvision_import(torch)\n"
        "let_torchvision_import(torch)\n"
        "import torchvision\n"
        "from transformers import AutoProcessor, AutoModelForImageTextToText\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
