"""Forms: messages at their fields, and each form happens once."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from core.db import db
from core.errors import DomainError, FieldErrors
from core.once import Operation
from people.forms import OrganisationForm, SignInForm
from people.models import Organisation
from tests.pages import CheckedClient, Person, hidden_fields
from tests.people import world

PATH = "/office/organisations/new"


def fields() -> dict[str, str]:
    code = world.valid_uscc("91330800MA28F1234")
    return {"name": "衢州巨化实训基地", "uscc": code, "county": "330802"}


def test_errors_are_placed_at_their_fields(app: Flask) -> None:
    with app.test_request_context():
        form = SignInForm()
        form.place(DomainError("手机号码少 1 位", "login"))
        form.place(DomainError("尝试次数太多"))
        form.place(FieldErrors({"password": "请填写密码", "unknown": "别处"}))
    assert form.login.errors == ["手机号码少 1 位"]
    assert form.password.errors == ["请填写密码"]
    assert form.form_errors == ["尝试次数太多", "别处"]


def test_values_are_without_tokens(app: Flask) -> None:
    with app.test_request_context():
        assert OrganisationForm().values() == {"name": "", "uscc": "", "county": None}


def test_the_second_click_leads_to_the_first_result(sign_in: Person) -> None:
    client = sign_in("contest_office")
    client.get(PATH)
    first = client.send(PATH, **fields())
    again = client.send(PATH, **fields())
    assert first.location == again.location
    assert len(db.session.scalars(select(Organisation)).all()) == 1


def test_the_same_form_with_another_content_is_refused(sign_in: Person) -> None:
    client = sign_in("contest_office")
    client.get(PATH)
    client.send(PATH, **fields())
    form = client.page
    client.send(PATH, expect=409, **fields() | {"name": "另一个单位"})
    assert "没有保存" in client.text()
    assert form is not client.page


def test_a_refused_form_may_be_sent_again(sign_in: Person) -> None:
    client = sign_in("contest_office")
    client.submit(PATH, expect=422, **fields() | {"uscc": "1"})
    client.send(PATH, **fields())
    assert len(db.session.scalars(select(Organisation)).all()) == 1


def test_a_missing_token_is_replaced(sign_in: Person) -> None:
    client: CheckedClient = sign_in("contest_office")
    client.get(PATH)
    data = hidden_fields(client.page, PATH) | fields() | {"form_token": "x" * 400}
    assert client.post(PATH, data=data).status_code == 303
    key = db.session.scalars(select(Operation.key)).one()
    assert len(key) == 36


def test_a_json_body_is_no_form(client: CheckedClient) -> None:
    client.get("/sign-in")
    token = str(client.page.select_one("input[name=csrf_token]")["value"])  # type: ignore[index]
    for body in ([1], {"login": "13957000001", "password": "x"}):
        answer = client.post("/sign-in", json=body, headers={"X-CSRFToken": token})
        assert answer.status_code == 422
        assert client.errors() == ["请填写手机号码", "请填写密码"]
