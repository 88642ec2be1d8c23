"""An object for each part of an address: one that shows something to the role that opens the page.

BY_KIND holds the usual one of each converter. BY_PLACE holds what a page needs that is about an
object in a certain state, by "endpoint.argument"; an endpoint alone stands for its only argument.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from awards.models import (
    AwardLine,
    Evidence,
    EvidenceDocument,
    PayeeAccount,
    PayoutSheet,
    SettingVersion,
)
from contests import verification
from contests.models import (
    Assignment,
    Certificate,
    Contest,
    Entry,
    EntryMember,
    Halt,
    LiveProduct,
    LiveSession,
    MetricFile,
    MetricRuling,
    Objection,
    Panel,
    Performance,
    PlatformAccount,
    Publication,
    ResultLine,
    ResultRun,
    Seat,
    StarCandidate,
    StarEvidence,
    StarNotice,
    StarReview,
    StarRun,
)
from core.db import db
from overview.demo import logins
from people.models import Account, IdentityClaim, Organisation, Person, RoleGrant
from people.queries import account_by_login
from training.models import (
    ClassSession,
    Enrolment,
    ImportJob,
    MentorshipRound,
    Participant,
    TrainingClass,
)

Finder = Callable[[], object]


def find(endpoint: str, argument: str, kind: str) -> object:
    """The value of one part of an address; `kind` is the name of its converter."""
    for place in (f"{endpoint}.{argument}", endpoint):
        if place in BY_PLACE:
            return _plain(BY_PLACE[place]())
    if kind not in BY_KIND:
        raise LookupError(f"{endpoint}: no sample for <{kind}:{argument}>")
    return _plain(BY_KIND[kind]())


def _plain(found: object) -> object:
    """A row stands for its id."""
    return getattr(found, "id", found)


def _first(query: Select[Any]) -> Any:
    found = db.session.scalars(query.limit(1)).first()
    if found is None:
        raise LookupError(f"the demonstration has nothing like {query}")
    return found


def _own() -> Account:
    """The account of the contestant who can sign in."""
    name = _login("contestant").name
    return _first(select(Account).where(Account.id == logins.account_of(name).id))


def _login(role: str) -> logins.Login:
    found = logins.read(current_app.extensions["settings"].instance)
    return next(one for one in found if one.role == role)


def _contest(preset: str, **wanted: object) -> Contest:
    query = select(Contest).filter_by(preset=preset, **wanted)
    return _first(query.where(Contest.announced_at.is_not(None)).order_by(Contest.held_on))


def _livestream() -> Contest:
    return _contest("livestream")


def _skill() -> Contest:
    return _contest("skill", level="provincial")


def _own_entry(contest: Contest) -> Entry:
    return _first(select(Entry).filter_by(contest_id=contest.id, account_id=_own().id))


def _draft() -> Entry:
    """The team entry that the contestant is still filling in."""
    query = select(Entry).where(Entry.account_id == _own().id, Entry.state == "draft")
    return _first(query)


def _result_entry() -> Entry:
    return _own_entry(_skill())


def _waiting_entry() -> Entry:
    """An entry that waits for its review."""
    query = select(Entry).filter_by(contest_id=_livestream().id, state="submitted")
    return _first(query.order_by(Entry.number))


def _document() -> str:
    return _draft_documents()[0]


def _draft_documents() -> list[str]:
    return [one.key for one in _own_entry(_livestream()).documents]


def _panel(state: str, preset: str = "startup") -> Panel:
    query = select(Panel).join(Contest).where(Panel.state == state, Contest.preset == preset)
    return _first(query.order_by(Contest.held_on.desc(), Panel.opened_at, Panel.name))


def _advised_panel() -> Panel:
    """The panel that was closed last: its result is not released, so that words may still be written."""
    query = select(Panel).join(Contest).where(Panel.state == "closed", Contest.preset == "skill")
    return _first(query.order_by(Panel.closed_at.desc()))


def _sealed_panel() -> Panel:
    return _first(select(Panel).where(Panel.layers > 0).order_by(Panel.name))


def _open_panel() -> Panel:
    return _panel("open")


def _performance(position: int) -> Performance:
    return _first(select(Performance).filter_by(panel_id=_open_panel().id, position=position))


def _sheet(state: str) -> Assignment:
    query = select(Assignment).join(Performance).join(Seat, Assignment.seat_id == Seat.id)
    query = query.where(Performance.panel_id == _open_panel().id, Assignment.state == state)
    return _first(query.order_by(Performance.position, Seat.position))


def _notice() -> Publication:
    """The notice of the track in which the contestant took part."""
    return _first(select(Publication).filter_by(track_id=_result_entry().track_id))


def _run() -> ResultRun:
    return _first(select(ResultRun).filter_by(id=_notice().run_id))


def _certificate() -> Certificate:
    """That of the contestant who can sign in."""
    return _first(select(Certificate).filter_by(person_id=_own().person_id))


def _line(state: str, status: str = "payable", rule: str = "18.skill_match") -> AwardLine:
    query = select(AwardLine).filter_by(state=state, status=status, rule=rule)
    return _first(query.order_by(AwardLine.serial))


def _own_contest_line() -> AwardLine:
    """A result of ours without a voucher."""
    query = select(AwardLine).filter_by(state="proposed", status="needs_evidence")
    return _first(query.where(AwardLine.fact_id.not_like("ZM%")).order_by(AwardLine.serial))


def _evidence() -> Evidence:
    return _first(select(Evidence).filter_by(type="star_rating").order_by(Evidence.serial))


def _waiting_account() -> PayeeAccount:
    """An organisation's account that nobody has confirmed yet."""
    query = select(PayeeAccount).where(PayeeAccount.organisation_id.is_not(None))
    return _first(query.where(~PayeeAccount.decision.has()))


