"""PrismAudio's card tells its terms plainly, and what is fetched becomes shards that load."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from tests.plugins.v2a_prism import tiny  # noqa: E402
from v2a.api import converting, models, pulling  # noqa: E402
from v2a.interfaces import Bench  # noqa: E402
from v2a.testing import check_models  # noqa: E402
from v2a_prism import checkpoint  # noqa: E402
from v2a_prism.generator import MODEL  # noqa: E402
from v2a_prism.models import PRISMAUDIO  # noqa: E402


def test_the_card_keeps_the_contract_and_hides_nothing():
    check_models(PRISMAUDIO)
    told = " ".join(PRISMAUDIO.conditions)
    assert PRISMAUDIO.name == MODEL and PRISMAUDIO.licence.commercial == "no"
    for word in ("Apache-2.0", "MIT", "contradict", "do not sell", "Stability AI Community License"):
        assert word in told


def test_a_published_checkpoint_is_carried_here_converted_and_loads(tmp_path):
    made = tiny.model()
    carried = tiny.folder(tmp_path / "carried", made)
    file = replace(PRISMAUDIO.files[0], size=None)
    place = tmp_path / "weights" / MODEL
    place.mkdir(parents=True)
    (place / "config.json").write_bytes((carried / "config.json").read_bytes())
    found = models.look(replace(PRISMAUDIO, files=(file,)), tmp_path / "weights", "prism")
    bench = Bench(weights=tmp_path / "weights")
    pulled = pulling.pull(found, bench, pulling.always, str(carried))
    assert pulled.brought == ("prismaudio.ckpt",) and converting.can_convert(pulled.model)
    done = converting.convert(pulled.model, bench)
    assert done.freed and not (place / "prismaudio.ckpt").exists()
    loaded, known = checkpoint.load(place).state_dict(), made.state_dict()
    assert loaded.keys() == known.keys() and all(torch.equal(loaded[name], known[name]) for name in known)
    assert models.damaged(done.model, bench) == ()
