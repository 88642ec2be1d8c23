"""Live platforms and their figures: one TOML file a platform says which heading means what.

A new platform, or a new heading of an old one, is data. Figures are whole numbers in the unit of
their metric: fen, counts, or thousandths (of a mean). Pure but for reading the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core import toml_tables
from core.errors import DomainError, LoadError
from core.sheet_tables import Column, plain_heading
from core.toml_tables import Table

FOLDER = Path(__file__).parent / "metrics"
ACCOUNT, NICKNAME, NUMBER = "account", "nickname", "number"


@dataclass(frozen=True)
class Metric:
    """A figure: its Chinese name and its unit: fen, count, or mean (in thousandths)."""

    title: str
    unit: str


METRICS = {
    "paid": Metric("支付金额", "fen"),
    "refunded": Metric("退款金额", "fen"),
    "net_gmv": Metric("净成交额", "fen"),
    "orders": Metric("订单数", "count"),
    "order_value": Metric("客单价", "fen"),
    "viewers": Metric("观看人数", "count"),
    "avg_viewers": Metric("平均在线人数", "mean"),
    "peak_viewers": Metric("最高在线人数", "count"),
    "likes": Metric("点赞数", "count"),
    "comments": Metric("评论数", "count"),
    "shares": Metric("分享数", "count"),
    "new_fans": Metric("新增粉丝数", "count"),
}
DERIVED = ("net_gmv", "order_value")
"""Worked out from the others, whatever a file says of them."""
NEEDED = ("paid", "refunded", "orders", "viewers")
ADDED = tuple([key for key in METRICS if key not in ("order_value", "peak_viewers")])
"""Those that may be added over the accounts of one entry; one of these may feed the scoring."""
MILLI = {"fen": 10, "count": 1000, "mean": 1}
"""Thousandths of what a result is computed with (yuan, heads) in one of the unit."""


@dataclass(frozen=True)
class Platform:
    """A platform: what its file of figures holds, and what its list of orders holds."""

    key: str
    title: str
    columns: tuple[Column, ...]
    orders: tuple[Column, ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The figures that its files may hold."""
        return tuple([one.key for one in self.columns if one.key in METRICS])


@lru_cache(maxsize=4)
def platforms(folder: Path = FOLDER) -> dict[str, Platform]:
    """All platforms by key, in order of file name; LoadError if a file is not as it should be."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        platform = read_platform(toml_tables.read(path, source=path.name))
        if platform.key != path.stem:
            raise LoadError(path.name, "key", f"应与文件名一致，写成“{path.stem}”")
        found[platform.key] = platform
    return found


def platform_of(key: str) -> Platform:
    """A platform by its key; DomainError at "platform" if there is none."""
    found = platforms().get(key)
    if found is None:
        raise DomainError("请选择直播平台", "platform")
    return found


def title_of(key: str) -> str:
    """The Chinese name of a platform, the key itself if its file is gone."""
    found = platforms().get(key)
    return found.title if found else key


def read_platform(root: Table) -> Platform:
    """One platform; LoadError for anything unknown, missing or ambiguous."""
    key, title = root.name(), root.text("title")
    columns = [
        _column(root.table(ACCOUNT), ACCOUNT, required=True),
        _column(root.table(NICKNAME), NICKNAME),
    ]
    for table in root.tables("metric"):
        metric = table.choice("key", METRICS)
        columns.append(_column(table, metric, required=table.flag("required")))
    missing = [one for one in NEEDED if not any(c.key == one and c.required for c in columns)]
    if missing:
        raise root.refuse("metric", f"缺少必需的指标 {'、'.join(missing)}（required = true）")
    orders = root.table("orders")
    listed = [_column(orders.table(NUMBER), NUMBER, required=True)]
    listed += [_column(orders.table(name), name, required=True) for name in (ACCOUNT, "paid")]
    listed.append(_column(orders.table("refunded"), "refunded"))
    orders.done()
    root.done()
    for group in (columns, listed):
        _refuse_twins(root, group)
    return Platform(key, title, tuple(columns), tuple(listed))


def _column(table: Table, key: str, *, required: bool = False) -> Column:
    column = Column(key, table.text("heading"), table.texts("synonyms", ()), required)
    table.done()
    return column


def _refuse_twins(root: Table, columns: Sequence[Column]) -> None:
    root.no_twins("metric", [one.key for one in columns])
    words = [plain_heading(word) for one in columns for word in (one.heading, *one.synonyms)]
    root.no_twins("heading", words)
