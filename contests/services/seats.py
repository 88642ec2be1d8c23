"""How judges sit down: a printed QR and a PIN, both kept as hashes, both replaceable at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from contests.draw import DIGITS, LETTERS
from contests.models import Panel, Seat
from contests.queries.panels import OFFICE, panel_within
from contests.services.trail import stream
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound
from core.vault import vault
from people import passwords
from people.models import LoginSession, SignInAttempt
from people.services.sign_in import (
    Guess,
    end_sessions,
    open_seat_session,
    refuse_when_throttled,
    token_hash,
)

AFTER_CLOSE = timedelta(hours=24)
LONGEST = timedelta(days=14)
PIN_DIGITS = 6
WRONG = "席位码或 PIN 不对，请核对席位单；看不清请找赛事办重新打印"


@dataclass(frozen=True)
class Credentials:
    """What is printed for one seat, in clear, once; and the hash of the PIN."""

    seat_id: UUID
    token: str
    code: str
    pin: str
    pin_hash: str


@dataclass(frozen=True)
class SeatGuess:
    """An attempt to sit down, weighed before any transaction because hashing is slow."""

    seat_id: UUID | None
    right: bool
    throttle: Guess


def make_credentials(seat_ids: Sequence[UUID]) -> list[Credentials]:
    """Fresh tokens, codes and PINs; made outside the transaction because hashing is slow."""
    found = []
    for seat_id in seat_ids:
        pin = f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"
        code = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(8))
        token = secrets.token_urlsafe(24)
        found.append(Credentials(seat_id, token, code, pin, passwords.hashed(pin)))
    return found


def issue(
    *, actor: Actor, panel_id: UUID, credentials: Sequence[Credentials], now: datetime
) -> Panel:
    """Replace what was printed before for these seats; whoever sits there must sign in again."""
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    seats = {one.id: one for one in panel.seats}
    for one in credentials:
        seat = seats.get(one.seat_id)
        if seat is None or seat.withdrawn_at:
            raise NotFound("没有这个席位，或者评委已经退出")
        seat.token_hash, seat.code = token_hash(one.token), one.code
        seat.pin_hash, seat.issued_at = one.pin_hash, now
        end_sessions(now=now, seat_id=seat.id)
    audit.record(
        actor=actor,
        verb="issue_seats",
        subject=panel,
        now=now,
        stream=stream(panel.contest_id),
        changes={"seats": sorted(seats[one.seat_id].position for one in credentials)},
    )
    db.session.flush()
    return panel


def seat_of_token(token: str) -> Seat:
    """The seat whose printed sheet carries this token, or NotFound."""
    found = db.session.scalar(
        select(Seat)
        .options(joinedload(Seat.panel).joinedload(Panel.contest))
        .where(Seat.token_hash == token_hash(token))
    )
    if found is None:
        raise NotFound("这张席位单已经作废，请找赛事办重新打印")
    return found


def weigh(*, token: str = "", code: str = "", pin: str, address: str) -> SeatGuess:
    """Compare the PIN outside the transaction; an unknown code takes the same time."""
    plain = code.strip().upper()
    where = Seat.token_hash == token_hash(token) if token else Seat.code == plain
    row = db.session.execute(select(Seat.id, Seat.pin_hash).where(where)).first()
    right = passwords.matches(row.pin_hash if row else None, pin.strip())
    key = vault().index("seat", str(row.id) if row else plain)
    guess = Guess(None, right, key, vault().index("address", address))
    return SeatGuess(row.id if row else None, right, guess)


def sit_down(*, guess: SeatGuess, now: datetime) -> tuple[str, bool]:
    """Open the judge's session; returns its token and whether another device sits there already."""
    refuse_when_throttled(guess=guess.throttle, now=now)
    seat = db.session.get(Seat, guess.seat_id, with_for_update=True) if guess.seat_id else None
    if seat is None or not guess.right:
        raise DomainError(WRONG, "pin")
    if seat.withdrawn_at:  # the PIN was weighed before this unit began
        raise DomainError("您已退出这个评委组，席位已停用", "pin")
    panel = db.session.get_one(Panel, seat.panel_id)
    ends = panel.closed_at + AFTER_CLOSE if panel.closed_at else now + LONGEST
    if ends <= now:
        raise DomainError("这个评委组已经结束评分，席位已停用")
    elsewhere = _live_sessions(seat.id, now) > 0
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == guess.throttle.login_key))
    token = open_seat_session(
        seat_id=seat.id,
        contest_id=panel.contest_id,
        person_id=seat.person_id,
        label=seat.judge_name,
        ends=ends,
        now=now,
    )
    return token, elsewhere


def _live_sessions(seat_id: UUID, now: datetime) -> int:
    query = select(func.count(LoginSession.id)).where(
        LoginSession.seat_id == seat_id,
        LoginSession.ended_at.is_(None),
        LoginSession.ends > now,
    )
    return db.session.scalar(query) or 0
