"""Persons and organisations, as the offices see them: masked, corrected only with a reason."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from core import clock
from core.access import access, actor
from core.db import db
from core.errors import DomainError
from core.forms import attempt
from core.web import page, page_number
from people import counties, queries
from people.forms import (
    AgentForm,
    CorrectionForm,
    FindPersonForm,
    OrganisationForm,
    ReasonForm,
)
from people.identifiers import KIND_LABELS, parse_id_number
from people.services import organisations as organisation_service
from people.services import persons as service
from people.views.blueprint import bp

Answer = Response | tuple[str, int]
COUNTY_CHOICES = [("", "请选择"), *counties.choices()]


@bp.route("/office/persons", methods=["GET", "POST"])
@access("people.persons")
def find_person() -> Answer:
    """Look a person up by the whole document number."""
    form = FindPersonForm()
    if form.validate_on_submit():
        try:
            number = parse_id_number(form.id_number.data or "", today=clock.today())
            found = queries.person_by_document(number)
            if found:
                return redirect(url_for("people.person", person_id=found.id), 303)
            form.place(DomainError("没有登记过这个证件号码", "id_number"))
        except DomainError as error:
            form.place(error)
    return page("people/persons/find_person.html", form=form)


@bp.get("/office/persons/<person:person_id>")
@access("people.persons")
def person(person_id: UUID) -> Answer:
    """One person with masked numbers."""
    return page(
        "people/persons/person.html",
        person=queries.person_by_id(person_id),
        account=queries.account_of_person(person_id),
        kinds=KIND_LABELS,
        counties=counties.COUNTIES,
    )


@bp.route("/office/persons/<person:person_id>/correct", methods=["GET", "POST"])
@access("people.correct")
def correct_person(person_id: UUID) -> Answer:
    """Set the profile right after seeing a proof."""
    found = queries.person_by_id(person_id)
    form = CorrectionForm(
        data={"name": found.name, "county": found.county, "employer": found.employer}
    )
    form.county.choices = COUNTY_CHOICES
    done = attempt(form, lambda: _correct(form, person_id), to=lambda _: _person_page(person_id))
    return done or page("people/persons/correct_person.html", form=form, person=found)


def _correct(form: CorrectionForm, person_id: UUID) -> None:
    typed = form.values()
    reason = typed.pop("reason")
    service.correct(
        actor=actor(),
        person_id=person_id,
        correction=service.Correction(**typed),
        reason=reason,
        now=clock.now(),
    )
    flash("已更正，并记入审计")


def _person_page(person_id: UUID) -> str:
    return url_for("people.person", person_id=person_id)


@bp.route("/office/persons/<person:person_id>/unmask", methods=["GET", "POST"])
@access("people.unmask")
def unmask(person_id: UUID) -> Answer:
    """Show the full numbers once, for a reason on the record."""
    found = queries.person_by_id(person_id)
    form = ReasonForm()
    shown = None
    if form.validate_on_submit():
        try:
            with db.unit():
                shown = service.unmask(
                    actor=actor(), person=found, reason=form.reason.data or "", now=clock.now()
                )
        except DomainError as error:
            form.place(error)
    return page("people/persons/unmask.html", form=form, person=found, shown=shown)


@bp.get("/office/organisations")
@access("people.organisations")
def organisations() -> Answer:
    """All organisations, by name."""
    number = page_number()
    search = request.args.get("q", "").strip()
    rows = queries.organisations(search, number)
    return page(
        "people/persons/organisations.html",
        rows=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        number=number,
        search=search,
        counties=counties.COUNTIES,
    )


@bp.route("/office/organisations/new", methods=["GET", "POST"])
@access("people.organisations")
def register_organisation() -> Answer:
    """A new organisation."""
    form = OrganisationForm()
    form.county.choices = COUNTY_CHOICES
    done = attempt(
        form,
        lambda: organisation_service.register(actor=actor(), now=clock.now(), **form.values()),
        to=lambda made: _organisation_page(made.id),
    )
    return done or page("people/persons/register_organisation.html", form=form)


def _organisation_page(organisation_id: object) -> str:
    return url_for("people.organisation", organisation_id=organisation_id)


@bp.get("/office/organisations/<organisation:organisation_id>")
@access("people.organisations")
def organisation(organisation_id: UUID) -> Answer:
    """One organisation and who acts for it."""
    return page(
        "people/persons/organisation.html",
        organisation=queries.organisation_by_id(organisation_id),
        agents=queries.agents_of(organisation_id),
        counties=counties.COUNTIES,
    )


@bp.route("/office/organisations/<organisation:organisation_id>/agents", methods=["GET", "POST"])
@access("people.organisations")
def name_agent(organisation_id: UUID) -> Answer:
    """Let an account act for the organisation."""
    found = queries.organisation_by_id(organisation_id)
    form = AgentForm()
    done = attempt(
        form,
        lambda: organisation_service.name_agent(
            actor=actor(),
            organisation_id=organisation_id,
            phone=form.phone.data or "",
            now=clock.now(),
        ),
        to=lambda _: _organisation_page(organisation_id),
    )
    return done or page("people/persons/name_agent.html", form=form, organisation=found)


@bp.route("/office/organisations/agents/<role_grant:grant_id>/end", methods=["GET", "POST"])
@access("people.organisations")
def dismiss_agent(grant_id: UUID) -> Answer:
    """This account acts for the organisation no longer."""
    grant = queries.agent_grant(grant_id)
    form = ReasonForm()
    done = attempt(
        form,
        lambda: organisation_service.dismiss_agent(
            actor=actor(), grant_id=grant_id, reason=form.reason.data or "", now=clock.now()
        ),
        to=lambda _: _organisation_page(grant.scope_id),
    )
    return done or page("people/persons/dismiss_agent.html", form=form, grant=grant)
