"""The workbook of a pairing round: a sheet of masters and one of apprentices, with their wishes.

People name one another by 编号 or, where that is unambiguous, by name. All faults come at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from core.errors import DomainError
from people import counties
from people.identifiers import IdNumber, name_key
from training import sheets
from training.mentoring_rules import Apprentice, Master
from training.sheets import Column, Issue, Located, Row, SheetLike

_PERSON = (
    Column("name", "姓名", (), required=True),
    Column(
        "id_number",
        "公民身份号码",
        ("身份证号码", "身份证号", "身份证", "证件号码", "公民身份证号码"),
        required=True,
    ),
    Column("mobile", "联系电话", ("手机", "手机号", "手机号码", "电话")),
    Column("trade", "工种", ("职业（工种）", "职业工种"), required=True),
    Column("level", "技术等级", ("职业技能等级", "已有技术等级", "等级"), required=True),
    Column("county", "县（市、区）", ("县市区", "所属县区", "区县")),
    Column("employer", "所在单位", ("单位", "工作单位")),
)
_TWO_SHEETS = "只读名称含“师傅”和“徒弟”的两张表，请把人员并到这两张表里再上传"
_NUMERALS = "一二三四五六七八九十"


def _wish_columns(word: str, number: int) -> tuple[Column, ...]:
    """第一志愿, 第二志愿 …, or all of them in one column."""
    single = Column("wishes", word, (f"{word}师傅", f"{word}徒弟", f"{word}名单"))
    several = (
        Column(f"wish{k}", f"第{_NUMERALS[k - 1]}{word}", (f"{word}{k}", f"第{k}{word}"))
        for k in range(1, number + 1)
    )
    return (single, *several)


WISHES, INTENTIONS = 5, 3
MASTER_COLUMNS = (
    Column("key", "师傅编号", ("编号",)),
    *_PERSON,
    Column("places", "名额", ("可带徒弟人数", "带徒名额", "可带人数")),
    *_wish_columns("意向", INTENTIONS),
)
APPRENTICE_COLUMNS = (
    Column("key", "徒弟编号", ("编号",)),
    *_PERSON,
    *_wish_columns("志愿", WISHES),
)


@dataclass(frozen=True)
class Listed:
    """One person of a sheet: what the pairing needs, and what identifies the human being."""

    row: int
    person: Master | Apprentice
    id_number: IdNumber
    mobile: str


@dataclass(frozen=True)
class RoundSheet:
    """Both sides as far as they can be taken, and all issues, masters first, by row."""

    masters: tuple[Listed, ...]
    apprentices: tuple[Listed, ...]
    issues: tuple[Issue, ...]
    located: tuple[Located, ...] = ()
    other_sheets: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that refuse their row."""
        return tuple(issue for issue in self.issues if issue.refuses)


@dataclass(frozen=True)
class _Read:
    """A row with what could be read of it; `listed` is None if it cannot be taken."""

    row: Row
    key: str
    name: str
    listed: Listed | None
    wishes: tuple[tuple[str, str], ...]


def read(
    workbook: Sequence[SheetLike],
    *,
    today: date,
    places_most: int,
    hidden: Sequence[SheetLike] = (),
) -> RoundSheet:
    """Read the sheets whose names contain 师傅 and 徒弟. Raises DomainError at "file", also if a
    hidden or a third sheet holds people."""
    left = _located(workbook, "师傅", MASTER_COLUMNS)
    right = _located(workbook, "徒弟", APPRENTICE_COLUMNS)
    rest = [sheet for sheet in workbook if sheet not in (left.sheet, right.sheet)]
    others = sheets.other_sheets(
        left, rest, APPRENTICE_COLUMNS, hidden=hidden, what="人员", todo=_TWO_SHEETS
    )
    masters = [_person(row, "师傅", today, places_most) for row in sheets.rows_of(left)]
    apprentices = [_person(row, "徒弟", today, places_most) for row in sheets.rows_of(right)]
    _check_twins([*masters, *apprentices])
    people = {
        "师傅": _directory(masters),
        "徒弟": _directory(apprentices),
    }
    taken_masters = [_resolved(found, "徒弟", people["徒弟"]) for found in masters]
    taken_apprentices = [_resolved(found, "师傅", people["师傅"]) for found in apprentices]
    issues = [issue for found in (*masters, *apprentices) for issue in found.row.issues]
    return RoundSheet(
        tuple(listed for listed in taken_masters if listed),
        tuple(listed for listed in taken_apprentices if listed),
        tuple(issues),
        (left, right),
        others,
    )


