"""Office settings: versions, a second person, and values that the rules can read."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import DatabaseError

from awards import rulebook_in_force, setting_values
from awards.models import SettingConfirmation, SettingVersion
from awards.services import settings
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound
from tests.awards.factories import NOW, Office
from tests.pages import Person

BOOK = rulebook_in_force.book()


@pytest.fixture
def office(app: Flask) -> Iterator[Office]:
    """The award office in one unit."""
    with db.unit():
        yield Office()


def _set(office: Office, name: str, text: str) -> SettingVersion:
    return settings.set_value(
        actor=office.officer, setting=name, text=text, document_no="纪要 1", now=NOW
    )


def test_an_installation_starts_without_any_value(office: Office) -> None:
    found = settings.in_force()
    assert set(found) == set(BOOK.settings)
    assert {(one.value, one.confirmed) for one in found.values()} == {(None, False)}


def test_set_then_confirmed_by_another(office: Office) -> None:
    version = _set(office, "A08", "1, 2, 2")
    assert (settings.in_force()["A08"].value, settings.in_force()["A08"].confirmed) == (
        (1, 2, 2),
        False,
    )
    settings.confirm(actor=office.approver, version_id=version.id, now=NOW)
    assert settings.in_force()["A08"].confirmed


def test_a_new_value_rules_only_when_confirmed(office: Office) -> None:
    office.settle(A04="80%")
    newer = _set(office, "A04", "50%")
    assert settings.in_force()["A04"].value == "8000/10000"
    settings.confirm(actor=office.approver, version_id=newer.id, now=NOW)
    assert settings.in_force()["A04"].value == "5000/10000"


def test_the_same_person_never_confirms(office: Office) -> None:
    version = _set(office, "A04", "80%")
    both = Actor(office.officer.account_id, None, None, "李工", office.approver.grants)
    with pytest.raises(NotAllowed):
        settings.confirm(actor=both, version_id=version.id, now=NOW)


def test_the_database_refuses_the_same_person_too(app: Flask) -> None:
    with pytest.raises(DomainError, match="设定人以外"):
        _confirm_alone()


def _confirm_alone() -> None:
    """Past the service."""
    with db.unit() as session:
        version = _set(Office(), "A04", "80%")
        session.add(
            SettingConfirmation(
                version_id=version.id,
                set_by=version.set_by,
                confirmed_by=version.set_by,
                confirmed_label="李工",
                confirmed_at=NOW,
            )
        )


def test_an_older_version_is_not_confirmed_any_more(office: Office) -> None:
    older = _set(office, "A04", "80%")
    _set(office, "A04", "70%")
    with pytest.raises(DomainError, match="更新的值"):
        settings.confirm(actor=office.approver, version_id=older.id, now=NOW)


def test_a_second_click_is_refused(office: Office) -> None:
    version = _set(office, "A04", "80%")
    settings.confirm(actor=office.approver, version_id=version.id, now=NOW)
    with pytest.raises(DomainError, match="已经确认过"):
        settings.confirm(actor=office.approver, version_id=version.id, now=NOW)


def test_versions_are_never_changed(app: Flask) -> None:
    with db.unit():
        version = _set(Office(), "A04", "80%")
    with pytest.raises(DatabaseError, match="append-only"):
        _overwrite(version.id)


def _overwrite(version_id: UUID) -> None:
    with db.unit() as session:
        session.get_one(SettingVersion, version_id).value = "1/1"


def test_an_unknown_setting_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        _set(office, "A99", "80%")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("A01", "cumulative", "cumulative"),
        ("A04", "80%", "8000/10000"),
        ("A04", "12.5％", "1250/10000"),
        ("A05", "全国性 = 300,000\n国际性：500000", {"national": 300000, "international": 500000}),
        ("A08", "1，1，1", (1, 1, 1)),
        ("A09", "第一层次 = 100000", {"第一层次": 100000}),
    ],
)
def test_what_is_typed_is_read(name: str, text: str, value: object) -> None:
    parsed = setting_values.parse(BOOK, name, text)
    assert parsed == value
    again = setting_values.parse(BOOK, name, setting_values.typed(BOOK, name, parsed))
    assert again == parsed


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("A01", "highest_ever", "请选择一项"),
        ("A04", "0.8", "比例请写成百分数，如 80% 或 12.5%"),
        ("A04", "180%", "比例应大于 0、不超过 100%"),
        ("A05", "全国性 30万", "“全国性 30万”请写作“项目 = 整数元”"),
        ("A05", "全省 = 5", "“全省”不是可以定标准的项目：全国性、国际性"),
        ("A05", "全国性 = 1\n全国性 = 2", "“全国性”写了两次"),
        ("A05", "", "请至少写一项标准"),
        ("A08", "1, x", "权重请写整数，用逗号隔开，如 1, 1, 1"),
        (
            "A08",
            "0, 0",
            "分期权重应为不小于 0 且不全为 0 的整数列表，如 [1, 1, 1]（规则 18.115）",
        ),
    ],
)
def test_what_the_rules_cannot_read_is_refused(name: str, text: str, sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        setting_values.parse(BOOK, name, text)
    assert (refused.value.message, refused.value.field) == (sentence, "value")


def test_the_pages_set_and_confirm(sign_in: Person) -> None:
    officer = sign_in("award_officer", name="李工")
    officer.submit("/office/awards/settings/A05", value="全国性 = 300000", document_no="纪要 3")
    officer.submit(
        "/office/awards/settings/A01", value="highest_per_achievement", document_no="纪要 3"
    )
    officer.submit("/office/awards/settings/A04", expect=422, value="80", document_no="纪要 3")
    assert officer.errors() == ["比例请写成百分数，如 80% 或 12.5%"]
    version = db.session.query(SettingVersion).filter_by(setting="A05").one()
    path = f"/office/awards/settings/confirm/{version.id}"
    assert officer.get(path).status_code == 403
    assert sign_in("award_approver", name="何明").get(path).status_code == 302  # step-up
    approver = sign_in("award_approver", name="陈静", stepped_up=True)
    approver.submit(path)
    approver.get("/office/awards/settings")
    assert "全国性 300,000.00 元" in approver.text()


def test_both_roles_in_one_person_do_not_help(sign_in: Person) -> None:
    both = sign_in("award_officer", "award_approver", name="李工", stepped_up=True)
    both.submit("/office/awards/settings/A04", value="80%", document_no="纪要 3")
    version = db.session.query(SettingVersion).one()
    path = f"/office/awards/settings/confirm/{version.id}"
    both.submit(path, expect=403)
    assert db.session.query(SettingConfirmation).count() == 0
