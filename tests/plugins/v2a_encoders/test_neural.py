"""What imports torchvision behind our back still imports after `neural.torch()`, which itself does not."""

import subprocess
import sys

import pytest

from v2a_encoders import neural

pytestmark = pytest.mark.skipif(not neural.available(), reason="needs v2a[neural]")


def run(code):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_encoders_loads_no_torch():
    assert (
        run("import sys, v2a_encoders; print({'torch', 'torchvision'} & set(sys.modules))").strip() == "set()"
    )


def test_nothing_loads_torchvision_before_it_is_mended():
    code = "import sys\nfrom v2a_encoders import neural\nneural.torch()\nprint('torchvision' in sys.modules)"
    assert run(code).strip() == "False"


def test_transformers_and_diffusers_import_afterwards():
    run(
        "from v2a_encoders import neural\n"
        "torch = neural.torch()\n"
        "neural.torch()\n"
        "import torchvision\n"
        "import open_clip\n"
        "from transformers import AutoTokenizer, ClapModel, T5EncoderModel, MusicgenForConditionalGeneration\n"
        "import importlib.util\n"
        "if importlib.util.find_spec('diffusers'):\n"
        "    from diffusers import StableAudioPipeline\n"
        "if torch.version.cuda is None:\n"
        "    assert torch.ops.torchvision.nms\n"
    )
