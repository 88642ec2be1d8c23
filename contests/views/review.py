"""The eligibility review: the list of entries, one entry, three separate decisions."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from contests import entry_rules, states
from contests.forms.entrant import DeedForm
from contests.forms.office import RejectForm, return_form
from contests.models import Entry
from contests.queries import entrant
from contests.queries import office as queries
from contests.services import reviews as service
from contests.sheets import entry_table
from contests.views.blueprint import bp
from contests.views.documents import asked_place, document_file
from core import audit, clock, exports
from core.access import access, actor
from core.db import db
from core.forms import BaseForm, attempt
from core.web import file_answer, page, page_number
from people import counties
from people.identifiers import KIND_LABELS

Answer = Response | tuple[str, int]


@bp.get("/office/contests/<contest:contest_id>/entries")
@access("contests.see_entries")
def entries(contest_id: UUID) -> Answer:
    """Submitted entries, 50 a page."""
    contest = queries.seen_contest(actor(), contest_id)
    number = page_number()
    filters = _filters()
    rows = queries.entries(actor(), contest_id, filters, number)
    return page(
        "contests/office/entries.html",
        contest=contest,
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=number,
        is_team=entry_rules.read(contest.entry_rules).is_team,
        filters=filters,
        query={name: text for name, text in asdict(filters).items() if text},
        track_choices=[(one.code, one.name) for one in contest.tracks],
        states=states.ENTRY_STATES,
        counties=counties.COUNTIES,
        waiting=queries.state_counts(actor(), contest_id)["submitted"],
        manages=queries.manages(actor(), contest_id),
    )


def _filters() -> queries.Filters:
    wanted = {name: request.values.get(name, "").strip() for name in ("state", "track", "county")}
    return queries.Filters(**wanted, number=request.values.get("number", "").strip()[:24])


@bp.post("/office/contests/<contest:contest_id>/entries/sheet")
@access("contests.see_entries")
def entries_sheet(contest_id: UUID) -> Response:
    """The list as a spreadsheet; that it was taken is on the record."""
    contest = queries.seen_contest(actor(), contest_id)
    rows = queries.all_entries(actor(), contest_id, _filters())
    data = exports.xlsx([entry_table(contest.name, rows)], created=clock.now())
    with db.unit():
        audit.record(
            actor=actor(),
            verb="export_entries",
            subject=f"contests_contest/{contest_id}",
            now=clock.now(),
            stream=f"contest/{contest_id}",
            changes={"rows": len(rows)},
        )
    return file_answer(data, kind="xlsx", filename=f"{contest.code}-entries.xlsx")


@bp.get("/office/contests/<contest:contest_id>/entries/next")
@access("contests.review")
def next_entry(contest_id: UUID) -> Answer:
    """On to the entry that has waited longest."""
    queries.managed_contest(actor(), contest_id)
    found = queries.next_waiting(actor(), contest_id)
    if found is None:
        flash("没有等待审查的报名了")
        return redirect(url_for("contests.entries", contest_id=contest_id))
    return redirect(url_for("contests.office_entry", entry_id=found))


@bp.get("/office/entries/<entry:entry_id>")
@access("contests.see_entries")
def office_entry(entry_id: UUID) -> Answer:
    """One entry, masked, with its documents and its history."""
    return _entry_page(entry_id, DeedForm())


def _entry_page(entry_id: UUID, form: BaseForm) -> Answer:
    entry = queries.seen_entry(actor(), entry_id)
    return page(
        "contests/office/office_entry.html",
        form=form,
        entry=entry,
        state=states.ENTRY_STATES[entry.state],
        states=states.ENTRY_STATES,
        rules=entry_rules.read(entry.contest.entry_rules),
        counties=counties.COUNTIES,
        kinds=KIND_LABELS,
        labels=dict(service.fields_of(entry)),
        decides=queries.manages(actor(), entry.contest_id) and entry.state == "submitted",
    )


@bp.get("/office/entries/<entry:entry_id>/documents/<key>")
@access("contests.see_entries")
def office_document(entry_id: UUID, key: str) -> Response:
    """A document of an entry, as a download."""
    return document_file(queries.seen_entry(actor(), entry_id), key, asked_place())


def _onward(entry: Entry) -> str:
    flash(f"{entry.number}：{states.ENTRY_STATES[entry.state].label}")
    return url_for("contests.next_entry", contest_id=entry.contest_id)


@bp.post("/office/entries/<entry:entry_id>/qualify")
@access("contests.review")
def qualify(entry_id: UUID) -> Answer:
    """Admit."""
    form = DeedForm()
    done = attempt(
        form,
        lambda: service.qualify(actor=actor(), entry_id=entry_id, now=clock.now()),
        to=_onward,
    )
    return done or _entry_page(entry_id, form)


@bp.route("/office/entries/<entry:entry_id>/return", methods=["GET", "POST"])
@access("contests.review")
def return_entry(entry_id: UUID) -> Answer:
    """Send back with a sentence at each field to correct."""
    entry = queries.reviewed_entry(actor(), entry_id)
    fields = service.fields_of(entry)
    form = return_form([*fields, (service.GENERAL, "其他说明")])()
    done = attempt(
        form,
        lambda: service.send_back(
            actor=actor(), entry_id=entry_id, reasons=form.reasons(), now=clock.now()
        ),
        to=_onward,
    )
    return done or page(
        "contests/office/return_entry.html", form=form, entry=entry, present=_present(entry)
    )


def _present(entry: Entry) -> dict[str, str]:
    """What stands in each field now, as a hint beside the remark."""
    found = {entry_rules.answer_field(key): text for key, text in entry.answers.items()}
    found |= entrant.files_named(entry)
    members = [one.name for one in entry.members if one.state == "confirmed"]
    return found | {
        "title": entry.title,
        "division_id": entry.division.name,
        "members": "、".join([entry.leader.name, *members]),
    }


@bp.route("/office/entries/<entry:entry_id>/reject", methods=["GET", "POST"])
@access("contests.review")
def reject_entry(entry_id: UUID) -> Answer:
    """Refuse with a reason."""
    entry = queries.reviewed_entry(actor(), entry_id)
    form = RejectForm()
    done = attempt(
        form,
        lambda: service.reject(
            actor=actor(), entry_id=entry_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=_onward,
    )
    return done or page("contests/office/reject_entry.html", form=form, entry=entry)