def _live_session() -> LiveSession:
    """The session of which figures were restated."""
    return _first(select(LiveSession).order_by(LiveSession.starts))


def _platform_account() -> PlatformAccount:
    """The account of which somebody says that its figures are void."""
    query = select(PlatformAccount).join(
        MetricRuling, MetricRuling.account_id == PlatformAccount.id
    )
    return _first(query)


def _star_review() -> StarReview:
    """This year's, which is not published yet."""
    return _first(select(StarReview).order_by(StarReview.year.desc()))


def _of_review(model: Any) -> Any:
    return _first(select(model).filter_by(review_id=_star_review().id))


def _class(order: Any) -> TrainingClass:
    return _first(select(TrainingClass).where(TrainingClass.closed_at.is_(None)).order_by(order))


def _running() -> TrainingClass:
    return _class(TrainingClass.code)


def _coming() -> TrainingClass:
    return _class(TrainingClass.starts.desc())


def _session() -> ClassSession:
    return _first(select(ClassSession).filter_by(class_id=_running().id).order_by("day"))


def _round(state: str) -> MentorshipRound:
    return _first(select(MentorshipRound).filter_by(state=state))


def _participant(side: str) -> Participant:
    query = select(Participant).filter_by(round_id=_round("computed").id, side=side)
    return _first(query.order_by(Participant.key.desc()))


def _job(pairing: bool) -> ImportJob:
    query = select(ImportJob).where(ImportJob.round_id.is_not(None) == pairing)
    return _first(query.order_by(ImportJob.state.desc(), ImportJob.created.desc()))


def _firm() -> Organisation:
    return _first(select(Organisation).order_by(Organisation.uscc))


