"""The workbook of a round: people, wishes, and all faults at once."""

from __future__ import annotations

import random
from datetime import date

import pytest

from core import spreadsheets
from core.errors import DomainError
from tests.training import rosters
from training import catalogue, matching, mentoring_rules, mentoring_sheet

TODAY = date(2026, 11, 22)
RULES = catalogue.load().find("mentorship").mentorship


def read(sheets):
    book = spreadsheets.read(rosters.workbook(sheets), filename="x.xlsx")
    return mentoring_sheet.read(book.sheets, today=TODAY, places_most=3)


def codes(found):
    return [(issue.sheet, issue.row, issue.code) for issue in found.issues]


def test_a_good_workbook_pairs():
    found = read(rosters.pairing())
    assert found.issues == ()
    assert (len(found.masters), len(found.apprentices)) == (10, 30)
    first = found.masters[0]
    assert (first.row, first.person.key, first.person.trade) == (3, "S001", "电工")
    assert first.person.county in {"330802", "330803", "330822", "330824", "330825", "330881"}
    built = mentoring_rules.build(
        [m.person for m in found.masters], [a.person for a in found.apprentices], RULES, seed="1"
    )
    assert built.refused == {}
    market = matching.market(built.instance)
    pairs = matching.apprentices_propose(market)
    assert matching.blocking_pairs(market, pairs) == []
    assert len(pairs) == sum(built.instance.capacity.values())


def test_every_fault_of_both_sides_comes_at_once():
    left, right = rosters.pairing()
    left.set(3, "名额", 4)
    left.set(4, "技术等级", "大师")
    left.set(5, "工种", None)
    left.set(6, "县（市、区）", "杭州")
    left.set(7, "第一意向", "T999")
    rosters.numeric_ids(left, [8], "身份证号码")
    right.set(3, "身份证号码", left.get(9, "身份证号码"))
    right.set(5, "技术等级", None)
    found = read([left, right])
    assert codes(found) == [
        ("师傅", 3, "E_NUMBER"),
        ("师傅", 4, "E_LEVEL"),
        ("师傅", 5, "E_REQ"),
        ("师傅", 6, "E_COUNTY"),
        ("师傅", 7, "E_UNKNOWN_WISH"),
        ("师傅", 8, "E_ID_NUMERIC"),
        ("徒弟", 3, "E_DUP_IN_FILE"),
        ("徒弟", 5, "E_REQ"),
    ]
    assert "“师傅”第 9 行" in next(i.text for i in found.issues if i.code == "E_DUP_IN_FILE")


def small(masters, apprentices):
    head = ["姓名", "身份证号码", "工种", "技术等级"]
    rng = random.Random(4)
    made = []
    for name, rows, wish in (("师傅", masters, "意向"), ("徒弟", apprentices, "志愿")):
        sheet = rosters.RosterFile([], [*head, wish], sheet=name)
        level = "技师" if name == "师傅" else "中级工"
        for who, wishes in rows:
            number = rosters.id_number(rng, birth=date(1980, 1, 1))
            sheet.rows.append([who, number, "焊工", level, wishes])
        made.append(sheet)
    return made


def test_wishes_by_name_in_one_cell():
    found = read(
        small([("李工", ""), ("孙工", "王 芳")], [("王芳", "孙工、李工，孙工"), ("陈静", "")])
    )
    assert [(i.row, i.column, i.code) for i in found.issues] == [(2, "志愿", "W_DUP_WISH")]
    assert [a.person.wishes for a in found.apprentices] == [("师傅3", "师傅2"), ()]
    assert [m.person.wishes for m in found.masters] == [(), ("徒弟2",)]


def test_a_name_that_two_share_needs_a_number():
    found = read(small([("李工", ""), ("李工", "")], [("王芳", "李工")]))
    assert [(i.code, i.text) for i in found.issues] == [
        ("E_AMBIGUOUS", "有 2 位师傅叫“李工”，请改填编号")
    ]
    assert found.apprentices == ()


def test_two_people_with_one_number():
    left, right = rosters.pairing(masters=3, apprentices=3)
    left.set(4, "师傅编号", "S001")
    found = read([left, right])
    assert ("师傅", 4, "E_DUP_KEY") in codes(found)


def test_a_formula_is_told_once():
    left, right = rosters.pairing(masters=3, apprentices=3)
    left.set(4, "技术等级", rosters.Formula("=A1"))
    assert [c for c in codes(read([left, right])) if c[0] == "师傅"] == [("师傅", 4, "E_FORMULA")]


@pytest.mark.parametrize("names", [("师傅", "学员"), ("师傅一", "师傅二"), ("甲", "乙")])
def test_sheets_must_be_named(names):
    sheets = rosters.pairing()
    for sheet, name in zip(sheets, names, strict=True):
        sheet.sheet = name
    with pytest.raises(DomainError, match="应有一张且只有一张名称含"):
        read(sheets)


def test_faults_of_wishes_stand_at_their_column():
    left, right = rosters.pairing(masters=2, apprentices=2)
    for row in left.rows:
        row[9:] = [None] * 3
    right.rows[0][8:] = ["S001", "S001", "S999", None, None]
    right.rows[1][8:] = ["S001", left.rows[0][1], None, None, None]
    assert [(i.row, i.column, i.code) for i in read([left, right]).issues] == [
        (3, "第二志愿", "W_DUP_WISH"),
        (3, "第三志愿", "E_UNKNOWN_WISH"),
        (4, "第二志愿", "W_DUP_WISH"),
    ]


def test_people_on_a_third_sheet_or_on_a_hidden_one_are_refused():
    extra = rosters.pairing(masters=2)[0]
    extra.sheet = "往年名单"
    book = spreadsheets.read(rosters.workbook([*rosters.pairing(), extra]), filename="x.xlsx")
    first, second, third = book.sheets
    with pytest.raises(DomainError, match="“师傅”和“往年名单”里都有人员（后者 2 行），只读名称含"):
        mentoring_sheet.read(book.sheets, today=TODAY, places_most=3)
    with pytest.raises(DomainError, match="隐藏的工作表“往年名单”里也有人员（2 行）"):
        mentoring_sheet.read([first, second], today=TODAY, places_most=3, hidden=[third])


def test_a_third_sheet_of_notes_is_named():
    notes = rosters.RosterFile([], ["请于周五前报送"], sheet="说明")
    assert read([*rosters.pairing(), notes]).other_sheets == ("说明",)
