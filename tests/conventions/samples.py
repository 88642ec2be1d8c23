"""One sample of everything that has an address, for the access matrix and the list of routes.

A package adds a function to SAMPLES: it makes its objects inside `db.unit()` and returns a Sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import current_app

from core import clock
from core.db import db
from people.models import IdentityClaim, RoleGrant
from people.roles import ROLES
from tests.awards import factories as payouts
from tests.contests import certified, crossed, factories, halted, live
from tests.contests import judging as rooms
from tests.contests import stars as reviewed
from tests.pages import CheckedClient
from tests.pages import Person as SignIn
from tests.people import world
from tests.training import factories as classrooms
from tests.training import rosters
from training.queries.rounds import participants

Door = Callable[[SignIn], CheckedClient]


@dataclass
class Sample:
    """What a package offers.

    `ids`: converter -> id. `arguments`: endpoint -> other parts of its address.
    `own`: role -> how somebody to whom the samples belong comes in (default: the role, city-wide).
    `foreign`: role -> somebody in the same role to whom they do not belong (default: a role with
    narrower scopes, in another one; a contestant: another person).
    """

    ids: dict[str, UUID] = field(default_factory=dict)
    arguments: dict[str, dict[str, object]] = field(default_factory=dict)
    own: dict[str, Door] = field(default_factory=dict)
    foreign: dict[str, Door] = field(default_factory=dict)

    def add(self, other: Sample) -> None:
        """Take over what another package offers."""
        self.ids |= other.ids
        self.arguments |= other.arguments
        self.own |= other.own
        self.foreign |= other.foreign

    def enter(self, role: str, sign_in: SignIn) -> CheckedClient:
        """Somebody in this role who may see the samples, freshly stepped up."""
        door = self.own.get(role)
        return door(sign_in) if door else sign_in(role, stepped_up=True)

    def enter_foreign(self, role: str, sign_in: SignIn) -> CheckedClient | None:
        """Somebody in this role who may not; None for roles that reach everything."""
        if role in self.foreign:
            return self.foreign[role](sign_in)
        if role == "contestant":
            return sign_in(role, name="赵远")
        scopes = [scope for scope in ROLES[role].scopes if scope != "city"]
        if not scopes:
            return None
        other = "330881" if scopes[0] == "county" else uuid4()
        return sign_in(role, scope=scopes[0], scope_id=other, name="赵远", stepped_up=True)


UNSCOPED = {
    "people.account",
    "people.accounts",
    "people.correct",
    "people.identity",
    "people.organisations",
    "people.persons",
    "people.reset",
    "people.unmask",
}
"""Actions on objects of the whole city: whoever has the role, reaches all of them."""


def people() -> Sample:
    """王芳 with her account, an organisation with its agent, an account that claims to be her."""
    who = world.person()
    account = world.contestant("13957000002", who)
    company = world.organisation()
    stranger = world.contestant("13957000003")
    with db.unit() as session:
        grant = RoleGrant(
            account_id=account.id,
            role="organisation_agent",
            scope="organisation",
            scope_id=str(company.id),
            granted_at=clock.now(),
        )
        claim = IdentityClaim(
            account_id=stranger.id, person_id=who.id, claimed_name="王方", created=clock.now()
        )
        session.add_all([grant, claim])
    return Sample(
        ids={
            "account": account.id,
            "person": who.id,
            "organisation": company.id,
            "role_grant": grant.id,
            "identity_claim": claim.id,
        }
    )


def contests() -> Sample:
    """王芳's team entry, sent back, with an invited member; an entry of hers that has its card; a
    contest that is not announced yet."""
    wang, contest = factories.make_contestant("王芳", "13957000011"), factories.make_team_contest()
    entry = factories.make_entry(wang, contest, state="returned")
    invited = factories.invite(wang, entry, "陈涛", "13957000012")
    admitted = factories.make_entry(wang, factories.make_contest(), state="qualified")
    planned = factories.make_contest(announced=False)
    hosting = factories.make_entry(wang, live.make_live_contest())
    own_account = live.name_account(wang, hosting, "shanli_wang")
    document: dict[str, object] = {"key": "document_1"}
    return Sample(
        ids={"contest": contest.id, "entry": entry.id, "entry_member": invited.id},
        arguments={
            "contests.contest_detail": {"slug": contest.slug},
            "contests.enter": {"slug": contest.slug},
            "contests.verify": {"code": factories.code_of(admitted)},
            "contests.create_contest": {"preset": "skill"},
            "contests.edit_contest": {"contest_id": planned.id},
            "contests.admission": {"entry_id": admitted.id},
            "contests.admission_print": {"entry_id": admitted.id},
            "contests.own_accounts": {"entry_id": hosting.id},
            "contests.name_account": {"entry_id": hosting.id},
            "contests.drop_own_account": {"account_id": own_account.id},
            "contests.upload": document,
            "contests.own_document": document,
            "contests.office_document": document,
        },
        own={"contestant": lambda sign_in: factories.client_of(sign_in.app, wang, stepped_up=True)},
    )


def judging() -> Sample:
    """A blind panel that is being judged, with a judge at the first seat; the published result of
    another contest, whose judge must not see the first; a panel with partial crossing that waits."""
    panel = rooms.make_open_panel(preset="skill", entries=1, judges=3, start=60)
    printed = rooms.issue_seats(panel)[1]
    run = rooms.make_run(preset="skill", entries=1, start=70)
    notice = rooms.publish_run(run)
    objection = rooms.record_objection(notice)
    seat, stranger = rooms.seats_of(panel)[0], rooms.seats_in(run)[0]
    coded = factories.make_contest()
    rooms.make_entries(coded, 1, start=90)
    layered: dict[str, object] = {"panel_id": rooms.make_panel(coded, layers=1).id}
    planned: dict[str, object] = {"panel_id": crossed.make_planned(start=95).id}
    slug = rooms.slug_of(run)
    certificate = certified.issue(certified.released(start=100))[0]
    drawn = rooms.seats_in(run)[0].panel_id
    halt = halted.suspend(factories.make_contest())
    reopening = halted.propose_reopening(rooms.make_run(entries=1, start=110))
    return Sample(
        ids={
            "panel": panel.id,
            "seat": seat.id,
            "performance": rooms.performances_of(panel)[0].id,
            "assignment": rooms.sheet_ids(panel)[0],
            "track": run.track_id,
            "stage": run.stage_id,
            "result_run": run.id,
            "result_line": run.lines[0].id,
            "publication": notice.id,
            "objection": objection.id,
            "certificate": certificate.id,
            "halt": halt.id,
            "reopening": reopening.id,
        },
        arguments={
            "contests.judge_door": {"token": printed.token},
            "contests.public_result": {"slug": slug},
            "contests.verify_certificate": {"token": certificate.token},
            "contests.public_draws": {"slug": slug},
            "contests.draw_record": {"slug": slug, "panel_id": drawn},
            "contests.crossing": planned,
            "contests.seal": layered,
            "contests.make_layer": layered,
            "contests.open_layer": layered,
            "contests.unseal": layered,
        },
        own={"judge": lambda sign_in: rooms.sit(sign_in.app, seat)},
        foreign={"judge": lambda sign_in: rooms.sit(sign_in.app, stranger)},
    )


def livestream() -> Sample:
    """A session with figures that somebody wants void; an entry of 王芳's with an account."""
    session = live.make_drawn(1, start=80)
    product = live.sell(session)
    file = live.upload(session, live.figures(1))
    account = live.account_of(session, "01")
    said = live.propose_void(account)
    upload: dict[str, object] = {"account_id": account.id}
    return Sample(
        ids={
            "platform_account": account.id,
            "live_session": session.id,
            "live_product": product.id,
            "metric_file": file.id,
            "metric_ruling": said.id,
        },
        arguments={
            "contests.live_sessions": {"panel_id": session.panel_id},
            "contests.propose_ruling": upload,
        },
    )


