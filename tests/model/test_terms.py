"""Names of licences, and which of them are wanted."""

import pytest

from v2a.errors import UnknownName
from v2a.model import terms


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Creative Commons 0", "CC0-1.0"),
        ("http://creativecommons.org/licenses/by/3.0/", "CC-BY-3.0"),
        ("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0"),
        ("CC-BY-SA-3.0", "CC-BY-SA-3.0"),
        ("Attribution NonCommercial 3.0", "CC-BY-NC-3.0"),
        ("Public Domain", "public-domain"),
        ("mine", "own"),
        ("", "unknown"),
        ("Boom Library EULA", "Boom Library EULA"),
    ],
)
def test_licences_have_one_name(written, name):
    assert terms.normal(written) == name


@pytest.mark.parametrize(
    ("asked", "licence", "admitted"),
    [
        ("cc0,own", "CC0-1.0", True),
        ("cc0,own", "own", True),
        ("cc0,own", "CC-BY-4.0", False),
        ("cc-by", "CC-BY-4.0", True),
        ("cc-by", "CC-BY-SA-4.0", False),
        ("cc-by", "CC-BY-NC-4.0", False),
        ("cc-by-4.0", "CC-BY-3.0", False),
        ("pd", "public-domain", True),
        ("mit", "MIT", True),
        ("gpl", "GPL-2+", True),
        ("", "unknown", True),
    ],
)
def test_the_licence_filter(asked, licence, admitted):
    assert terms.admits(terms.wanted(asked), licence) is admitted


def test_a_licence_that_is_no_name_is_refused():
    with pytest.raises(UnknownName, match="is not the name of a licence"):
        terms.wanted("cc0,(mine)")


@pytest.mark.parametrize(
    ("asked", "guess"), [("foo", ""), ("cc-bye", "'cc-by'"), ("cc0,onw", "'own'"), ("cc-by-9x", "'cc-by'")]
)
def test_a_misspelt_licence_is_refused_with_those_there_are(asked, guess):
    with pytest.raises(UnknownName) as told:
        terms.wanted(asked)
    assert "There are: cc0, cc-by" in told.value.remedy
    assert (f"Did you mean {guess}" in told.value.remedy) == bool(guess)


@pytest.mark.parametrize(
    "name", [*terms.KNOWN, "CC-BY-4.0", "cc0-1.0", "GPL-3.0-or-later", "gpl-2+", "Expat"]
)
def test_every_licence_there_is_can_be_asked_for(name):
    assert terms.wanted(name)
