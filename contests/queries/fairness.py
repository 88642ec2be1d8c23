"""Draws and layers of codes: for the office, the custodians, and everybody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from contests import draw
from contests.models import BlindLayer, Contest, DrawCommitment, Entry, Panel, Performance
from contests.queries.panels import OFFICE, SUPERVISOR, covers
from contests.queries.results import is_published
from core.access import Actor
from core.db import db
from core.errors import NotFound

CODER = "coding_judge"
SEALERS = (CODER, SUPERVISOR, OFFICE)


def commitments(track_id: UUID, stage_id: UUID) -> list[DrawCommitment]:
    """What was committed to for the draws of a track in a stage, the oldest first."""
    query = (
        select(DrawCommitment)
        .where(DrawCommitment.track_id == track_id, DrawCommitment.stage_id == stage_id)
        .order_by(DrawCommitment.serial)
    )
    return list(db.session.scalars(query))


def commitments_of(contest: Contest) -> dict[tuple[UUID, UUID], list[DrawCommitment]]:
    """The commitments of a contest by track and stage, the oldest first, with their panels."""
    query = (
        select(DrawCommitment)
        .options(
            joinedload(DrawCommitment.panel),
            joinedload(DrawCommitment.track),
            joinedload(DrawCommitment.stage),
        )
        .where(DrawCommitment.contest_id == contest.id)
        .order_by(DrawCommitment.serial)
    )
    found: dict[tuple[UUID, UUID], list[DrawCommitment]] = {}
    for one in db.session.scalars(query):
        found.setdefault((one.track_id, one.stage_id), []).append(one)
    return found


def layers_of(panel_id: UUID) -> list[BlindLayer]:
    """The layers of a panel that were made, the first first."""
    query = select(BlindLayer).where(BlindLayer.panel_id == panel_id).order_by(BlindLayer.number)
    return list(db.session.scalars(query))


def admission_numbers(panel: Panel) -> dict[UUID, str]:
    """The 准考证号 by performance."""
    query = (
        select(Performance.id, Entry.admission_no)
        .join(Entry, Entry.id == Performance.entry_id)
        .where(Performance.panel_id == panel.id)
    )
    return {row[0]: row[1] or "" for row in db.session.execute(query)}


def other_codes(panel: Panel) -> list[str]:
    """The codes of the other panels of the same track and stage."""
    query = (
        select(Performance.code)
        .join(Panel, Panel.id == Performance.panel_id)
        .where(
            Panel.track_id == panel.track_id,
            Panel.stage_id == panel.stage_id,
            Panel.id != panel.id,
        )
    )
    return list(db.session.scalars(query))


def is_sealed(track_id: UUID, stage_id: UUID) -> bool:
    """Whether a panel of a track in a stage is sealed."""
    query = select(Panel.id).where(
        Panel.track_id == track_id,
        Panel.stage_id == stage_id,
        Panel.layers > 0,
        Panel.unsealed_at.is_(None),
    )
    return db.session.scalar(query.limit(1)) is not None


@dataclass(frozen=True)
class Sealed:
    """A panel with layers and how many of them were made and opened."""

    panel: Panel
    layers: list[BlindLayer]

    @property
    def step(self) -> str:
        """What is next, in words."""
        if self.panel.unsealed_at is not None:
            return f"已启封（{self.panel.unsealed_by}）"
        if len(self.layers) < self.panel.layers:
            return f"等待第 {len(self.layers) + 1} 层加密"
        closed = [one.number for one in self.layers if one.opened_at is None]
        if not closed:
            return "等待监督确认启封"
        return f"封存中，启封从第 {closed[-1]} 层开始"


def sealed_panels(actor: Actor) -> list[Sealed]:
    """The panels with layers within one's reach, the latest contest first."""
    query = (
        select(Panel)
        .join(Contest, Contest.id == Panel.contest_id)
        .options(joinedload(Panel.contest), joinedload(Panel.track), joinedload(Panel.stage))
        .where(Panel.layers > 0)
        .order_by(Contest.held_on.desc(), Panel.track_id, Panel.name, Panel.id)
    )
    reach = actor.reach(*SEALERS)
    if not reach.everything:
        query = query.where(Panel.contest_id.in_([UUID(one) for one in reach.ids("contest")]))
    panels = list(db.session.scalars(query))
    made = _layers([one.id for one in panels])
    return [Sealed(one, made.get(one.id, [])) for one in panels]


def _layers(panel_ids: Iterable[UUID]) -> dict[UUID, list[BlindLayer]]:
    query = (
        select(BlindLayer)
        .where(BlindLayer.panel_id.in_(list(panel_ids)))
        .order_by(BlindLayer.number)
    )
    found: dict[UUID, list[BlindLayer]] = {}
    for one in db.session.scalars(query):
        found.setdefault(one.panel_id, []).append(one)
    return found


