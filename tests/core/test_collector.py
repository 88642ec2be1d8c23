"""The collector comes back when the last computation is done, however it ends."""

from __future__ import annotations

import gc

import pytest

from core.collector import held_back


def test_it_is_held_back_by_the_last_of_several() -> None:
    with held_back():
        with held_back():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_after_a_failure() -> None:
    with pytest.raises(ValueError, match="boom"), held_back():
        raise ValueError("boom")
    assert gc.isenabled()
