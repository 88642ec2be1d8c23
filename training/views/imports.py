"""Importing a roster: template, upload, what the dry run found, writing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for

from core import clock, exports
from core.access import access, actor
from core.forms import attempt
from core.web import page, page_number
from training import roster
from training.forms.classes import ApplyForm, UploadForm
from training.models import ImportJob
from training.queries import classes as queries
from training.services import rosters
from training.services.classes import refuse_closed
from training.sheets import Column
from training.views.blueprint import (
    Answer,
    before_form,
    before_unit,
    bp,
    download,
    files_root,
    upload_of,
)

ISSUES = 200
BLANK_ROWS = 500


@bp.get("/office/training/roster-template.xlsx")
@access("training.import")
def roster_template() -> Any:
    """The roster with its headings; cells are text, so that no ID number loses digits."""
    table = template_table("花名册", roster.COLUMNS)
    return download(exports.xlsx([table], created=clock.now()), "花名册模板.xlsx")


def template_table(name: str, columns: tuple[Column, ...]) -> exports.Table:
    """Headings over blank rows of text cells."""
    shown = [exports.Column(c.heading, "text", 24 if "号" in c.heading else 14) for c in columns]
    return exports.Table(name, shown, [[None] * len(shown)] * BLANK_ROWS)


@bp.route("/office/training/classes/<training_class:class_id>/import", methods=["GET", "POST"])
@access("training.import")
def import_roster(class_id: UUID) -> Answer:
    """Upload a roster; it is judged before anything is written."""
    found = queries.class_of(actor(), class_id, roles=queries.RUNNERS)
    before_form(lambda: refuse_closed(found))
    form = UploadForm()
    judged = before_unit(form, lambda: _judge(form, class_id))
    done = judged and attempt(
        form,
        lambda: rosters.keep_dry_run(
            actor=actor(), class_id=class_id, found=judged, now=clock.now()
        ),
        to=job_page,
    )
    return done or page(
        "training/imports/import_roster.html", form=form, found=found, columns=roster.COLUMNS
    )


def _judge(form: UploadForm, class_id: UUID) -> rosters.DryRun:
    data, name = upload_of(form)
    upload = rosters.read_upload(data=data, filename=name, root=files_root(), today=clock.today())
    return rosters.dry_run(class_id=class_id, upload=upload)


def job_page(job: ImportJob) -> str:
    """Where an upload is shown."""
    return url_for("training.import_job", job_id=job.id)


@bp.route("/office/training/imports/<import_job:job_id>", methods=["GET", "POST"])
@access("training.import")
def import_job(job_id: UUID) -> Answer:
    """What the dry run found, all faults of all rows, and the button that writes."""
    job = queries.roster_job(actor(), job_id)
    assert job.training_class is not None
    form = ApplyForm()
    upload = before_unit(
        form, lambda: rosters.read_again(job=job, root=files_root(), today=clock.today())
    )
    done = upload and attempt(form, lambda: _apply(form, job_id, upload), to=job_page)
    return done or page(
        "training/imports/import_job.html",
        form=form,
        job=job,
        found=job.training_class,
        short=_short(job),
        before=queries.applied_before(job.training_class.id, job.file_sha256),
        **issue_page(job),
    )


def _apply(form: ApplyForm, job_id: UUID, upload: rosters.Upload) -> ImportJob:
    job = rosters.apply(
        actor=actor(),
        job_id=job_id,
        upload=upload,
        good_rows_only=form.rows.data == "good",
        now=clock.now(),
    )
    flash(f"已写入：新增 {job.counts['new']} 人，更新 {job.counts['update']} 人")
    return job


def _short(job: ImportJob) -> str:
    """The sentence when the class has too few seats for the new rows."""
    found = job.training_class
    assert found is not None
    if job.state == "applied" or found.taken + job.counts["new"] <= found.seats:
        return ""
    return rosters.seats_short(found, job.counts["new"])


def issue_page(job: ImportJob) -> dict[str, Any]:
    """One page of the issues; errors come before warnings."""
    issues = sorted(job.report["issues"], key=lambda issue: not issue["code"].startswith("E_"))
    number = page_number()
    shown = issues[(number - 1) * ISSUES : number * ISSUES]
    last = -(-len(issues) // ISSUES)
    return {"issues": shown, "number": number, "last": last, "total": len(issues)}


@bp.get("/office/training/imports/<import_job:job_id>/errors.xlsx")
@access("training.import")
def import_errors(job_id: UUID) -> Any:
    """All faults as a sheet."""
    job = queries.roster_job(actor(), job_id)
    return download(errors_xlsx(job), "导入问题清单.xlsx")


def errors_xlsx(job: ImportJob) -> bytes:
    """The issues of a job; values are masked already."""
    columns = [
        exports.Column("工作表"),
        exports.Column("行号", "number", 8),
        exports.Column("列", width=16),
        exports.Column("填写内容（部分隐藏）", width=26),
        exports.Column("类别", width=8),
        exports.Column("问题和改法", width=60),
    ]
    rows = [
        [
            issue["sheet"],
            issue["row"],
            issue["column"],
            issue["value"],
            "错误" if issue["code"].startswith("E_") else "提醒",
            issue["text"],
        ]
        for issue in job.report["issues"]
    ]
    return exports.xlsx([exports.Table("问题清单", columns, rows)], created=job.created)
