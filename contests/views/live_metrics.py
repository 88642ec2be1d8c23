"""Platform figures of a session: upload, check, write; versions; figures declared void."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, url_for
from werkzeug.wrappers import Response

from contests.forms.entrant import DeedForm
from contests.forms.judging import ReasonForm
from contests.forms.livestream import ApplyMetricsForm, MetricsForm
from contests.metric_checks import Window
from contests.metric_rows import figure
from contests.models import LiveSession, MetricFile, PlatformAccount
from contests.platforms import METRICS, platforms
from contests.queries import livestream
from contests.queries import metrics as queries
from contests.queries.panels import rule_of, sees_names, titles_of
from contests.services import metrics as service
from contests.services import rulings
from contests.services.feeding import VOID
from contests.views.blueprint import bp
from core import clock
from core.access import access, actor
from core.errors import NotFound
from core.forms import BaseForm, attempt, before_unit
from core.web import files_root, page, upload_of

Answer = Response | tuple[str, int]
MOST_SHOWN = 200
bp.add_app_template_filter(figure, "metric")


@bp.get("/office/live-sessions/<live_session:session_id>/metrics")
@access("contests.see_panels")
def session_metrics(session_id: UUID) -> Answer:
    """The figures that count, every version of them, and what was ruled."""
    session = livestream.session_within(actor(), session_id, *queries.WATCHERS)
    return _session_page(session, DeedForm())


def _session_page(session: LiveSession, form: BaseForm) -> Answer:
    panel = session.panel
    accounts = livestream.accounts_of(slot.performance.entry_id for slot in session.slots)
    current = queries.current_files([session.id])
    return page(
        "contests/livestream/session_metrics.html",
        form=form,
        session=session,
        number=livestream.number_of(session),
        files=queries.files_of(session.id),
        current={one.id for one in current.values()},
        names=sees_names(actor(), panel),
        titles=titles_of(panel.id) if sees_names(actor(), panel) else {},
        accounts=accounts,
        values=queries.values_of(one.id for one in current.values()),
        rulings=queries.rulings_of(one.id for named in accounts.values() for one in named),
        standing=queries.standing,
        history=queries.value_history(slot.performance_id for slot in session.slots),
        given_titles={one.key: one.title for one in rule_of(panel.stage).givens},
        fed=queries.fed_givens(panel),
        metrics=METRICS,
        words_for=rulings.WORDS,
        sides=rulings.SIDES,
    )


@bp.route("/office/live-sessions/<live_session:session_id>/metrics/new", methods=["GET", "POST"])
@access("contests.metrics")
def import_metrics(session_id: UUID) -> Answer:
    """Upload a file; it is judged before anything is written."""
    session = livestream.session_within(actor(), session_id, *queries.IMPORTERS)
    ends = session.starts + livestream.length_of(session)
    form = MetricsForm(window_start=clock.local(session.starts), window_end=clock.local(ends))
    form.platform.choices = [(one.key, one.title) for one in platforms().values()]
    upload = before_unit(form, lambda: _read(form))
    done = upload and attempt(form, lambda: _keep(form, session_id, upload), to=_checked)
    return done or page(
        "contests/livestream/import_metrics.html",
        form=form,
        session=session,
        number=livestream.number_of(session),
        fed=queries.fed_givens(session.panel),
    )


def _read(form: MetricsForm) -> service.Upload:
    listed = form.orders.data
    orders = (listed.read(), listed.filename or "") if listed and listed.filename else None
    return service.read_upload(
        platform=form.platform.data, file=upload_of(form), orders=orders, root=files_root()
    )


def _keep(form: MetricsForm, session_id: UUID, upload: service.Upload) -> MetricFile:
    typed = form.values()
    window = Window(
        *[clock.from_local(typed[name]) for name in ("window_start", "window_end", "as_of")]
    )
    return service.keep_check(
        actor=actor(),
        session_id=session_id,
        stated=service.Stated(typed["platform"], window, typed["exporter"]),
        upload=upload,
        now=clock.now(),
    )


def _checked(file: MetricFile) -> str:
    if file.state == "applied":
        flash("这个文件写入过，没有改动任何数据", "warning")
    return url_for("contests.metric_file", file_id=file.id)


@bp.route("/office/metric-files/<metric_file:file_id>", methods=["GET", "POST"])
@access("contests.metrics")
def metric_file(file_id: UUID) -> Answer:
    """What the check found, all faults of all rows, and the button that writes."""
    file = queries.file_within(actor(), file_id, *queries.IMPORTERS)
    form = ApplyMetricsForm()
    upload = before_unit(form, lambda: service.read_again(file=file, root=files_root()))
    done = upload and attempt(form, lambda: _apply(form, file_id, upload), to=_applied)
    return done or page(
        "contests/livestream/metric_file.html", form=form, file=file, **_report(file)
    )


def _apply(form: ApplyMetricsForm, file_id: UUID, upload: service.Upload) -> MetricFile:
    return service.apply_file(
        actor=actor(),
        file_id=file_id,
        upload=upload,
        warnings_seen=bool(form.warnings_seen.data),
        now=clock.now(),
    )


def _applied(file: MetricFile) -> str:
    flash(f"已写入，第 {file.version} 版")
    return url_for("contests.session_metrics", session_id=file.session_id)


def _report(file: MetricFile) -> dict[str, Any]:
    found = file.report["issues"]
    return {
        "number": livestream.number_of(file.session),
        "issues": found[:MOST_SHOWN],
        "more": len(found) - MOST_SHOWN,
        "rows": file.report["rows"][:MOST_SHOWN],
        "more_rows": len(file.report["rows"]) - MOST_SHOWN,
        "unread": file.report["unread"],
        "other_sheets": file.report.get("other_sheets", []),
        "notes": file.report.get("notes", []),
        "metrics": METRICS,
    }


@bp.route("/office/accounts/<platform_account:account_id>/ruling", methods=["GET", "POST"])
@access("contests.rule_metrics")
def propose_ruling(account_id: UUID) -> Answer:
    """Say that the figures of an account are void, or valid again."""
    account = livestream.account_within(actor(), account_id, *queries.RULERS)
    session = _session_of(account)
    last = queries.standing(queries.rulings_of([account.id]).get(account.id, []))
    kind = rulings.RESTORE if last is not None and last.kind == VOID else VOID
    form = ReasonForm()
    done = attempt(
        form,
        lambda: rulings.propose(
            actor=actor(), account_id=account_id, kind=kind, now=clock.now(), **form.values()
        ),
        to=lambda _: _metrics_of(session),
    )
    return done or page(
        "contests/livestream/propose_ruling.html",
        form=form,
        account=account,
        session=session,
        word=rulings.WORDS[kind],
        names=sees_names(actor(), session.panel),
    )


def _session_of(account: PlatformAccount) -> LiveSession:
    """The session in which the account is live; NotFound before the draw."""
    for one in reversed(queries.performances_of(account)):
        found = queries.session_of(one.id)
        if found is not None:
            return found
    raise NotFound("这个账号还没有排定场次")


def _metrics_of(session: LiveSession) -> str:
    return url_for("contests.session_metrics", session_id=session.id)


@bp.post("/office/rulings/<metric_ruling:ruling_id>/second")
@access("contests.rule_metrics")
def second_ruling(ruling_id: UUID) -> Answer:
    """Agree: from now on it counts."""
    session = _session_of(queries.ruling_within(actor(), ruling_id).account)
    form = DeedForm()
    done = attempt(
        form,
        lambda: rulings.second(actor=actor(), ruling_id=ruling_id, now=clock.now()),
        to=lambda _: _metrics_of(session),
    )
    return done or _session_page(session, form)


@bp.route("/office/rulings/<metric_ruling:ruling_id>/set-aside", methods=["GET", "POST"])
@access("contests.rule_metrics")
def set_aside_ruling(ruling_id: UUID) -> Answer:
    """Set a word aside that nobody has agreed to."""
    said = queries.ruling_within(actor(), ruling_id)
    session = _session_of(said.account)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: rulings.set_aside(
            actor=actor(), ruling_id=ruling_id, now=clock.now(), **form.values()
        ),
        to=lambda _: _metrics_of(session),
    )
    return done or page(
        "contests/livestream/set_aside_ruling.html",
        form=form,
        said=said,
        session=session,
        word=rulings.WORDS[said.kind],
    )
