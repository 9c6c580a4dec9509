"""A model works with as many threads as the machine has cores, so that its bytes do not follow the process."""

import os

import pytest

from v2a.builtin.executors import threads

torch = pytest.importorskip("torch")


def test_the_number_is_that_of_the_machine_and_goes_back(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setattr(os, "cpu_count", lambda: before + 1)
    with threads.of_the_machine():
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before


def test_it_goes_back_after_an_error(monkeypatch):
    before = torch.get_num_threads()
    monkeypatch.setattr(os, "cpu_count", lambda: before + 2)
    with pytest.raises(ValueError, match="no"), threads.of_the_machine():
        raise ValueError("no")
    assert torch.get_num_threads() == before
