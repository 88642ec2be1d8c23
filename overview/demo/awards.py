"""Awards of the demonstration: settings, evidence, lines in every state, one sheet.

Everything that rests on published results happens after the latest notice of the skills contest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from awards import lines
from awards.models import AwardLine, PayeeAccount
from awards.models.lines import APPROVED, PROPOSED
from awards.queries import lines as queries
from awards.services import approving, payees, proposing, settings, sheets
from contests.results import PublishedResult, published_results
from core import clock
from core.access import Actor, Grant
from core.db import db
from overview.demo import cast, evidence, logins
from overview.demo.evidence import Desk
from people.models import Organisation
from people.services import organisations

SETTINGS = {
    "A01": "highest_per_achievement",
    "A02": "equal",
    "A03": "issuer_cash",
    "A06": "whole_year_only",
    "A07": "highest_per_year",
    "A08": "1, 1, 1",
}
"""A04, A05 and A09 stay without a value: the policy text names none."""
BANK = "演示银行衢州柯城支行"
SUMS = ("8000", "5000.50", "3000")
PAID_TRACK, WAITING_TRACK = "焊工", "电工"


def load(*, now: datetime, folder: Path, crowd: Iterator[cast.Figure]) -> list[logins.Login]:
    """From the settings to a sheet; the agent of two organisations can sign in."""
    _settle(now - timedelta(days=30))
    firms = evidence.register_firms(now - timedelta(days=28))
    agent, made = _agent(firms[:2], next(crowd), now - timedelta(days=27), logins.fresh_password())
    colleague, _ = _agent(firms[1:2], next(crowd), now - timedelta(days=27))
    desk = Desk(folder, now - timedelta(days=14))
    prizes = evidence.file_prizes(desk, crowd)
    evidence.file_streaming(desk, firms, crowd)
    winners = [one for one in published_results() if one.prize and one.level == "provincial"]
    evidence.file_vouchers(desk, _of(winners, PAID_TRACK), SUMS)
    _accounts(now - timedelta(days=2), _of(winners, PAID_TRACK)[:2], firms, agent, colleague)
    at = now - timedelta(hours=8)
    _evaluate(at)
    _approve(at + timedelta(hours=1))
    _pay(at + timedelta(hours=2), folder)
    later = Desk(folder, at + timedelta(hours=3))
    evidence.file_vouchers(later, _of(winners, WAITING_TRACK), SUMS)
    evidence.amend(later, prizes[2], prizes[3])
    _evaluate(at + timedelta(hours=4))
    return made


def _of(results: Iterable[PublishedResult], track: str) -> list[PublishedResult]:
    return [one for one in results if one.track_name == track]


def _settle(at: datetime) -> None:
    """Each setting is set by the officer and confirmed by the approver."""
    for name, text in SETTINGS.items():
        with db.unit():
            version = settings.set_value(
                actor=logins.official("award_officer"),
                setting=name,
                text=text,
                document_no=f"衢奖办纪〔{clock.day_of(at).year}〕1号（演示）",
                now=at,
            )
            settings.confirm(
                actor=logins.official("award_approver"),
                version_id=version.id,
                now=at + timedelta(hours=2),
            )


def _agent(
    firms: list[Organisation], figure: cast.Figure, at: datetime, password: str = ""
) -> tuple[Actor, list[logins.Login]]:
    """Somebody who acts for organisations; without a password only through services."""
    with db.unit():
        person = logins.make_contestant(figure, at, password)
        for firm in firms:
            organisations.name_agent(
                actor=logins.official("award_officer"),
                organisation_id=firm.id,
                phone=figure.phone,
                now=at,
            )
    grants = tuple(Grant("organisation_agent", "organisation", str(one.id)) for one in firms)
    actor = Actor(person.account_id, person.person_id, None, figure.name, grants, stepped_up=True)
    return actor, [logins.Login("organisation_agent", figure.phone, password)]


def _accounts(
    at: datetime,
    winners: list[PublishedResult],
    firms: list[Organisation],
    agent: Actor,
    colleague: Actor,
) -> None:
    """Two winners enter theirs; one organisation's is confirmed by the reviewer, one waits."""
    for place, result in enumerate(winners, start=1):
        with db.unit():
            winner = logins.contestant(result.subject_id)
            payees.enter_own(actor=winner, details=_details(winner.label, place), now=at)
    first = _enter(firms[0], agent, 11, at)
    _enter(firms[1], colleague, 12, at)
    with db.unit():
        payees.confirm(
            actor=logins.official("award_reviewer"),
            account_id=first.id,
            typed=first.account_number,
            now=at + timedelta(hours=3),
        )


def _enter(firm: Organisation, actor: Actor, place: int, at: datetime) -> PayeeAccount:
    with db.unit():
        return payees.enter_for_organisation(
            actor=actor, organisation_id=firm.id, details=_details(firm.name, place), now=at
        )


def _details(holder: str, place: int) -> payees.BankDetails:
    """An account that no bank has: cards do not begin with 999."""
    return payees.BankDetails(holder, BANK, f"999{place:016d}")


def _evaluate(at: datetime) -> None:
    with db.unit():
        officer = logins.official("award_officer")
        proposing.evaluate(actor=officer, now=at, proposer=officer.account_id)


def _approve(at: datetime) -> None:
    """The approver agrees to all that can be paid so far."""
    for number, line_id in enumerate(_ids(PROPOSED)):
        with db.unit():
            approver, line = logins.official("award_approver"), queries.one(line_id)
            approving.approve(
                actor=approver,
                line_id=line.id,
                seen=line.digest,
                now=at + timedelta(minutes=number),
            )


def _pay(at: datetime, folder: Path) -> None:
    """The lines whose payees have an account go on a sheet; the others stay approved."""
    ready = [one for one in _ids(APPROVED) if _has_account(one)]
    with db.unit():
        sheets.make_sheet(
            actor=logins.official("award_officer"), line_ids=ready, root=folder, now=at
        )


def _ids(state: str) -> list[UUID]:
    rows = queries.page_of(state, lines.PAYABLE, 1)
    return [line.id for line in sorted(rows, key=lambda line: line.serial)]


def _has_account(line_id: UUID) -> bool:
    return db.session.get_one(AwardLine, line_id).approved_account_id is not None
