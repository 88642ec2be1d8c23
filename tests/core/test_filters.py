"""How values look on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from flask import Flask

from core.filters import day, figure, file_size, long_day, mark, moment


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 28), "2026-11-28（周六）"),
        (datetime(2026, 11, 28, 15, 59, tzinfo=UTC), "2026-11-28（周六）"),
        (datetime(2026, 11, 28, 16, 0, tzinfo=UTC), "2026-11-29（周日）"),
        (None, ""),
    ],
)
def test_day(value: date | None, shown: str) -> None:
    assert day(value) == shown


def test_papers_are_dated_in_full() -> None:
    assert long_day(date(2026, 1, 5)) == "2026 年 1 月 5 日"
    assert long_day(datetime(2026, 11, 28, 16, 0, tzinfo=UTC)) == "2026 年 11 月 29 日"


def test_moment_is_shanghai_time() -> None:
    assert moment(datetime(2026, 11, 28, 1, 0, tzinfo=UTC)) == "2026-11-28（周六）09:00"
    assert moment(None) == ""


@pytest.mark.parametrize(
    ("milli", "shown"),
    [
        (86500, "86.50"),
        (86125, "86.125"),
        (86120, "86.12"),
        (100000, "100.00"),
        (0, "0.00"),
        (5, "0.005"),
        (-1500, "-1.50"),
        (None, "—"),
    ],
)
def test_mark(milli: int | None, shown: str) -> None:
    assert mark(milli) == shown


@pytest.mark.parametrize(
    ("count", "shown"),
    [(900, "900 字节"), (12_400, "12 KB"), (3_565_158, "3.4 MB")],
)
def test_file_size(count: int, shown: str) -> None:
    assert file_size(count) == shown


def test_masks(app: Flask) -> None:
    filters = app.jinja_env.filters
    assert filters["mobile_mask"]("13900000001") == "139****0001"
    assert filters["id_mask"]("330802199003071283") == "330802**********83"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(5, 2), ("2.50", "+2.50")),
        (Fraction(-1, 4), ("-0.25", "-0.25")),
        (Fraction(0), ("0.00", "0.00")),
        (None, ("—", "—")),
    ],
)
def test_figure(value: Fraction | None, shown: tuple[str, str]) -> None:
    assert (figure(value), figure(value, signed=True)) == shown
