"""How values look on a page."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from flask import Flask

from core import clock
from core.exact import figure_text
from core.money import yuan

WEEKDAYS = "一二三四五六日"
KILO = 1024


def day(value: date | datetime | None) -> str:
    """2026-11-28（周六）"""
    if value is None:
        return ""
    local = clock.day_of(value) if isinstance(value, datetime) else value
    return f"{local:%Y-%m-%d}（周{WEEKDAYS[local.weekday()]}）"


def long_day(value: date | datetime) -> str:
    """2026 年 11 月 28 日, as papers are dated"""
    local = clock.day_of(value) if isinstance(value, datetime) else value
    return f"{local.year} 年 {local.month} 月 {local.day} 日"


def moment(value: datetime | None) -> str:
    """2026-11-28（周六）09:00, Shanghai time"""
    return f"{day(value)}{clock.local(value):%H:%M}" if value else ""


def mark(milli: int | None) -> str:
    """Thousandths of a mark with at least two places: 86500 -> 86.50, 86125 -> 86.125"""
    if milli is None:
        return "—"
    sign, whole, rest = "-" if milli < 0 else "", *divmod(abs(milli), 1000)
    text = f"{rest:03d}"
    return f"{sign}{whole}.{text[:2] if text.endswith('0') else text}"


def figure(value: Fraction | None, places: int = 2, signed: bool = False) -> str:
    """An exact figure with its places; `signed` puts a + before what is above 0."""
    if value is None:
        return "—"
    return ("+" if signed and value > 0 else "") + figure_text(value, places)


def file_size(count: int) -> str:
    """Bytes as people know them from their phones: 900 字节, 12 KB, 3.4 MB"""
    if count < KILO:
        return f"{count} 字节"
    return f"{count / KILO:.0f} KB" if count < KILO * KILO else f"{count / KILO / KILO:.1f} MB"


def init_app(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(
        day=day,
        long_day=long_day,
        moment=moment,
        mark=mark,
        figure=figure,
        yuan=yuan,
        file_size=file_size,
    )
