"""Files of platforms: exact figures, all faults at once, derived figures worked out again."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests import metric_rows
from contests.metric_rows import MetricSheet, figure, handle_key, read, read_orders
from contests.platforms import platform_of
from core.errors import DomainError
from core.money import yuan
from core.spreadsheets import Cell, CellError, Sheet

HEAD: list[Cell] = ["抖音号", "主播昵称", "支付金额（元）", "退款金额", "订单数", "观看人数"]


def sheet(*rows: list[Cell], head: list[Cell] | None = None) -> list[Sheet]:
    titles = head or HEAD
    padded = [[*one, *[None] * (len(titles) - len(one))] for one in (["直播数据"], titles, *rows)]
    return [Sheet("直播明细", padded, [])]


def line(**over: Cell) -> list[Cell]:
    values: dict[str, Cell] = {
        "handle": "dy_01",
        "nickname": "王芳",
        "paid": "1,234.50",
        "refunded": Decimal("34.5"),
        "orders": Decimal("30"),
        "viewers": "1200人",
    }
    return list((values | over).values())


def issues(found: MetricSheet) -> list[tuple[int, str, str]]:
    return [(one.row, one.code, one.text) for one in found.issues]


def read_lines(*rows: list[Cell], head: list[Cell] | None = None) -> MetricSheet:
    return read(sheet(*rows, head=head), platform_of("douyin"))


def test_a_row_in_exact_figures() -> None:
    found = read_lines(line())
    assert found.issues == ()
    assert found.rows == 1
    assert [(one.row, one.handle, one.nickname, dict(one.values)) for one in found.figures] == [
        (
            3,
            "dy_01",
            "王芳",
            {"paid": 123450, "refunded": 3450, "orders": 30, "viewers": 1200, "net_gmv": 120000},
        )
    ]


@pytest.mark.parametrize(
    ("over", "code", "text"),
    [
        ({"paid": "1.2万"}, "E_NUMBER", "支付金额“1.2万”是约数，请从平台导出精确数字"),
        ({"paid": "3w+"}, "E_NUMBER", "支付金额“3w+”是约数，请从平台导出精确数字"),
        ({"paid": "很多"}, "E_NUMBER", "支付金额“很多”不是数字"),
        ({"paid": "1.005"}, "E_NUMBER", "支付金额“1.005”最多两位小数"),
        ({"paid": Decimal("-1")}, "E_RANGE", "支付金额“-1”不能是负数，也不能大得离奇"),
        ({"paid": True}, "E_NUMBER", "支付金额“True”不是数字"),
        ({"paid": None}, "E_REQ", "缺少支付金额；确实没有的请填 0"),
        ({"refunded": "--"}, "E_REQ", "缺少退款金额；确实没有的请填 0"),
        ({"orders": "3.5"}, "E_NUMBER", "订单数“3.5”应为整数"),
        ({"viewers": CellError("#DIV/0!")}, "E_FORMULA", None),
        ({"handle": None}, "E_REQ", "请填写抖音号"),
        ({"handle": Decimal("1234567890123456")}, "E_NUMERIC", None),
        (
            {"refunded": "2000"},
            "E_REFUND",
            "退款 2,000.00 元大于支付 1,234.50 元，请核对导出的时间范围",
        ),
    ],
)
def test_what_cannot_be_taken(over: dict[str, Cell], code: str, text: str | None) -> None:
    found = read_lines(line(**over))
    assert [(one.row, one.code) for one in found.issues] == [(3, code)]
    assert text is None or found.issues[0].text == text
    assert found.figures == ()


def test_all_faults_of_all_rows_at_once() -> None:
    found = read_lines(
        line(paid="1.2万", orders="x"), line(), line(handle="DY_01 "), line(handle="dy_02")
    )
    assert [(row, code) for row, code, _ in issues(found)] == [
        (3, "E_NUMBER"),
        (3, "E_NUMBER"),
        (4, "E_TWICE"),
        (5, "E_TWICE"),
    ]
    assert [one.handle for one in found.figures] == ["dy_02"]
    assert found.rows == 4


def test_what_the_file_works_out_is_worked_out_again() -> None:
    head: list[Cell] = [*HEAD, "净成交额", "客单价"]
    found = read_lines(
        [*line(), "1200", "41.15"],
        [*line(handle="dy_02"), "1234.5", "41.2"],
        [*line(handle="dy_03", orders="0"), "1200.00", "0"],
        ["合计", None, "3703.50", "103.50", "61", "3600"],
        ["制表：周主任"],
        head=head,
    )
    assert issues(found) == [
        (4, "W_NET", "文件写净成交额 1,234.50 元，按支付减退款重算为 1,200.00 元，以重算为准"),
        (4, "W_MEAN", "文件写客单价 41.20 元，按支付除以订单数重算为 41.15 元"),
        (6, "W_TOTAL", "文件合计订单数 61，逐行相加为 60"),
    ]
    assert [one.values["net_gmv"] for one in found.figures] == [120000, 120000, 120000]
    assert found.rows == 3


def test_a_total_is_not_compared_with_rows_that_were_not_read() -> None:
    found = read_lines(line(paid="x"), line(handle="dy_02"), ["合计", None, "1", "1", "1", "1"])
    assert [(row, code) for row, code, _ in issues(found)] == [(3, "E_NUMBER"), (5, "W_TOTAL")]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (["姓名", "分数"], "没有找到表头"),
        (HEAD[:3] + HEAD[4:], "缺少“直播间退款金额”"),
        ([*HEAD, "成交金额"], "“直播间成交金额”出现两次"),
    ],
)
def test_headings_that_cannot_be_used(head: list[Cell], message: str) -> None:
    with pytest.raises(DomainError, match=message):
        read_lines(line(), head=head)


def test_means_keep_thousandths_and_unread_columns_are_told() -> None:
    head: list[Cell] = [*HEAD, "平均在线人数", "备注"]
    found = read_lines([*line(), Decimal("35.33333333"), "好"], head=head)
    assert found.figures[0].values["avg_viewers"] == 35333
    assert found.unread == ("备注",)


@pytest.mark.parametrize(
    ("key", "amount", "text"),
    [
        ("paid", 123450, "1,234.50 元"),
        ("orders", 1200, "1200"),
        ("avg_viewers", 35500, "35.5"),
        ("avg_viewers", 35000, "35"),
        ("avg_viewers", 0, "0"),
    ],
)
def test_figures_for_people(key: str, amount: int, text: str) -> None:
    assert figure(key, amount) == text


@given(st.integers(0, 10**11), st.integers(0, 10**11), st.booleans())
def test_money_survives_the_way_through_a_file(paid: int, refunded: int, typed: bool) -> None:
    texts = [yuan(one) if typed else Decimal(one) / 100 for one in (paid, refunded)]
    found = read_lines(line(paid=texts[0], refunded=texts[1]))
    if refunded > paid:
        assert [one.code for one in found.issues] == ["E_REFUND"]
    else:
        values = found.figures[0].values
        assert (values["paid"], values["net_gmv"]) == (paid, paid - refunded)


@given(st.text(max_size=30))
def test_no_text_in_a_figure_breaks_the_reading(text: str) -> None:
    found = read_lines(line(paid=text))
    assert bool(found.figures) == (not found.issues)


@given(st.text(max_size=20))
def test_keys_of_accounts_are_stable(handle: str) -> None:
    assert handle_key(handle_key(handle)) == handle_key(handle)


ORDERS: list[Cell] = ["订单号", "抖音号", "实付金额", "退款金额"]


def test_a_list_of_orders_by_account() -> None:
    listed = sheet(
        ["A1", "DY_01", "39.90", "0"],
        ["A2", "dy_01", "39.90", "39.90"],
        ["A2", "dy_02", "10", "0"],
        ["A4", "", "10", "0"],
        head=ORDERS,
    )
    found = read_orders(listed, platform_of("douyin"))
    assert {key: vars(one) for key, one in found.accounts.items()} == {
        "dy_01": {"count": 2, "paid": 7980, "refunded": 3990}
    }
    assert [(one.row, one.code) for one in found.issues] == [(5, "E_TWICE"), (6, "E_REQ")]


def test_a_list_without_refunds_says_nothing_of_them() -> None:
    listed = sheet(["A1", "dy_01", "39.90"], head=ORDERS[:3])
    found = read_orders(listed, platform_of("douyin"))
    assert found.accounts["dy_01"] == metric_rows.Orders(1, 3990, None)


def test_a_second_sheet_of_figures_is_refused_and_notes_are_named() -> None:
    (first,) = sheet(line())
    second = Sheet("上一场", first.rows, [])
    notes = Sheet("口径说明", [["支付金额不含运费"]], [])
    douyin = platform_of("douyin")
    with pytest.raises(DomainError, match="“直播明细”和“上一场”里都有数据（后者 1 行）"):
        read([first, second], douyin)
    with pytest.raises(DomainError, match="隐藏的工作表“上一场”里也有数据（1 行）"):
        read([first], douyin, hidden=[second])
    assert read([first, notes], douyin).other_sheets == ("口径说明",)


def test_hidden_rows_are_counted_and_told() -> None:
    (shown,) = sheet(line(), line(handle="dy_02"))
    found = read([replace(shown, hidden_rows=(4,))], platform_of("douyin"))
    assert (found.rows, [note.partition("，")[0] for note in found.notes]) == (
        2,
        ["“直播明细”有 1 行在表格里是隐藏的（第 4 行"],
    )


def test_a_second_list_of_orders_is_refused() -> None:
    (first,) = sheet(["A1", "dy_01", "39.90"], head=ORDERS[:3])
    second = Sheet("续表", first.rows, [])
    with pytest.raises(DomainError, match="“直播明细”和“续表”里都有订单（后者 1 行）"):
        read_orders([first, second], platform_of("douyin"))
