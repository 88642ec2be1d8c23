"""Documents of an entry: uploaded one a page, downloaded by their owner."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import current_app, request, url_for
from werkzeug.wrappers import Response

from contests import entry_rules
from contests.forms.entrant import UploadForm
from contests.models import Entry
from contests.queries import entrant as queries
from contests.services import entries as service
from contests.views.blueprint import bp
from contests.views.entrant import Answer, back_to, editable
from core import clock, files
from core.access import access, actor
from core.errors import DomainError, NotFound
from core.forms import attempt
from core.web import file_answer, page

LONGEST_NAME = 120


@bp.get("/me/entries/<entry:entry_id>/documents")
@access("contests.own_entries")
def documents(entry_id: UUID) -> Answer:
    """Which documents are needed and which are there."""
    entry = editable(entry_id)
    if entry is None:
        return back_to(entry_id)
    return page(
        "contests/entrant/documents.html",
        entry=entry,
        rules=entry_rules.read(entry.contest.entry_rules),
        present={(one.key, one.place): one for one in entry.documents},
        reasons=queries.reasons_of(entry),
    )


@bp.route("/me/entries/<entry:entry_id>/documents/<key>", methods=["GET", "POST"])
@access("contests.own_entries")
def upload(entry_id: UUID, key: str) -> Answer:
    """One file of a document; a new one takes the place of the one that the page names."""
    entry = editable(entry_id)
    if entry is None:
        return back_to(entry_id)
    document = entry_rules.read(entry.contest.entry_rules).document(key)
    place = asked_place()
    if document is None or not 1 <= place <= document.files:
        raise NotFound("这个赛事不需要这份材料")
    form = UploadForm()
    received = _receive(form)
    done = received and attempt(
        form,
        lambda: service.attach(
            actor=actor(), entry_id=entry_id, key=key, place=place, upload=received, now=clock.now()
        ),
        to=lambda one: url_for("contests.documents", entry_id=one.id),
    )
    return done or page(
        "contests/entrant/upload.html",
        form=form,
        entry=entry,
        document=document,
        place=place,
        present=queries.file_of(entry, key, place),
        reason=queries.reasons_of(entry).get(key),
    )


def _receive(form: UploadForm) -> service.Upload | None:
    """Check and store the file before the transaction; refusals are placed at the field."""
    if not form.validate_on_submit():
        return None
    data, name = form.file.data.stream.read(), form.file.data.filename or "文件"
    form.file.data.stream.seek(0)
    try:
        kind = files.sniff(data, name)
    except DomainError as error:
        form.place(error)
        return None
    digest = files.store(current_app.extensions["settings"].files, data)
    name = files.offered_name(name, kind)[-LONGEST_NAME:]
    return service.Upload(name, kind, len(data), digest)


@bp.get("/me/entries/<entry:entry_id>/documents/<key>/file")
@access("contests.own_entries")
def own_document(entry_id: UUID, key: str) -> Response:
    """One's own document back."""
    return document_file(queries.joined_entry(actor(), entry_id), key, asked_place())


def asked_place() -> int:
    """Which file of a document the address means; the first unless it says so."""
    return request.args.get("place", 1, type=int)


def document_file(entry: Entry, key: str, place: int) -> Response:
    """The stored bytes as a download; never shown inside our pages."""
    found = queries.file_of(entry, key, place)
    if found is None:
        raise NotFound("没有这份材料")
    data = files.load(current_app.extensions["settings"].files, found.digest)
    return file_answer(data, kind=cast(files.Kind, found.kind), filename=found.filename)
