"""Evidence: list, file, correct, withdraw, add documents."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Response as FlaskResponse
from flask import current_app, flash, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from awards import collect, facts, lines, payee_refs, rulebook_in_force
from awards.engine import NoLine, explain_no_line
from awards.forms import evidence as forms
from awards.models import Evidence
from awards.models.evidence import TYPES, VOUCHER
from awards.queries import evidence as queries
from awards.queries import lines as line_queries
from awards.services import evidence as service
from awards.services import proposing, statements
from awards.views.blueprint import TONES, bp
from core import clock, files
from core.access import access, actor
from core.errors import DomainError, NotFound
from core.forms import BaseForm, attempt
from core.money import yuan
from core.web import file_answer, page, page_number
from people import counties

Answer = Response | tuple[str, int]
COUNTIES = [SelectChoice("", "请选择"), *(SelectChoice(*one) for one in counties.choices())]
FILED = tuple(kind for kind in TYPES if kind != VOUCHER)


@bp.get("/office/awards/evidence")
@access("awards.read")
def evidence_list() -> Answer:
    """All evidence, the newest first."""
    kind = request.args.get("type", "")
    number = page_number()
    rows = queries.page_of(kind, number)
    refs = {
        row.current.keys.get(key, "")
        for row in rows
        for key in ("subject", "operator", "organiser")
    }
    return page(
        "awards/evidence/evidence_list.html",
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=number,
        kind=kind,
        types=TYPES,
        names=line_queries.names(refs),
        filed=FILED,
    )


@bp.get("/office/awards/evidence/new")
@access("awards.file_evidence")
def choose_evidence() -> Answer:
    """What kind of document it is."""
    return page("awards/evidence/choose_evidence.html", types=TYPES, filed=FILED)


@bp.route("/office/awards/evidence/new/<kind>", methods=["GET", "POST"])
@access("awards.file_evidence")
def file_evidence(kind: str) -> Answer:
    """A new matter; its documents follow on its own page."""
    if kind not in FILED:
        raise NotFound("没有这类证据")
    form = forms.FORMS[kind]()
    if "county" in form:
        form["county"].choices = COUNTIES
    done = attempt(form, lambda: _file(kind, form), to=_to_documents)
    return done or page("awards/evidence/file_evidence.html", form=form, kind=kind, types=TYPES)


def _file(kind: str, form: BaseForm) -> Evidence:
    now = clock.now()
    statement = statements.read(actor=actor(), kind=kind, values=form.values(), now=now)
    return service.file(actor=actor(), kind=kind, statement=statement, now=now)


def _to_documents(made: Evidence) -> str:
    flash(f"已登记 {made.number}，请上传材料；上传后才参加测算")
    return url_for("awards.add_document", evidence_id=made.id)


@bp.route("/office/awards/lines/<award_line:line_id>/voucher", methods=["GET", "POST"])
@access("awards.file_evidence")
def file_voucher(line_id: UUID) -> Answer:
    """The voucher of the prize really paid for a result of our own."""
    line = line_queries.one(line_id)
    if line_queries.proposals(line_id)[0].sources[0]["kind"] != "result":
        raise NotFound("这项获奖不是本平台的比赛成绩")
    form = forms.VoucherForm()
    done = attempt(form, lambda: _file_voucher(line.fact_id, form), to=_to_documents)
    return done or page(
        "awards/evidence/file_voucher.html",
        form=form,
        line=line,
        known=queries.voucher_about(line.fact_id),
    )


def _file_voucher(fact_id: str, form: BaseForm) -> Evidence:
    now = clock.now()
    statement = statements.read(actor=actor(), kind=VOUCHER, values=form.values(), now=now)
    return service.file_voucher(actor=actor(), fact_id=fact_id, statement=statement, now=now)


@bp.get("/office/awards/evidence/<evidence:evidence_id>")
@access("awards.read")
def evidence(evidence_id: UUID) -> Answer:
    """One matter: what it says, its documents, versions, and what came of it."""
    found = queries.one(evidence_id)
    refs = payee_refs.found_in(str(value) for value in found.current.keys.values())
    refs |= {member["id"] for member in found.current.members}
    return page(
        "awards/evidence/evidence.html",
        evidence=found,
        rows=_facts(found, line_queries.names(refs)),
        lines=line_queries.of_fact(found.about or found.number),
        no_line=_no_line(found),
        types=TYPES,
        statuses=lines.STATUS_LABELS,
        tones=TONES,
    )


def _no_line(found: Evidence) -> list[NoLine]:
    """Why the rules on this type of fact give nothing, each with its reason."""
    if found.type == VOUCHER or not found.counts:
        return []
    return explain_no_line(collect.fact_of(found), rulebook_in_force.book())


def _facts(found: Evidence, names: Any) -> list[tuple[str, str]]:
    """What the newest version says, in Chinese."""
    kind = "contest_result" if found.type == VOUCHER else found.type
    rows = [("文件日期", found.current.dated.isoformat()), ("文号", found.current.document_no)]
    for key, value in found.current.keys.items():
        text = f"{yuan(value)} 元" if key.endswith("_fen") else facts.value_label(kind, key, value)
        rows.append((facts.key_label(kind, key), payee_refs.with_names(text, names)))
    if found.current.members:
        members = "、".join(names.get(member["id"], "") for member in found.current.members)
        rows.append(("成员", members))
    if found.about:
        rows.append(("对应获奖", found.about))
    return rows


@bp.route("/office/awards/evidence/<evidence:evidence_id>/documents", methods=["GET", "POST"])
@access("awards.file_evidence")
def add_document(evidence_id: UUID) -> Answer:
    """Add a scanned document; the lines that rest on it are evaluated anew."""
    found = queries.one(evidence_id)
    form = forms.DocumentForm()
    upload: list[service.Upload] = []
    if form.is_submitted() and form.file.data:
        try:
            upload.append(_stored(form.file.data))
        except DomainError as error:
            form.place(error)
            return page("awards/evidence/add_document.html", form=form, evidence=found)
    done = attempt(form, lambda: _add(evidence_id, upload[0]), to=lambda _: _page(evidence_id))
    return done or page("awards/evidence/add_document.html", form=form, evidence=found)


def _stored(sent: FileStorage) -> service.Upload:
    """The bytes go to the file store before the transaction; content decides the kind."""
    data = sent.stream.read()
    sent.stream.seek(0)
    name = sent.filename or "材料"
    kind = files.sniff(data, name)
    root = current_app.extensions["settings"].files
    return service.Upload(
        files.short_name(files.offered_name(name, kind)), kind, len(data), files.store(root, data)
    )


def _add(evidence_id: UUID, upload: service.Upload) -> None:
    now = clock.now()
    service.add_document(actor=actor(), evidence_id=evidence_id, upload=upload, now=now)
    _evaluate()
    flash("材料已上传，相关奖补已重新测算")
    others = queries.also_filed(queries.one(evidence_id), upload.digest)
    if others:
        flash(f"同一份材料还用于证据 {'、'.join(others)}，请核对有没有传错", "warning")


def _evaluate() -> None:
    proposing.evaluate(actor=actor(), now=clock.now(), proposer=actor().account_id)


def _page(evidence_id: UUID) -> str:
    return url_for("awards.evidence", evidence_id=evidence_id)


@bp.route("/office/awards/evidence/<evidence:evidence_id>/correct", methods=["GET", "POST"])
@access("awards.file_evidence")
def correct_evidence(evidence_id: UUID) -> Answer:
    """A new version; the person and the members stay."""
    found = queries.one(evidence_id)
    form = _correction_form(found)
    done = attempt(
        form, lambda: _correct(found.type, evidence_id, form), to=lambda _: _page(evidence_id)
    )
    return done or page(
        "awards/evidence/correct_evidence.html", form=form, evidence=found, types=TYPES
    )


def _correction_form(found: Evidence) -> BaseForm:
    made = type("CorrectionForm", (forms.CorrectionReason, forms.FORMS[found.type]), {})
    form = cast(BaseForm, made(data=_typed(found)))
    for name in ("id_number", "name", "county", "members"):
        if name in form:
            del form[name]
    return form


def _typed(found: Evidence) -> dict[str, Any]:
    """The newest version as it would be typed."""
    current, keys = found.current, found.current.keys
    typed: dict[str, Any] = {
        name: {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        for name, value in keys.items()
    }
    for name, key in (("prize_paid", "prize_paid_fen"), ("contribution", "local_contribution_fen")):
        if key in keys:
            typed[name] = yuan(keys[key])
    firm = payee_refs.key(keys.get("operator") or keys.get("organiser") or "", "organisation")
    if firm:
        typed["uscc"] = queries.uscc_of(firm)
    return typed | {
        "dated": current.dated,
        "document_no": current.document_no,
        "seen": str(current.seq),
    }


def _correct(kind: str, evidence_id: UUID, form: BaseForm) -> None:
    values, now = form.values(), clock.now()
    statement = statements.read(
        actor=actor(), kind=kind, values=values, now=now, before=queries.one(evidence_id)
    )
    service.correct(
        actor=actor(),
        evidence_id=evidence_id,
        statement=statement,
        reason=values["reason"],
        seen=int(values["seen"]),
        now=now,
    )
    _evaluate()
    flash("已更正，相关奖补已重新测算")


@bp.route("/office/awards/evidence/<evidence:evidence_id>/withdraw", methods=["GET", "POST"])
@access("awards.file_evidence")
def withdraw_evidence(evidence_id: UUID) -> Answer:
    """The fact no longer holds."""
    found = queries.one(evidence_id)
    form = forms.WithdrawForm(data={"seen": str(found.current.seq)})
    done = attempt(form, lambda: _withdraw(evidence_id, form), to=lambda _: _page(evidence_id))
    return done or page("awards/evidence/withdraw_evidence.html", form=form, evidence=found)


def _withdraw(evidence_id: UUID, form: forms.WithdrawForm) -> None:
    service.withdraw(
        actor=actor(),
        evidence_id=evidence_id,
        reason=form.reason.data or "",
        seen=int(form.seen.data or 0),
        now=clock.now(),
    )
    _evaluate()
    flash("已撤销，相关奖补已重新测算")


@bp.get("/office/awards/documents/<evidence_document:document_id>")
@access("awards.read")
def document(document_id: UUID) -> FlaskResponse:
    """A scanned document as it was uploaded."""
    found = queries.document(document_id)
    root = current_app.extensions["settings"].files
    data, kind = files.load(root, found.digest), cast(files.Kind, found.kind)
    return file_answer(data, kind=kind, filename=found.filename, inline=True)
