"""Panels: drawn from the qualified entries, seated with judges, opened."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from contests import draw
from contests.models import (
    Contest,
    Entry,
    Panel,
    Performance,
    Seat,
    Stage,
    Track,
)
from contests.queries import fairness, grounds, stages
from contests.queries import panels as queries
from contests.queries.office import managed_contest
from contests.queries.panels import OFFICE, panel_within
from contests.queries.public import phase_of
from contests.services import crossing
from contests.services.drawing import use_commitment
from contests.services.running import require_running
from contests.services.seating import JudgeWish, filled, hand_out, take_seat
from contests.services.trail import note
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotFound

MOST_PERFORMANCES = 500
MOST_LAYERS = 3


def create_panel(
    *,
    actor: Actor,
    contest_id: UUID,
    track_id: str,
    stage_id: str,
    name: str,
    blind: bool,
    layers: int = 0,
    witness: str = "",
    now: datetime,
    judges_each: str = "",
) -> Panel:
    """A panel over all entries of a track that are to take part in a stage and have no place yet, in an
    order drawn with the secret that was committed to and the word of a witness. Refused without a
    published commitment, while entries are taken or wait for review, and in a later stage until both
    sides signed the result of the one before."""
    contest = managed_contest(actor, contest_id, for_update=True)
    track = next((one for one in contest.tracks if str(one.id) == track_id), None)
    if track is None:
        raise DomainError("请选择赛道", "track_id")
    stage = next((one for one in contest.stages if str(one.id) == stage_id), None)
    if stage is None:
        raise DomainError("请选择阶段", "stage_id")
    require_running(contest.id, track.id)
    entries = _entries_for(contest, track, stage, now)
    panel = Panel(
        contest_id=contest.id,
        stage_id=stage.id,
        track_id=track.id,
        name=filled(name, "name"),
        blind=blind or bool(layers),
        layers=_layers(layers),
        draw_seed="",
        witness=witness.strip(),
        judges_each=crossing.parse_each(queries.rule_of(stage), judges_each),
        recheck_seed=secrets.token_hex(16),
    )
    committed = use_commitment(panel)
    panel.draw_seed = committed.secret
    panel.performances = _drawn(panel, entries, queries.codes_in(track.id, stage.id))
    db.session.add(panel)
    db.session.flush()
    committed.panel_id = panel.id
    note(actor, "create_panel", panel, now, _told(panel, track, stage))
    db.session.flush()
    return panel


def _told(panel: Panel, track: Track, stage: Stage) -> dict[str, object]:
    """What the trail keeps of a draw: digests of its secrets only."""
    return {
        "track": track.code,
        "stage": stage.key,
        "entries": len(panel.performances),
        "draw_commitment": draw.commitment(panel.draw_seed),
        "recheck_commitment": draw.commitment(panel.recheck_seed),
        "blind": panel.blind,
        "layers": panel.layers,
        "judges_each": panel.judges_each,
    }


def _layers(wanted: int) -> int:
    if not 0 <= wanted <= MOST_LAYERS:
        raise DomainError(f"加密最多 {MOST_LAYERS} 层", "coding")
    return wanted


def _entries_for(contest: Contest, track: Track, stage: Stage, now: datetime) -> list[Entry]:
    phase = phase_of(contest.id, now)
    if phase.key in ("preparing", "upcoming", "open"):
        raise DomainError(f"报名还没有截止，先不要抽签（{phase.reason}）")
    if queries.rule_of(stage).items is not None:
        raise DomainError("这个阶段按动作或轮次打分，网上评分还不支持，请用纸质评分表")
    waiting = queries.waiting_entries(track.id)
    if waiting:
        raise DomainError(f"这个赛道还有 {waiting} 份报名等待审查，审完再抽签", "track_id")
    _check_stage_before(contest, track, stage)
    entries = queries.unplaced_entries(track, stage)
    if not entries:
        raise DomainError(f"这个赛道没有待编入“{stage.title}”的报名", "track_id")
    if len(entries) > MOST_PERFORMANCES:
        raise DomainError(f"一个评委组最多 {MOST_PERFORMANCES} 个参赛项目", "track_id")
    return entries


def _check_stage_before(contest: Contest, track: Track, stage: Stage) -> None:
    """Who goes on is settled: the result of the stage before is fresh and signed by both sides."""
    earlier = stages.before(contest, stage)
    if earlier is None:
        return
    run = stages.signed_run(track.id, earlier.id)
    if run is None:
        raise DomainError(f"“{earlier.title}”的成绩还没有两方签字，不知道谁晋级", "stage_id")
    stale = grounds.staleness_of(run)
    if stale:
        raise DomainError(f"“{earlier.title}”的成绩：{stale}，重新签字后再抽签", "stage_id")
    if fairness.is_sealed(track.id, earlier.id):
        raise DomainError(f"“{earlier.title}”的代码还没有启封，请先启封", "stage_id")


def _drawn(panel: Panel, entries: Sequence[Entry], taken: Sequence[str]) -> list[Performance]:
    by_number = {entry.admission_no or "": entry for entry in entries}
    order = draw.draw_order(by_number, draw.seed_of(panel.draw_seed, panel.witness))
    if panel.layers:  # the layers give the codes; until then none can be seen or marked
        codes = [f"~{place}" for place in range(1, len(order) + 1)]
    elif panel.blind:
        lots = (secrets.randbelow(draw.BLIND_CODES) for _ in range(draw.BLIND_CODES))
        codes = draw.free_codes(lots, taken, len(order))
    else:
        codes = [draw.draw_code(len(taken) + place) for place in range(1, len(order) + 1)]
    return [
        Performance(
            stage_id=panel.stage_id, entry_id=by_number[number].id, position=place, code=code
        )
        for place, (number, code) in enumerate(zip(order, codes, strict=True), start=1)
    ]


def assign_judge(*, actor: Actor, panel_id: UUID, wish: JudgeWish, now: datetime) -> Seat:
    """Give a judge a seat, and at a panel that has begun the sheets of all performances."""
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    if panel.state == "closed":
        raise DomainError("评委组已经结束评分，不能再安排评委")
    if panel.state == "open" and panel.judges_each is not None:
        raise DomainError("评分表已按项目分给评委，开始后不能再增加评委")
    criteria = _criteria(panel, wish.criteria)
    seat = take_seat(panel, wish, criteria, now)
    if panel.state == "open":
        hand_out(crossing.sheets_for(panel, [seat]))
    told = {"judge": seat.judge_name, "employer": seat.employer, "criteria": criteria}
    note(actor, "assign_judge", panel, now, told, wish.reason.strip())
    db.session.flush()
    return seat


def _criteria(panel: Panel, wanted: Sequence[str]) -> list[str]:
    known = [criterion.key for criterion in queries.rule_of(panel.stage).criteria]
    chosen = [key for key in known if key in wanted]
    if not chosen:
        raise DomainError("请选择这位评委评哪些内容", "criteria")
    return chosen


def remove_judge(*, actor: Actor, panel_id: UUID, seat_id: UUID, now: datetime) -> None:
    """Take a seat away again, as long as the panel has not begun."""
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    seat = next((one for one in panel.seats if one.id == seat_id), None)
    if seat is None:
        raise NotFound("没有这个席位")
    if panel.state != "preparing":
        raise DomainError("已经开始评分，不能移除评委；不能再评的请办理退出")
    db.session.delete(seat)
    note(actor, "remove_judge", panel, now, {"judge": seat.judge_name})
    db.session.flush()


def open_panel(*, actor: Actor, panel_id: UUID, now: datetime) -> Panel:
    """Begin: enough judges for each criterion, one sheet per judge and performance."""
    panel = panel_within(actor, panel_id, OFFICE, for_update=True)
    if panel.state != "preparing":
        raise DomainError("这个评委组已经开始评分")
    require_running(panel.contest_id, panel.track_id)
    lacking = panel.layers - len(fairness.layers_of(panel.id))
    if lacking:
        raise DomainError(f"还差 {lacking} 层加密，请加密裁判先做")
    for title, words, seated, enough in seating(panel):
        if not enough:
            raise DomainError(f"“{title}”应有 {words} 名评委，现在 {seated} 名")
    if panel.judges_each is not None and (told := crossing.shortcomings(panel)):
        raise DomainError("；".join(told))
    panel.state, panel.opened_at = "open", now
    hand_out(crossing.sheets_for(panel, panel.seats))
    note(actor, "open_panel", panel, now, {"judges": len(panel.seats)})
    db.session.flush()
    return panel


def seating(panel: Panel) -> list[tuple[str, str, int, bool]]:
    """For each criterion its title, how many judges it asks for in words, how many are seated, and
    whether that will do."""
    rows = []
    for one in queries.rule_of(panel.stage).criteria:
        seated = sum(one.key in seat.criteria for seat in panel.present)
        words, enough = one.panel.words, one.panel.least <= seated <= one.panel.most
        if panel.judges_each is not None:
            words, enough = f"至少 {panel.judges_each}", seated >= panel.judges_each
        rows.append((one.title, words, seated, enough))
    return rows
