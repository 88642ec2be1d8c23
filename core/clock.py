"""The only reader of the clock. Stored times are UTC; days are those of Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from core.errors import DomainError

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day in Shanghai."""
    return day_of(now())


def local(moment: datetime) -> datetime:
    """An aware moment as Shanghai time, for showing."""
    return moment.astimezone(SHANGHAI)


def day_of(moment: datetime) -> date:
    """The Shanghai day on which an aware moment falls."""
    return local(moment).date()


def from_local(naive: datetime) -> datetime:
    """A wall-clock time typed by a person in Quzhou, as an aware UTC moment. Raises DomainError."""
    try:
        return naive.replace(tzinfo=SHANGHAI).astimezone(UTC)
    except OverflowError:  # the first hours of the year 1
        raise DomainError("日期太早，请核对年份") from None