BY_KIND: dict[str, Finder] = {
    "account": _own,
    "certificate": _certificate,
    "assignment": lambda: _sheet("confirmed"),
    "award_line": lambda: _line("on_sheet", rule="18.star_operator"),
    "class_session": _session,
    "contest": _livestream,
    "enrolment": lambda: _first(select(Enrolment).filter_by(class_id=_running().id)),
    "entry": lambda: _own_entry(_livestream()),
    "entry_member": lambda: _first(select(EntryMember).filter_by(entry_id=_draft().id)),
    "evidence": _evidence,
    "evidence_document": lambda: _first(
        select(EvidenceDocument).filter_by(evidence_id=_evidence().id)
    ),
    "halt": lambda: _first(select(Halt)),
    "identity_claim": lambda: _first(select(IdentityClaim)),
    "import_job": lambda: _job(pairing=False),
    "live_product": lambda: _first(select(LiveProduct).filter_by(session_id=_live_session().id)),
    "live_session": _live_session,
    "mentorship_round": lambda: _round("computed"),
    "metric_file": lambda: _first(select(MetricFile).filter_by(state="checked")),
    "metric_ruling": lambda: _first(select(MetricRuling)),
    "objection": lambda: _first(select(Objection)),
    "organisation": _firm,
    "panel": _open_panel,
    "participant": lambda: _participant("apprentice"),
    "payee_account": _waiting_account,
    "payout_sheet": lambda: _first(select(PayoutSheet).order_by(PayoutSheet.serial)),
    "performance": lambda: _performance(6),
    "seat": lambda: _first(
        select(Seat).filter_by(panel_id=_open_panel().id).order_by(Seat.position.desc())
    ),
    "person": lambda: _first(select(Person).filter_by(id=_own().person_id)),
    "platform_account": _platform_account,
    "publication": _notice,
    "result_line": lambda: _first(select(ResultLine).filter_by(run_id=_run().id, position=1)),
    "result_run": _run,
    "role_grant": lambda: _first(select(RoleGrant).filter_by(account_id=_own().id)),
    "setting_version": lambda: _first(select(SettingVersion).order_by(SettingVersion.setting)),
    "star_candidate": lambda: _of_review(StarCandidate),
    "star_evidence": lambda: _first(select(StarEvidence)),
    "star_notice": lambda: _first(select(StarNotice)),
    "star_review": _star_review,
    "star_run": lambda: _of_review(StarRun),
    "training_class": _running,
}
BY_PLACE: dict[str, Finder] = {
    "awards.approve": lambda: _line("proposed"),
    "awards.file_evidence": lambda: "contest_result",
    "awards.file_voucher": _own_contest_line,
    "awards.revoke_approval": lambda: _line("approved"),
    "awards.set_setting": lambda: "A05",
    "contests.admission": _result_entry,
    "contests.admission_print": _result_entry,
    "contests.assign_judge": lambda: _panel("preparing"),
    "contests.check": _draft,
    "contests.code_absence": lambda: _sheet("open"),
    "contests.contest_detail": lambda: _livestream().slug,
    "contests.create_contest": lambda: "skill",
    "contests.crossing": lambda: _first(select(Panel).where(Panel.judges_each.is_not(None))),
    "contests.create_panel": _skill,
    "contests.edit_contest": lambda: _first(select(Contest).where(Contest.announced_at.is_(None))),
    "contests.enter": lambda: _livestream().slug,
    "contests.feedback_list": _advised_panel,
    "contests.write_feedback.panel_id": _advised_panel,
    "contests.write_feedback.performance_id": lambda: _first(
        select(Performance).filter_by(panel_id=_advised_panel().id, position=1)
    ),
    "contests.halts": _skill,
    "contests.givens": lambda: _panel("closed", "skill"),
    "contests.judge_confirm": lambda: _performance(5),
    "contests.judge_door": lambda: _login("judge").name.removeprefix("/judge/s/"),
    "contests.judge_recuse": lambda: _performance(7),
    "contests.live_sessions": lambda: _live_session().panel_id,
    "contests.plan_session": lambda: _live_session().panel_id,
    "contests.running_order": lambda: _live_session().panel_id,
    "contests.members": _draft,
    "contests.adjust.performance_id": lambda: _performance(7),
    "contests.note_no_show.performance_id": lambda: _performance(7),
    "contests.office_document.key": _document,
    "contests.object_to_result": _result_entry,
    "contests.own_result": _result_entry,
    "contests.public_result": lambda: _skill().slug,
    "contests.public_draws": lambda: _skill().slug,
    "contests.seal": _sealed_panel,
    "contests.reject_entry": _waiting_entry,
    "contests.reopen_panel": lambda: _panel("closed", "skill"),
    "contests.return_entry": _waiting_entry,
    "contests.office_entry": _waiting_entry,
    "contests.standings": _skill,
    "contests.upload.key": _document,
    "contests.own_certificate": _result_entry,
    "contests.own_certificate_print": _result_entry,
    "contests.verify_certificate": lambda: _certificate().token,
    "contests.verify": lambda: verification.code_of(_result_entry().admission_no or ""),
    "people.account": lambda: account_by_login("award_officer"),
    "people.disable": lambda: account_by_login("trainer"),
    "people.dismiss_agent": lambda: _first(
        select(RoleGrant).filter_by(role="organisation_agent", scope_id=str(_firm().id))
    ),
    "people.end_role": lambda: _first(select(RoleGrant).filter_by(role="finance")),
    "people.grant_role": lambda: account_by_login("trainer"),
    "people.release_authenticator": lambda: account_by_login("trainer"),
    "training.edit_class": _coming,
    "training.import_roster": _coming,
    "training.move_apprentice.master_id": lambda: _participant("master"),
    "training.pairing_job": lambda: _job(pairing=True),
    "training.import_pairing": lambda: _round("computed"),
    "training.public_class": _coming,
}
