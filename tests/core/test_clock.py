"""Wall-clock times of Quzhou."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from core import clock
from core.errors import DomainError


def test_a_typed_time_is_that_of_shanghai() -> None:
    typed = datetime(2026, 3, 1, 7)  # noqa: DTZ001
    assert clock.from_local(typed) == datetime(2026, 2, 28, 23, tzinfo=UTC)


def test_the_year_1_is_refused() -> None:
    with pytest.raises(DomainError, match="核对年份"):
        clock.from_local(datetime(1, 1, 1))  # noqa: DTZ001
