"""Sitting down with QR and PIN."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from contests.models import Panel
from contests.services import seats
from core import clock
from core.db import db
from core.errors import DomainError, NotFound
from people.models import LoginSession
from people.services.sign_in import THROTTLE_PER_LOGIN, Throttled, note_failure
from tests.contests import judging
from tests.contests.factories import OFFICE


@pytest.fixture
def panel(app: Flask) -> Panel:
    return judging.make_open_panel(entries=1)


def issue(panel: Panel) -> list[seats.Credentials]:
    made = seats.make_credentials([one.id for one in judging.seats_of(panel)])
    with db.unit():
        seats.issue(actor=OFFICE, panel_id=panel.id, credentials=made, now=clock.now())
    return made


def sit(one: seats.Credentials, pin: str = "") -> tuple[str, bool]:
    guess = seats.weigh(token=one.token, pin=pin or one.pin, address="10.0.0.1")
    with db.unit():
        return seats.sit_down(guess=guess, now=clock.now())


def test_a_judge_sits_down(panel: Panel) -> None:
    made = issue(panel)
    token, elsewhere = sit(made[0])
    assert not elsewhere
    row = db.session.scalars(select(LoginSession)).one()
    assert (row.seat_id, row.label, row.account_id) == (made[0].seat_id, "陈评委", None)
    assert sit(made[0])[1]
    assert token != sit(made[1])[0]


def test_the_code_may_be_typed_small(panel: Panel) -> None:
    one = issue(panel)[0]
    guess = seats.weigh(code=f" {one.code.lower()} ", pin=one.pin, address="10.0.0.1")
    assert (guess.seat_id, guess.right) == (one.seat_id, True)


def test_a_wrong_pin_and_a_wrong_code_sound_the_same(panel: Panel) -> None:
    one = issue(panel)[0]
    wrong = f"{(int(one.pin) + 1) % 10**6:06d}"
    for guess in (
        seats.weigh(token=one.token, pin=wrong, address="10.0.0.1"),
        seats.weigh(code="KKKKKKKK", pin=one.pin, address="10.0.0.1"),
    ):
        with pytest.raises(DomainError) as refusal, db.unit():
            seats.sit_down(guess=guess, now=clock.now())
        assert refusal.value.message == seats.WRONG


def test_guessing_is_throttled(panel: Panel) -> None:
    one = issue(panel)[0]
    guess = seats.weigh(token=one.token, pin="000000", address="10.0.0.1")
    for _ in range(THROTTLE_PER_LOGIN):
        with db.unit():
            note_failure(guess=guess.throttle, now=clock.now())
    with pytest.raises(Throttled):
        sit(one)


def test_reissuing_ends_the_session_and_voids_the_paper(panel: Panel) -> None:
    before = issue(panel)[0]
    sit(before)
    issue(panel)
    assert db.session.scalars(select(LoginSession)).one().ended_at is not None
    with pytest.raises(DomainError, match="席位码或 PIN 不对"):
        sit(before)
    with pytest.raises(NotFound):
        seats.seat_of_token(before.token)


def test_a_seat_ends_a_day_after_the_panel(panel: Panel) -> None:
    made = issue(panel)
    sit(made[0])
    judging.fill_panel(panel)
    judging.close(panel)
    db.session.expire_all()
    closed = db.session.get_one(Panel, panel.id).closed_at
    assert closed is not None
    assert db.session.scalars(select(LoginSession)).one().ends == closed + timedelta(hours=24)
    guess = seats.weigh(token=made[1].token, pin=made[1].pin, address="10.0.0.1")
    with pytest.raises(DomainError, match="席位已停用"), db.unit():
        seats.sit_down(guess=guess, now=clock.now() + timedelta(hours=25))


def test_nothing_is_kept_in_clear(panel: Panel) -> None:
    one = issue(panel)[0]
    seat = judging.seats_of(panel)[0]
    assert one.pin not in (seat.pin_hash, seat.token_hash)
    assert one.token not in (seat.pin_hash, seat.token_hash)
