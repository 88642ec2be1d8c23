"""The draw and its codes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contests import draw


def test_a_seed_gives_one_order_whoever_asks() -> None:
    numbers = ["DG-00001", "DG-00002", "DG-00003", "DG-00004"]
    assert draw.draw_order(reversed(numbers), "种子") == draw.draw_order(numbers, "种子")
    assert draw.draw_order(numbers, "a") == ["DG-00002", "DG-00003", "DG-00004", "DG-00001"]


@given(st.sets(st.text(min_size=1), max_size=20), st.text())
def test_the_draw_loses_and_makes_nobody(numbers: set[str], seed: str) -> None:
    assert sorted(draw.draw_order(numbers, seed)) == sorted(numbers)


def test_codes() -> None:
    assert [draw.draw_code(place) for place in (1, 12, 123)] == ["01", "12", "123"]
    assert draw.blind_code(0) == "AA33"
    assert draw.blind_code(draw.BLIND_CODES - 1) == "YY99"


def test_every_lot_has_a_code_of_its_own() -> None:
    assert len({draw.blind_code(lot) for lot in range(draw.BLIND_CODES)}) == draw.BLIND_CODES


def test_free_codes_pass_over_what_is_taken() -> None:
    assert draw.free_codes([0, 0, 1, 2, 3], ["AA34"], 2) == ["AA33", "AA35"]
