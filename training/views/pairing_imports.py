"""Importing who takes part in a pairing round: template, upload, dry run, writing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for

from core import clock, exports
from core.access import access, actor
from core.forms import attempt
from core.web import page
from training.forms.classes import ApplyForm, UploadForm
from training.mentoring_sheet import APPRENTICE_COLUMNS, MASTER_COLUMNS
from training.models import ImportJob, MentorshipRound
from training.queries import rounds as queries
from training.services import rounds
from training.views.blueprint import (
    Answer,
    before_unit,
    bp,
    download,
    files_root,
    upload_of,
)
from training.views.imports import errors_xlsx, issue_page, template_table


@bp.get("/office/mentorship/template.xlsx")
@access("mentorship.import")
def pairing_template() -> Any:
    """Two sheets with their headings; a wish stands in a column of its own."""
    tables = [
        template_table("师傅", _without_single(MASTER_COLUMNS)),
        template_table("徒弟", _without_single(APPRENTICE_COLUMNS)),
    ]
    return download(exports.xlsx(tables, created=clock.now()), "师徒名单模板.xlsx")


def _without_single(columns: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the column that holds all wishes in one cell."""
    return tuple(column for column in columns if column.key != "wishes")


@bp.route("/office/mentorship/<mentorship_round:round_id>/import", methods=["GET", "POST"])
@access("mentorship.import")
def import_pairing(round_id: UUID) -> Answer:
    """Upload the workbook; it is judged before anything is written."""
    found = queries.round_of(round_id)
    form = UploadForm()
    judged = before_unit(form, lambda: _judge(form, found))
    done = judged and attempt(
        form,
        lambda: rounds.keep_dry_run(
            actor=actor(), round_id=round_id, found=judged, now=clock.now()
        ),
        to=_job_page,
    )
    return done or page("training/pairing_imports/import_pairing.html", form=form, found=found)


def _judge(form: UploadForm, found: MentorshipRound) -> rounds.DryRun:
    data, name = upload_of(form)
    upload = rounds.read_upload(
        data=data,
        filename=name,
        root=files_root(),
        places_most=rounds.rules_of(found).places_most,
        today=clock.today(),
    )
    return rounds.dry_run(round_id=found.id, upload=upload)


def _job_page(job: ImportJob) -> str:
    return url_for("training.pairing_job", job_id=job.id)


@bp.route("/office/mentorship/imports/<import_job:job_id>", methods=["GET", "POST"])
@access("mentorship.import")
def pairing_job(job_id: UUID) -> Answer:
    """What the dry run found, and the button that writes."""
    job = queries.pairing_job(job_id)
    assert job.round is not None
    form = ApplyForm()
    upload = before_unit(form, lambda: _read_again(job))
    done = upload and attempt(form, lambda: _apply(form, job_id, upload), to=_round_page)
    return done or page(
        "training/pairing_imports/pairing_job.html",
        form=form,
        job=job,
        found=job.round,
        sizes=queries.sizes(job.round.id),
        **issue_page(job),
    )


def _read_again(job: ImportJob) -> rounds.Upload:
    assert job.round is not None
    places_most = rounds.rules_of(job.round).places_most
    return rounds.read_again(
        job=job, root=files_root(), places_most=places_most, today=clock.today()
    )


def _apply(form: ApplyForm, job_id: UUID, upload: rounds.Upload) -> ImportJob:
    job = rounds.apply(
        actor=actor(),
        job_id=job_id,
        upload=upload,
        good_rows_only=form.rows.data == "good",
        now=clock.now(),
    )
    flash("名单已写入，可以配对了")
    return job


def _round_page(job: ImportJob) -> str:
    return url_for("training.mentorship_round", round_id=job.round_id)


@bp.get("/office/mentorship/imports/<import_job:job_id>/errors.xlsx")
@access("mentorship.import")
def pairing_errors(job_id: UUID) -> Any:
    """All faults as a sheet."""
    return download(errors_xlsx(queries.pairing_job(job_id)), "导入问题清单.xlsx")
