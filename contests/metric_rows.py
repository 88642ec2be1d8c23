"""The figures in a platform's file: exact numbers, all faults of all rows at once. Pure.

What the file works out itself (net sums, means, totals) is worked out again; every difference is told
and never taken over. A rounded figure such as 1.2万 is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from contests.platforms import ACCOUNT, METRICS, NICKNAME, NUMBER, Platform
from core import sheet_tables
from core.exact import rounded
from core.money import yuan
from core.sheet_tables import Issue, Row, SheetLike, is_total, shown, unusable

MOST = 10**11
NUMERIC_DIGITS = 15
SCALE = {"fen": 100, "count": 1, "mean": 1000}
SUMMED = tuple([key for key, one in METRICS.items() if one.unit != "mean" and key != "order_value"])
_TYPED = re.compile(r"[¥￥]?([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(\.[0-9]+)?(?:元|次|人|单)?")
_ROUGH = re.compile(r"[0-9.,]+\s*(万|亿|w|k|\+)", re.IGNORECASE)
_ONE_SHEET = "一个文件只读一张表，请只留下这一场的那一张再上传"
_NOTHING = ("", "-", "--", "—", "/")


@dataclass(frozen=True)
class Figures:
    """One account in a file: `key` is how its number is compared; values by metric, in its unit."""

    row: int
    handle: str
    key: str
    nickname: str
    values: Mapping[str, int]


@dataclass(frozen=True)
class MetricSheet:
    """What a file of figures holds: rows that can be taken, all issues, headings nobody reads."""

    sheet: str
    figures: tuple[Figures, ...]
    issues: tuple[Issue, ...]
    unread: tuple[str, ...]
    columns: frozenset[str]
    rows: int
    other_sheets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class Orders:
    """The orders of one account: how many, paid and refunded in fen (None: the list does not say)."""

    count: int = 0
    paid: int = 0
    refunded: int | None = None


@dataclass(frozen=True)
class OrderList:
    """A list of orders by account, with all issues of its rows."""

    sheet: str
    accounts: Mapping[str, Orders]
    issues: tuple[Issue, ...]


@dataclass
class _Reading:
    """What has been read of a file so far."""

    first_row: dict[str, int] = field(default_factory=dict)
    figures: list[Figures] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    rows: int = 0


def handle_key(handle: str) -> str:
    """How account numbers are compared: without width, case and blanks."""
    bare = "".join(unicodedata.normalize("NFKD", handle).split())
    return unicodedata.normalize("NFKC", bare.casefold())


def read(
    workbook: Sequence[SheetLike], platform: Platform, *, hidden: Sequence[SheetLike] = ()
) -> MetricSheet:
    """The figures of the one sheet with the platform's headings. DomainError at "file" if there is
    none, or a second one, be it hidden."""
    located = sheet_tables.first_with(workbook, platform.columns, hidden=hidden)
    others = sheet_tables.other_sheets(
        located, workbook, platform.columns, hidden=hidden, what="数据", todo=_ONE_SHEET
    )
    held = _Reading()
    for row in sheet_tables.rows_of(located, Row, totals=True):
        if is_total(_first_of(row)):
            held.totals.append(row)
            continue
        held.rows += 1
        _read_row(row, platform, held)
        held.issues += row.issues
    for row in held.totals:
        _compare_totals(row, held)
        held.issues += row.issues
    return MetricSheet(
        located.sheet.name,
        tuple(held.figures),
        tuple(held.issues),
        located.unread,
        frozenset(located.columns),
        held.rows,
        others,
        tuple(sheet_tables.hidden_rows([located.sheet], [located])),
    )


def _first_of(row: Row) -> str:
    cells = row.located.sheet.rows[row.number - 1]
    return next((text for text in map(shown, cells) if text), "")


def _read_row(row: Row, platform: Platform, held: _Reading) -> None:
    handle = _handle(row)
    values = {}
    for column in platform.columns:
        if column.key in METRICS and column.key in row.cells:
            value = _amount(row, column.key, required=column.required)
            if value is not None:
                values[column.key] = value
    key = handle_key(handle)
    if key in held.first_row:
        row.report(ACCOUNT, "E_TWICE", f"账号与第 {held.first_row[key]} 行相同，请删去重复的一行")
    elif key:
        held.first_row[key] = row.number
    _derive(row, values)
    if not row.refused:
        nickname = row.text(NICKNAME) if NICKNAME in row.cells else ""
        held.figures.append(Figures(row.number, handle, key, nickname, values))


def _handle(row: Row) -> str:
    value = row.cells.get(ACCOUNT)
    handle = row.text(ACCOUNT, required=True)
    if isinstance(value, Decimal) and len(handle) > NUMERIC_DIGITS:
        text = "账号是数字格式，末几位已经丢失，请把整列设为文本格式后重新导出"
        row.report(ACCOUNT, "E_NUMERIC", text)
        return ""
    return handle


def _amount(row: Row, key: str, *, required: bool) -> int | None:
    """A figure in the unit of its metric; None if it is empty or reported."""
    value, metric = row.cells.get(key), METRICS[key]
    if unusable(value):
        row.report_formula(key, value)
        return None
    plain = shown(value)
    if plain in _NOTHING:
        if required:
            row.report(key, "E_REQ", f"缺少{metric.title}；确实没有的请填 0")
        return None
    exact = _exact(value, plain)
    if exact is None:
        row.report(key, "E_NUMBER", _not_exact(metric.title, plain))
        return None
    scaled = exact * SCALE[metric.unit]
    whole = rounded(scaled) if metric.unit == "mean" else scaled
    if whole.denominator != 1:
        places = "最多两位小数" if metric.unit == "fen" else "应为整数"
        row.report(key, "E_NUMBER", f"{metric.title}“{plain}”{places}")
        return None
    if not 0 <= whole <= MOST:
        row.report(key, "E_RANGE", f"{metric.title}“{plain}”不能是负数，也不能大得离奇")
        return None
    return whole.numerator


def _exact(value: object, plain: str) -> Fraction | None:
    if isinstance(value, Decimal):
        return Fraction(value)
    typed = _TYPED.fullmatch("".join(plain.split())) if isinstance(value, str) else None
    return Fraction(typed[1].replace(",", "") + (typed[2] or "")) if typed else None


def _not_exact(title: str, plain: str) -> str:
    if _ROUGH.match(plain):
        return f"{title}“{plain}”是约数，请从平台导出精确数字"
    return f"{title}“{plain}”不是数字"


def _derive(row: Row, values: dict[str, int]) -> None:
    """Net sum and mean order anew; what the file says instead is told, not taken."""
    paid, refunded, orders = (values.get(key) for key in ("paid", "refunded", "orders"))
    if paid is None or refunded is None:
        return
    if refunded > paid:
        text = f"退款 {yuan(refunded)} 元大于支付 {yuan(paid)} 元，请核对导出的时间范围"
        row.report("refunded", "E_REFUND", text)
    net, told = paid - refunded, values.get("net_gmv")
    if told is not None and told != net:
        text = f"文件写净成交额 {yuan(told)} 元，按支付减退款重算为 {yuan(net)} 元，以重算为准"
        row.report("net_gmv", "W_NET", text)
    values["net_gmv"] = net
    each = values.pop("order_value", None)
    if each is None or orders is None:
        return
    mean = rounded(Fraction(paid, orders)).numerator if orders else 0
    if each != mean:
        text = f"文件写客单价 {yuan(each)} 元，按支付除以订单数重算为 {yuan(mean)} 元"
        row.report("order_value", "W_MEAN", text)


def _compare_totals(row: Row, held: _Reading) -> None:
    """Each total of the file against the sum of its rows, where every row could be read."""
    if len(held.figures) < held.rows:
        row.report("", "W_TOTAL", "有几行没有读成，合计没有核对")
        return
    for key in SUMMED:
        told = _amount(row, key, required=False) if key in row.cells else None
        if told is None:
            continue
        added = sum(one.values.get(key, 0) for one in held.figures)
        if told != added:
            metric = METRICS[key]
            text = f"文件合计{metric.title} {figure(key, told)}，逐行相加为 {figure(key, added)}"
            row.report(key, "W_TOTAL", text)


def figure(key: str, amount: int) -> str:
    """A figure for people: "1,234.50 元", "1200", "35.5"."""
    unit = METRICS[key].unit
    if unit == "fen":
        return f"{yuan(amount)} 元"
    text = f"{amount // 1000}.{amount % 1000:03d}".rstrip("0").rstrip(".")
    return str(amount) if unit == "count" else text


def read_orders(
    workbook: Sequence[SheetLike], platform: Platform, *, hidden: Sequence[SheetLike] = ()
) -> OrderList:
    """A list of orders; an order that stands twice is refused. DomainError at "file"."""
    located = sheet_tables.first_with(workbook, platform.orders, hidden=hidden)
    sheet_tables.other_sheets(located, workbook, platform.orders, hidden=hidden, what="订单")
    accounts: dict[str, Orders] = {}
    seen: dict[str, int] = {}
    issues: list[Issue] = []
    for row in sheet_tables.rows_of(located, Row):
        for number, orders in _order(row, seen):
            seen[number] = row.number
            found = accounts.setdefault(handle_key(row.text(ACCOUNT)), Orders())
            found.count += 1
            found.paid += orders.paid
            if orders.refunded is not None:
                found.refunded = (found.refunded or 0) + orders.refunded
        issues += row.issues
    return OrderList(located.sheet.name, accounts, tuple(issues))


def _order(row: Row, seen: Mapping[str, int]) -> Iterator[tuple[str, Orders]]:
    """The order of a row, unless the row is refused."""
    number = row.text(NUMBER, required=True)
    row.text(ACCOUNT, required=True)
    paid = _amount(row, "paid", required=True)
    refunded = _amount(row, "refunded", required=False) if "refunded" in row.cells else None
    if number in seen:
        row.report(NUMBER, "E_TWICE", f"订单编号与第 {seen[number]} 行相同")
    if paid is not None and not row.refused:
        listed = (refunded or 0) if "refunded" in row.cells else None
        yield number, Orders(1, paid, listed)
