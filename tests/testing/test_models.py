"""The contract of models' cards catches what a user would miss, and says what to do."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

import v2a
from tests.testing.plugins import module
from v2a.testing import ContractBroken, check_models, check_module, host_of

FILE = v2a.ModelFile("some.ckpt", ("https://example.org/some.ckpt",), 10, "a" * 64)
CARD = v2a.ModelCard(
    "some",
    "1",
    "some model",
    v2a.Licence("MIT", "CC-BY-NC-4.0", commercial="no", read="https://example.org/licence"),
    home="https://example.org",
    conditions=("Not for sale.",),
    files=(FILE,),
)
HUB = v2a.ModelRepository("some/one", ("config.json", "*.safetensors"))


def test_a_good_card_keeps_the_contract():
    check_models(CARD, replace(CARD, files=(), repository=HUB), replace(CARD, convert="os:getcwd"))
    report = check_module(module(v2a_models=[CARD]))
    assert report.passed and report.lines[0] == "ok      model some"
    assert list(host_of(module(v2a_models=[CARD])).models) == ["some"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": "Some One"}, "the name 'Some One' does not fit"),
        ({"version": " "}, "has no version"),
        ({"about": ""}, "does not say what it is"),
        ({"home": "http://example.org"}, "where its home is"),
        ({"licence": v2a.Licence("MIT", "CC0", "yes")}, "where its licence's text is"),
        ({"licence": replace(CARD.licence, weights="none")}, "names no licence for its weights"),
        ({"conditions": (" ",)}, "does not say what its licence asks for"),
        ({"files": ()}, "does not say where its files are"),
        ({"repository": HUB}, "does not say where its files are"),
        ({"files": (FILE, FILE)}, "names a file twice"),
        ({"files": (replace(FILE, name="../up.ckpt"),)}, "'../up.ckpt' does not fit"),
        ({"files": (replace(FILE, name="some.ckpt.part"),)}, "does not fit"),
        ({"files": (replace(FILE, urls=()),)}, "has no https:// address"),
        ({"files": (replace(FILE, urls=(*FILE.urls, "http://example.org/a")),)}, "has no https:// address"),
        ({"files": (replace(FILE, size=0),)}, "has a size of 0"),
        ({"files": (replace(FILE, sha256="ABC"),)}, "has no SHA-256"),
        ({"files": (), "repository": replace(HUB, name="some")}, "'some' is no repository"),
        ({"files": (), "repository": replace(HUB, patterns=("a/*",))}, "do not fit"),
        ({"convert": "os:nothing_such"}, "os:nothing_such is not there"),
        ({"convert": "no_such_module_here:f"}, "is not there"),
        ({"convert": "os:sep"}, "cannot be called"),
    ],
)
def test_a_breach_is_named(changed, said):
    with pytest.raises(ContractBroken, match="some|Some") as raised:
        check_models(replace(CARD, **changed))
    assert said in str(raised.value)


def test_a_converter_that_wants_what_is_not_installed_is_no_breach(tmp_path, monkeypatch):
    (tmp_path / "wants_much.py").write_text("import no_such_heavy_library\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "wants_much", raising=False)
    report = check_module(module(v2a_models=[replace(CARD, convert="wants_much:convert")]))
    assert report.passed
    assert report.findings[0].untried and "no_such_heavy_library is not installed" in report.findings[0].what