def _located(workbook: Sequence[SheetLike], side: str, columns: Sequence[Column]) -> Located:
    named = [sheet for sheet in workbook if side in sheet.name]
    if len(named) != 1:
        raise DomainError(f"应有一张且只有一张名称含“{side}”的工作表，请使用模板", "file")
    return sheets.first_with(named, columns)


def _person(row: Row, side: str, today: date, places_most: int) -> _Read:
    """One row of either side; a person without a 编号 is called by side and row number."""
    name = row.name("name")
    number = row.id_number("id_number", today=today)
    mobile = row.mobile("mobile")
    trade, level = row.text("trade", required=True), row.level("level", required=True)
    county = _county(row)
    employer, key = row.text("employer"), row.text("key") or f"{side}{row.number}"
    places = row.whole("places", most=places_most)
    wishes = _wishes(row, side)
    if number is None or level is None:
        return _Read(row, key, name, None, wishes)
    person: Master | Apprentice
    if side == "师傅":
        person = Master(key, name, trade, level, county, employer, places)
    else:
        person = Apprentice(key, name, trade, level, county, employer)
    return _Read(row, key, name, Listed(row.number, person, number, mobile), wishes)


def _county(row: Row) -> str:
    typed = row.text("county")
    key = counties.key_of(typed) if typed else ""
    if key is None:
        known = "、".join(counties.COUNTIES.values())
        row.report("county", "E_COUNTY", f"认不出“{typed}”，请填写：{known}")
    return key or ""


def _wishes(row: Row, side: str) -> tuple[tuple[str, str], ...]:
    """(column, wish) in their order, a name once; one that is written twice is told."""
    number = INTENTIONS if side == "师傅" else WISHES
    typed = [(f"wish{k}", row.text(f"wish{k}")) for k in range(1, number + 1)]
    typed += [("wishes", wish) for wish in re.split(r"[、,;，；/\n]+", row.text("wishes"))]
    first: dict[str, str] = {}
    for column, wish in typed:
        if not wish.strip():
            continue
        if wish.strip() in first:
            _report_twice(row, column, wish.strip())
        first.setdefault(wish.strip(), column)
    return tuple((column, wish) for wish, column in first.items())


def _report_twice(row: Row, column: str, wish: str) -> None:
    row.report(column, "W_DUP_WISH", f"“{wish}”填了两次，只按第一次算")


def _check_twins(found: Iterable[_Read]) -> None:
    """Nobody may stand twice in the workbook, and a 编号 belongs to one person."""
    numbers: dict[str, str] = {}
    keys: dict[str, str] = {}
    for read_row in found:
        row, listed = read_row.row, read_row.listed
        place = f"“{row.located.sheet.name}”第 {row.number} 行"
        first = keys.setdefault(read_row.key, place)
        if first != place:
            row.report("key", "E_DUP_KEY", f"编号与{first}相同，请改用不同的编号")
        first = numbers.setdefault(listed.id_number.number, place) if listed else place
        if first != place:
            text = f"身份证号码与{first}相同，一个人在一轮中只能出现一次"
            row.report("id_number", "E_DUP_IN_FILE", text)


def _directory(found: Sequence[_Read]) -> dict[str, list[str]]:
    """{编号 or name: [keys]}; a name that two people share leads to both. Refused rows are in it
    too: their own fault is told once, not again at every wish for them."""
    directory: dict[str, list[str]] = {}
    for read_row in found:
        directory.setdefault(name_key(read_row.name), []).append(read_row.key)
    return directory | {name_key(read_row.key): [read_row.key] for read_row in found}


def _resolved(found: _Read, other: str, directory: Mapping[str, list[str]]) -> Listed | None:
    """The person with wishes as keys; a wish that names nobody, or two, is reported."""
    keys: list[str] = []
    for column, wish in found.wishes:
        called = directory.get(name_key(wish), [])
        if len(called) == 1 and called[0] in keys:
            _report_twice(found.row, column, wish)
        elif len(called) == 1:
            keys.append(called[0])
        elif called:
            text = f"有 {len(called)} 位{other}叫“{wish}”，请改填编号"
            found.row.report(column, "E_AMBIGUOUS", text)
        else:
            text = f"名单中没有{other}“{wish}”，请核对姓名或编号"
            found.row.report(column, "E_UNKNOWN_WISH", text)
    if found.listed is None or found.row.refused:
        return None
    return replace(found.listed, person=replace(found.listed.person, wishes=tuple(keys)))