def stars() -> Sample:
    """A published review with evidence."""
    notice = reviewed.published(name="徐星", document_number=rooms.judge_number(801))
    line = notice.run.lines[0]
    evidence = reviewed.file_evidence(line.candidate_id)
    return Sample(
        ids={
            "star_review": notice.review_id,
            "star_candidate": line.candidate_id,
            "star_evidence": evidence.id,
            "star_run": notice.run_id,
            "star_notice": notice.id,
        }
    )


def static() -> Sample:
    """One static file."""
    return Sample(arguments={"assets.file": {"build": "any", "name": "css/base.css"}})


def training() -> Sample:
    """A running class with a session, a trainee and an upload; a round that is paired."""
    found = classrooms.make_class()
    lesson = classrooms.add_session(found.id)
    job = classrooms.import_roster(found.id, rosters.realistic(2))
    paired = classrooms.computed_round()
    people = {one.key: one.id for one in participants(paired.id)}
    upload: dict[str, object] = {"job_id": classrooms.pairing_job(paired.id).id}
    return Sample(
        ids={
            "training_class": found.id,
            "class_session": lesson.id,
            "enrolment": classrooms.enrolled(found.id)[0].id,
            "import_job": job.id,
            "mentorship_round": paired.id,
            "participant": people["T001"],
        },
        arguments={
            "training.pairing_job": upload,
            "training.pairing_errors": upload,
            "training.move_apprentice": {"master_id": people["S001"]},
        },
    )


def awards() -> Sample:
    """A line on a sheet, the voucher behind it, an open setting, an organisation's account."""
    with db.unit():
        office, firm = payouts.Office(), payouts.make_organisation("三衢直播", 1)
        office.settle(**payouts.SETTINGS)
        version = office.set_open("A04", "80%")
        payee = payouts.make_person("周丽")
        payouts.make_result([payee], code="QA20")
        voucher = office.voucher("QA20-0001", "5000")
        payouts.pay_to(payee)
        line = next(one for one in payouts.the_lines() if one.fact_id == "QA20-0001")
        office.approve(line)
        sheet = office.sheet([line], current_app.extensions["settings"].files)
        account = payouts.account_of(firm)
        ids = {
            "award_line": line.id,
            "evidence": voucher.id,
            "evidence_document": voucher.documents[0].id,
            "setting_version": version.id,
            "payout_sheet": sheet.id,
            "payee_account": account.id,
            "organisation": firm.id,
        }
    return Sample(
        ids=ids,
        arguments={
            "awards.file_evidence": {"kind": "hosting"},
            "awards.set_setting": {"setting": "A04"},
        },
        own={"organisation_agent": lambda sign_in: _agent_of(sign_in, ids["organisation"])},
    )


def _agent_of(sign_in: SignIn, organisation_id: UUID) -> CheckedClient:
    return sign_in(
        "organisation_agent", scope="organisation", scope_id=organisation_id, stepped_up=True
    )


SAMPLES: list[Callable[[], Sample]] = [
    people,
    contests,
    judging,
    livestream,
    stars,
    training,
    awards,
    static,
]


def all_samples() -> Sample:
    """Everything, in the order of the packages."""
    whole = Sample()
    for make in SAMPLES:
        whole.add(make())
    return whole
