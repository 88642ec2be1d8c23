"""The award officer's desk: the work list, a line with its reasons, a new evaluation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from awards import labels, lines, payee_refs, rulebook_in_force
from awards.forms.money import AnswerForm, PlainForm
from awards.models import AwardLine, LineStep, ProposedLine
from awards.queries import evidence as evidence_queries
from awards.queries import lines as queries
from awards.queries import payees as payee_queries
from awards.queries import sheets as sheet_queries
from awards.services import approving, proposing, steps
from awards.views import sources
from awards.views.blueprint import STATE_TONES, TONES, bp
from core import clock
from core.access import access, actor
from core.forms import attempt
from core.web import page, page_number

Answer = Response | tuple[str, int]
# What the work list counts: (heading, state, status, who has to act).
BUCKETS = (
    ("已退回", "returned", "", "经办：更正后重新提交"),
    ("待审批", "proposed", lines.PAYABLE, "审批人员"),
    ("待补证", "proposed", lines.NEEDS_EVIDENCE, "经办：补材料"),
    ("标准未定", "proposed", lines.UNSET, "经办：设定口径"),
    ("口径未确认", "proposed", lines.UNCONFIRMED, "审批人员：确认口径"),
    ("有争议", "proposed", lines.CONFLICT, "经办：提请裁定"),
    ("已审批，待列表", "approved", "", "经办：生成发放表"),
    ("已列入发放表", "on_sheet", "", "财务"),
    ("不予发放", "proposed", lines.DENIED, ""),
    ("已撤销", "void", "", ""),
)


@bp.route("/office/awards/")
@access("awards.read")
def worklist() -> Answer:
    """What waits on whom, and the lines of one kind."""
    state, status = request.args.get("state", ""), request.args.get("status", "")
    number = page_number()
    rows = queries.page_of(state, status, number)
    return page(
        "awards/officer/worklist.html",
        buckets=_buckets(),
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=number,
        chosen=(state, status),
        run=queries.newest_run(),
        form=PlainForm(),
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {
        "states": labels.STATES,
        "statuses": lines.STATUS_LABELS,
        "tones": TONES,
        "state_tones": STATE_TONES,
        "payee_name": _payee_name,
    }


def _payee_name(line: AwardLine) -> str:
    payee = line.organisation or line.person
    if payee:
        return payee.name
    return payee_refs.with_names(line.payee, {}) if line.payee else "收款人不明"


def _buckets() -> list[dict[str, object]]:
    groups = queries.groups()
    found = []
    for heading, state, status, who in BUCKETS:
        of = [one for one in groups if one.state == state and status in ("", one.status)]
        count, fen = sum(one.count for one in of), sum(one.fen for one in of)
        if count:
            args = {"state": state, "status": status}
            found.append({"heading": heading, "count": count, "fen": fen, "who": who, "args": args})
    return found


@bp.post("/office/awards/evaluate")
@access("awards.evaluate")
def evaluate() -> Answer:
    """Gather all facts and bring the lines up to date."""
    before = queries.newest_run()
    form = PlainForm()
    done = attempt(
        form,
        lambda: proposing.evaluate(actor=actor(), now=clock.now(), proposer=actor().account_id),
        to=lambda run: _evaluated(before is None or run.id != before.id),
    )
    return done or page("awards/officer/evaluate.html", form=form)


def _evaluated(changed: bool) -> str:
    flash("测算完成，有变化的项目已更新" if changed else "测算完成，没有变化")
    return url_for("awards.worklist")


@bp.get("/office/awards/lines/<award_line:line_id>")
@access("awards.read")
def line(line_id: UUID) -> Answer:
    """One line: clause, fact, formula, sum, status, and why not."""
    return page("awards/officer/line.html", **line_context(line_id))


def line_context(line_id: UUID) -> dict[str, Any]:
    """What the page of a line shows; the approver sees the same."""
    found = queries.one(line_id)
    proposals, rivals = queries.proposals(line_id), queries.rivals_of(found)
    return {
        "line": found,
        "newest": proposals[0],
        "proposals": proposals,
        "rivals": rivals,
        "rule": rulebook_in_force.rule_of(found.rule),
        "account": payee_queries.current_of_line(found),
        "row": sheet_queries.row_of_line(line_id),
        "readable": _reader([found, *rivals], proposals),
        "remedy": _remedy(found, proposals[0]),
        "returned": _returned(found),
        "sources": sources.shown(proposals[0]),
        "disputed": sources.disputed([found, *rivals]),
        "why_not": approving.why_not(found),
        "labels": labels,
        **_words(),
    }


@bp.route("/office/awards/lines/<award_line:line_id>/resubmit", methods=["GET", "POST"])
@access("awards.resubmit")
def resubmit(line_id: UUID) -> Answer:
    """Answer a return whose grounds need no change."""
    form = AnswerForm()
    done = attempt(
        form,
        lambda: approving.resubmit(
            actor=actor(), line_id=line_id, answer=form.answer.data or "", now=clock.now()
        ),
        to=lambda _: url_for("awards.line", line_id=line_id),
    )
    return done or page("awards/officer/resubmit.html", form=form, **line_context(line_id))


def _returned(line: AwardLine) -> LineStep | None:
    """The newest return of a line that nobody has approved since."""
    told = [one for one in line.steps if one.kind in (steps.RETURN, steps.APPROVE)]
    return told[-1] if told and told[-1].kind == steps.RETURN else None


def _reader(shown: list[AwardLine], proposals: list[ProposedLine]) -> Callable[[str], str]:
    """Puts names into the stored texts of a page; one look-up for all of them."""
    texts = [one.why for one in shown] + [
        text for one in proposals for text in (*one.trace, one.why)
    ]
    names = queries.names(payee_refs.found_in(texts))
    return lambda text: payee_refs.with_names(text, names)


def _remedy(line: AwardLine, newest: ProposedLine) -> tuple[str, str] | None:
    """What the officer can do about a line that lacks something: (label, address)."""
    if line.status in (lines.UNSET, lines.UNCONFIRMED):
        return "查看口径", url_for("awards.settings")
    if line.status != lines.NEEDS_EVIDENCE:
        return None
    own = newest.sources[0]["kind"] == "result"
    if own:
        voucher = evidence_queries.voucher_about(line.fact_id)
        if voucher is None:
            return "登记奖金到账凭证", url_for("awards.file_voucher", line_id=line.id)
        return "查看到账凭证", url_for("awards.evidence", evidence_id=voucher.id)
    evidence = evidence_queries.by_number(line.fact_id)
    return ("补充证据", url_for("awards.evidence", evidence_id=evidence.id)) if evidence else None