def sealed_panel(actor: Actor, panel_id: UUID) -> Sealed:
    """A panel with layers that one of the sealing roles carries to; else NotFound."""
    query = (
        select(Panel)
        .options(
            joinedload(Panel.contest),
            joinedload(Panel.track),
            joinedload(Panel.stage),
            selectinload(Panel.performances),
        )
        .where(Panel.id == panel_id, Panel.layers > 0)
    )
    found = db.session.scalar(query)
    if found is None or not covers(actor, found.contest_id, *SEALERS):
        raise NotFound("没有这个加密的评委组，或者不在您的负责范围内")
    return Sealed(found, layers_of(found.id))


@dataclass(frozen=True)
class OwnLayer:
    """What a custodian sees: code below and code of the own layer. The first layer starts from 准考证号."""

    number: int
    rows: list[tuple[str, str]]


def own_layer(actor: Actor, sealed: Sealed) -> OwnLayer | None:
    """The table of the layer that this person keeps; None for everybody else. Nobody sees two of them,
    because nobody keeps two."""
    own = next((one for one in sealed.layers if one.custodian_id == actor.account_id), None)
    if own is None or actor.account_id is None:
        return None
    secrets = [one.secret for one in sealed.layers[: own.number]]
    codes = draw.chain(admission_numbers(sealed.panel).values(), secrets)
    pairs = [
        (number if len(found) == 1 else found[-2], found[-1]) for number, found in codes.items()
    ]
    return OwnLayer(own.number, sorted(pairs))


@dataclass(frozen=True)
class PublicDraw:
    """A draw as everybody may see it: the commitment always; secret and order once they are told."""

    commitment: str
    serial: int
    at: Any
    track: str
    stage: str
    panel: Panel | None
    record: dict[str, Any] | None


def public_draws(contest: Contest) -> list[PublicDraw]:
    """The draws of a contest by track and stage. Order and secrets of a sealed panel stay hidden."""
    places = {one.id: place for place, one in enumerate(contest.tracks)}
    found = [one for group in commitments_of(contest).values() for one in group]
    found.sort(key=lambda one: (one.stage.position, places[one.track_id], one.serial))
    panels = [one.panel for one in found if one.panel is not None]
    made = _layers([one.id for one in panels])
    return [_public(one, made.get(one.panel_id, []) if one.panel_id else []) for one in found]


def _public(one: DrawCommitment, layers: list[BlindLayer]) -> PublicDraw:
    told = one.panel is not None and _told(one.panel)
    return PublicDraw(
        draw.commitment(one.secret),
        one.serial,
        one.at,
        one.track.name,
        one.stage.title,
        one.panel,
        record_of(one.panel, layers) if told and one.panel else None,
    )


def _told(panel: Panel) -> bool:
    """Whether the draw may be told: it must not say who is behind a code before that may be known."""
    if panel.layers:
        return not panel.sealed
    return not panel.blind or is_published(panel.track_id, panel.stage)


def record_of(panel: Panel, layers: list[BlindLayer]) -> dict[str, Any]:
    """All that repeats a draw (contests.draw.replay). For an open or unsealed panel only."""
    numbers = admission_numbers(panel)
    own = [one.secret for one in layers]
    codes = draw.chain(numbers.values(), own) if own else {}
    order = draw.draw_order(numbers.values(), draw.seed_of(panel.draw_seed, panel.witness))
    return {
        "format": "saixun-draw-1",
        "contest": panel.contest.name,
        "track": panel.track.name,
        "stage": panel.stage.title,
        "secret": panel.draw_seed,
        "witness": panel.witness,
        "commitment": draw.commitment(panel.draw_seed),
        "layers": [{"secret": secret, "commitment": draw.commitment(secret)} for secret in own],
        "rows": [
            {"number": number, "position": place, "codes": list(codes.get(number, ()))}
            for place, number in enumerate(order, start=1)
        ],
    }


def draw_record(slug: str, panel_id: UUID) -> dict[str, Any]:
    """The record of one draw for everybody; NotFound while it is sealed or for what is not announced."""
    panel = db.session.scalar(
        select(Panel)
        .join(Contest, Contest.id == Panel.contest_id)
        .options(joinedload(Panel.contest), joinedload(Panel.track), joinedload(Panel.stage))
        .where(Panel.id == panel_id, Contest.slug == slug, Contest.announced_at.is_not(None))
    )
    if panel is None or not _told(panel):
        raise NotFound("没有这次抽签，或者还没有启封")
    return record_of(panel, layers_of(panel.id))
