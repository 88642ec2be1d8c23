"""Days counted by hand on the published calendars; a year that is not out yet; faulty files."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LoadError
from core.workdays import Calendar, Deadline

CALENDAR = Calendar.load()


@pytest.mark.parametrize(
    ("posted", "n", "last"),
    [
        ("2021-09-28", 5, "2021-10-11"),
        ("2026-02-10", 5, "2026-02-24"),
        ("2026-04-28", 5, "2026-05-08"),
        ("2026-09-28", 5, "2026-10-10"),
        ("2026-09-28", 7, "2026-10-13"),
        ("2020-01-20", 5, "2020-02-04"),  # after the extension of the Spring Festival to 02-02
        ("2020-01-18", 1, "2020-01-19"),  # a Sunday that was worked
        ("2025-12-26", 3, "2025-12-31"),
        ("2025-12-26", 5, "2026-01-05"),  # 2026-01-04 is a Sunday that is worked
    ],
)
def test_deadlines(posted, n, last):
    assert CALENDAR.add(date.fromisoformat(posted), n) == Deadline(date.fromisoformat(last), True)


def test_a_year_without_data_is_counted_by_weekends_and_unconfirmed():
    assert CALENDAR.add(date(2026, 12, 25), 4) == Deadline(date(2026, 12, 31), True)
    assert CALENDAR.add(date(2026, 12, 25), 5) == Deadline(date(2027, 1, 1), False)
    assert CALENDAR.add(date(2019, 12, 30), 2) == Deadline(date(2020, 1, 2), False)
    assert CALENDAR.add(date(2031, 5, 2), 1) == Deadline(date(2031, 5, 5), False)


def test_the_years_that_are_known_and_what_is_shown_of_their_notices():
    assert sorted(CALENDAR.years) == list(range(2020, 2027))
    assert {year.source for year in CALENDAR.years.values()} == {"chinesecalendar 1.11.0"}
    assert CALENDAR.document_no(2026) == "文号待补"
    assert CALENDAR.document_no(2027) == "放假安排尚未录入"


@pytest.mark.parametrize(
    ("year", "workdays"),
    [(2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_each_year_has_as_many_workdays_as_its_source_counts(year, workdays):
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    assert sum(CALENDAR.is_workday(day) for day in days if day.year == year) == workdays


@given(st.dates(date(2019, 1, 1), date(2028, 12, 31)), st.integers(1, 60))
def test_the_deadline_is_a_workday_with_n_workdays_up_to_it(day, n):
    deadline = CALENDAR.add(day, n)
    between = [day + timedelta(days=k) for k in range(1, (deadline.day - day).days + 1)]
    assert CALENDAR.is_workday(deadline.day)
    assert sum(map(CALENDAR.is_workday, between)) == n
    assert deadline.confirmed == all(map(CALENDAR.is_confirmed, between))


@pytest.mark.parametrize("n", [0, -1])
def test_no_days_are_no_deadline(n):
    with pytest.raises(ValueError, match="working day"):
        CALENDAR.add(date(2026, 3, 2), n)


GOOD = """
year = 2027
source = "国务院办公厅通知"
document_no = "国办发明电〔2026〕1号"
[[off]]
name = "元旦"
first = 2027-01-01
last = 2027-01-03
[[work]]
name = "元旦"
day = 2027-01-09
"""


def loaded(folder, text, name="2027.toml"):
    (folder / name).write_text(text, encoding="utf-8")
    return Calendar.load(folder)


def test_a_new_year_is_one_more_file(tmp_path):
    calendar = loaded(tmp_path, GOOD)
    assert calendar.add(date(2026, 12, 31), 1) == Deadline(date(2027, 1, 4), True)
    assert calendar.is_workday(date(2027, 1, 9))
    assert calendar.document_no(2027) == "国办发明电〔2026〕1号"


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("year = 2027", "year = 2028", "year", "与文件名不一致"),
        ("year = 2027", "year = 2027.0", "year", "不可写小数"),
        ("year = 2027", "year = true", "year", "应为不小于 0 的整数"),
        ("source =", "sauce =", "source", "缺少这个键，请补上（写着“sauce”"),
        ("document_no =", "document_nr =", "document_nr", "不认识的键"),
        (
            "2027-01-09",
            "2027-01-09T00:00:00",
            "work[1].day",
            "应为日期",
        ),
        ("2027-01-09", "2027-01-08", "2027-01-08", "调休上班日应是周六或周日"),
        ("2027-01-09", "2027-01-02", "2027-01-02", "重复出现"),
        ("2027-01-09", "2026-12-26", "2026-12-26", "不在 2027 年内"),
        ("last = 2027-01-03", "last = 2026-12-31", "off[1].last", "早于 first，或假期超过 31 天"),
        ("last = 2027-01-03", "last = 2027-12-31", "off[1].last", "早于 first，或假期超过 31 天"),
        ("last = 2027-01-03", "until = 2027-01-03", "off[1].last", "缺少这个键"),
    ],
)
def test_a_faulty_file_is_refused_with_key_and_reason(tmp_path, old, new, key, reason):
    with pytest.raises(LoadError) as caught:
        loaded(tmp_path, GOOD.replace(old, new))
    error = caught.value
    assert (error.source, error.key) == ("2027.toml", key)
    assert error.reason.startswith(reason)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    with pytest.raises(LoadError, match=r"2027\.toml：第 1 行第 8 列：不是正确的 TOML"):
        loaded(tmp_path, "year = ")
