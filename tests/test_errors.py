"""Errors: one line, a remedy, an exit code of their own."""

import pickle

import pytest

from v2a.errors import FileMissing, all_errors


def test_every_error_has_an_exit_code_of_its_own():
    codes = [kind.exit_code for kind in all_errors()]
    assert len(codes) == len(set(codes))
    assert all(0 < code < 256 for code in codes)


def test_an_error_is_one_line_with_place_and_remedy():
    error = FileMissing("there is no\nsuch file", where="a.mp4", remedy="Check the name.")
    assert str(error) == "a.mp4: there is no such file. Check the name."


@pytest.mark.parametrize("kind", list(all_errors()))
def test_errors_survive_the_way_out_of_a_process(kind):
    error = pickle.loads(pickle.dumps(kind("what", where="where", remedy="remedy.")))
    assert type(error) is kind
    assert str(error) == "where: what. remedy."
