"""Released results and their certificates for tests, made through the real services."""

from __future__ import annotations

from sqlalchemy import select

from contests.models import Certificate, Contest, Entry, Panel, Publication, ResultRun
from contests.services import certifying, entries, panels, reviews
from core import clock
from core.access import Actor
from core.db import db
from tests.contests import judging
from tests.contests.factories import (
    close_entries,
    fill,
    join_team,
    make_contestant,
    make_entry,
    make_team_contest,
)


def published(*, preset: str = "skill", entries: int = 1, start: int = 0) -> Publication:
    """A published result; its signers are the same persons however often one asks."""
    run = judging.make_run(preset=preset, entries=entries, start=start)
    sign(run)
    return judging.publish_signed(run)


def sign(run: ResultRun) -> None:
    """Both signatures, by persons who are known."""
    chief = judging.known("钱裁判长", "chief_judge")
    judging.sign(run, chief=chief, other=judging.known("孔监督", "supervisor"))


def released(*, preset: str = "skill", entries: int = 1, start: int = 0) -> Publication:
    """A released result; nobody has a certificate yet."""
    notice = published(preset=preset, entries=entries, start=start)
    judging.release(notice)
    return notice


def released_team() -> tuple[Publication, Actor, Actor]:
    """The released result of a team of 王芳 and 陈涛, and both of them."""
    contest = make_team_contest()
    leader = make_contestant("王芳", "13900010001")
    draft = make_entry(leader, contest, state="draft", title="云上队")
    member = join_team(leader, draft, "陈涛", "13900010002")
    _admit(leader, draft, contest)
    panel = judging.make_panel(contest)
    judging.seat_judges(panel, 5)
    with db.unit():
        panels.open_panel(actor=judging.OFFICE, panel_id=panel.id, now=clock.now())
    return _to_release(panel), leader, member


def _admit(leader: Actor, draft: Entry, contest: Contest) -> None:
    fill(leader, draft, contest)
    with db.unit():
        entries.submit_entry(actor=leader, entry_id=draft.id, now=clock.now())
        reviews.qualify(actor=judging.OFFICE, entry_id=draft.id, now=clock.now())
    close_entries(contest)


def _to_release(panel: Panel) -> Publication:
    judging.fill_panel(panel)
    judging.close(panel)
    run = judging.compute(panel)
    sign(run)
    notice = judging.publish_signed(run)
    judging.release(notice)
    return notice


def issue(notice: Publication, actor: Actor = judging.OFFICE) -> list[Certificate]:
    """Certificates for all who won, in order of number."""
    with db.unit():
        certifying.issue(actor=actor, publication_id=notice.id, now=clock.now())
    return certificates_of(notice)


def certificates_of(notice: Publication) -> list[Certificate]:
    """All certificates of the contest of a notice, in order of number."""
    query = select(Certificate).where(Certificate.contest_id == notice.contest_id)
    return list(db.session.scalars(query.order_by(Certificate.number)))


def revoke(one: Certificate, cause: str = "misprint", actor: Actor = judging.OFFICE) -> None:
    """The office revokes a certificate."""
    with db.unit():
        certifying.revoke(
            actor=actor,
            certificate_id=one.id,
            cause=cause,
            reason="姓名写成了曾用名",
            now=clock.now(),
        )


def holder(one: Certificate) -> Actor:
    """The contestant who holds a certificate and leads the entry."""
    entry = db.session.get_one(Entry, one.line.entry_id)
    return Actor(entry.account_id, entry.leader_id, None, "")
