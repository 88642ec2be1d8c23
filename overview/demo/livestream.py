"""A livestream contest with figures of a platform, and the yearly review of streamers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from contests.metric_checks import Window
from contests.models import Contest, LiveSession, MetricFile, Panel, PlatformAccount, StarReview
from contests.queries import livestream as queries
from contests.services import (
    chairing,
    live_sessions,
    metrics,
    platform_accounts,
    rulings,
    star_results,
    stars,
)
from contests.services.publishing import Notice
from contests.star_rules import CRITERIA
from core import clock, files
from core.db import db
from overview.demo import cast, contests, judging, logins
from overview.demo.editions import CONTACT, Edition, plan
from people.models import Organisation

HEAD = "抖音号,主播昵称,支付金额,退款金额,订单数,观看人数,平均在线人数,点赞数"
PRODUCTS = (
    ("常山胡柚礼盒", 6990, "常山青石合作社"),
    ("开化土蜂蜜", 8800, "开化齐溪蜂场"),
    ("龙游发糕", 2990, "龙游溪口食品厂"),
)
VOID = "平台风控通报有 38 笔订单来自同一批设备"
RULE = {
    "weight_fame": 30, "weight_driving": 35, "weight_sales": 35,
    "source_employer": 30, "source_expert": 40, "source_customers": 30,
    "experts": 2, "most": None,
    "floor_1": "", "floor_2": "", "floor_3": "70", "floor_4": "80", "floor_5": "90",
}  # fmt: skip
MARKERS = (
    ("employer", "运营主体评价表", "", None), ("expert", "陈专家", "浙江农林大学", None),
    ("expert", "方专家", "杭州电商协会", None), ("customers", "观众回访", "", 120),
)  # fmt: skip


@dataclass(frozen=True)
class Streamer:
    """A candidate of the review and what everybody gives, in marks."""

    figure: cast.Figure
    mark: int


def load(*, now: datetime, folder: Path, crowd: Iterator[cast.Figure]) -> None:
    """The contest of the day before yesterday, last year's review and this year's."""
    _contest(now, folder, crowd)
    year = clock.day_of(now).year
    people = [Streamer(figure, 92 - 9 * place) for place, figure in enumerate(islice(crowd, 3))]
    _review(year - 1, people[:2], folder, now - timedelta(days=330), public=True)
    _review(year, people, folder, now - timedelta(days=2), public=False)


def _contest(now: datetime, folder: Path, crowd: Iterator[cast.Figure]) -> None:
    edition = Edition(
        "live", "livestream_sales",
        plan(now, "乡村好物直播赛", "live", "ZB", "city", (-40, -12, -2), "NH 农户主播", "个人组", "衢州村播学院"),
        6, ("qualified",),
    )  # fmt: skip
    contest = contests.make(edition, now=now, folder=folder, crowd=crowd)
    judging.appoint([contest.id], now)
    began = now - timedelta(days=2)
    panel = judging.make_panel(contest.id, 0, "第一评委组", False, began - timedelta(days=5))
    _name_accounts(contest, began - timedelta(days=5))
    sessions = _sessions(panel, began)
    _judge(panel, list(islice(crowd, 5)), began)
    _figures(sessions, folder, began)


def _name_accounts(contest: Contest, at: datetime) -> None:
    for place, entry in enumerate(queries.entries_with_accounts(contest.id), start=1):
        wish = platform_accounts.AccountWish(
            "douyin", f"qz_live_{place:02d}", f"{entry.title}的直播间"
        )
        with db.unit():
            platform_accounts.name_own_account(
                actor=logins.contestant(entry.leader_id), entry_id=entry.id, wish=wish, now=at
            )


def _sessions(panel: Panel, began: datetime) -> list[LiveSession]:
    """Two sessions of three at once, with products."""
    office, before = logins.official("contest_office"), began - timedelta(days=4)
    for place in range(2):
        with db.unit():
            session = live_sessions.plan_session(
                actor=office,
                panel_id=panel.id,
                plan=live_sessions.SessionPlan(
                    began + timedelta(minutes=45 * place), 30, "村播学院 1 号直播间", 3
                ),
                now=before,
            )
            for product in PRODUCTS[place:]:
                live_sessions.add_product(
                    actor=office,
                    session_id=session.id,
                    wish=live_sessions.ProductWish(*product),
                    now=before,
                )
    with db.unit():
        return live_sessions.draw_sessions(actor=office, panel_id=panel.id, now=before)


def _judge(panel: Panel, judges: Sequence[cast.Figure], began: datetime) -> None:
    criteria = judging.criteria_of(panel)
    for place, figure in enumerate(judges):
        employer = judging.INSTITUTES[place]
        judging.give_seat(panel, figure, employer, criteria, began - timedelta(hours=20))
    judging.open_for_marks(panel, began)
    judging.fill_all(panel, began)
    with db.unit():
        chairing.close_panel(
            actor=logins.official("chief_judge"),
            panel_id=panel.id,
            now=began + timedelta(hours=3),
        )


def _figures(sessions: Sequence[LiveSession], folder: Path, began: datetime) -> None:
    """Two versions for the first session and a word on one account; a file with faults for the second."""
    first, second = sessions
    day, hours = began + timedelta(days=1), timedelta(hours=6)
    _apply(_upload(first, _sheet(first, 1), folder, day), folder, day)
    restated = _upload(first, _sheet(first, 3), folder, day + hours)
    _apply(restated, folder, day + hours)
    rough = _sheet(second, 1).replace(b"6300", "0.63万".encode(), 1)
    _upload(second, rough, folder, day + hours)
    account = _accounts(first)[0]
    with db.unit():
        rulings.propose(
            actor=logins.official("supervisor"),
            account_id=account.id,
            kind="void",
            reason=VOID,
            now=day + 2 * hours,
        )


def _accounts(session: LiveSession) -> list[PlatformAccount]:
    entries = [slot.performance.entry_id for slot in session.slots]
    named = queries.accounts_of(entries)
    return [named[entry][0] for entry in entries]


def _sheet(session: LiveSession, refunds: int) -> bytes:
    """The file of a session; more is refunded as time goes on."""
    rows = [
        f"{one.handle},{one.nickname},{6000 + 300 * place},{120 * refunds},{90 + place},2400,180.5,5200"
        for place, one in enumerate(_accounts(session), start=1)
    ]
    return "\n".join([HEAD, *rows]).encode()


def _upload(session: LiveSession, data: bytes, folder: Path, at: datetime) -> MetricFile:
    upload = metrics.read_upload(
        platform="douyin", file=(data, "抖音直播数据.csv"), orders=None, root=folder
    )
    ends = session.starts + timedelta(minutes=session.minutes)
    window = Window(session.starts, ends, at - timedelta(minutes=20))
    with db.unit():
        return metrics.keep_check(
            actor=logins.official("score_clerk"),
            session_id=session.id,
            stated=metrics.Stated("douyin", window, "占小玲"),
            upload=upload,
            now=at,
        )


def _apply(file: MetricFile, folder: Path, at: datetime) -> None:
    upload = metrics.read_again(file=file, root=folder)
    with db.unit():
        metrics.apply_file(
            actor=logins.official("contest_office"),
            file_id=file.id,
            upload=upload,
            warnings_seen=True,
            now=at,
        )


def _review(
    year: int, people: Sequence[Streamer], folder: Path, at: datetime, *, public: bool
) -> None:
    """Rule, candidates with evidence and marks, a signed result; published or not."""
    office = logins.official("contest_office")
    operator = db.session.scalars(select(Organisation).order_by(Organisation.uscc)).first()
    assert operator is not None
    scan = files.store(folder, contests.SAMPLE_PDF)
    with db.unit():
        review = stars.open_review(actor=office, year=year, now=at)
        stars.set_rule(
            actor=office, review_id=review.id, typed=RULE, basis="演示用办法，不是政策规定", now=at
        )
    for one in people:
        with db.unit():
            _candidate(review, one, operator.uscc, scan, at)
    with db.unit():
        run = star_results.compute_stars(actor=office, review_id=review.id, now=at)
    for role in ("contest_office", "supervisor"):
        with db.unit():
            star_results.sign_stars(actor=logins.official(role), run_id=run.id, now=at)
    if public:
        head = Notice(f"衢农发〔{year}〕8号（演示）", clock.day_of(at), 5, CONTACT)
        with db.unit():
            star_results.publish_stars(actor=office, run_id=run.id, notice=head, now=at)


def _candidate(review: StarReview, one: Streamer, uscc: str, scan: str, at: datetime) -> None:
    office = logins.official("contest_office")
    candidate = stars.add_candidate(
        actor=office,
        review_id=review.id,
        wish=stars.CandidateWish(
            one.figure.name, one.figure.id_number, f"山里的{one.figure.name}", uscc, None, None
        ),
        now=at,
    )
    stars.add_evidence(
        actor=office,
        candidate_id=candidate.id,
        wish=stars.EvidenceWish(
            "employer", "driving", "带动 32 户果农销售胡柚", "常山青石合作社（演示）",
            "证明.pdf", "pdf", scan,
        ),
        now=at,
    )  # fmt: skip
    for source, marker, employer, sample in MARKERS:
        texts = dict.fromkeys(CRITERIA, str(one.mark))
        stars.enter_marks(
            actor=office,
            candidate_id=candidate.id,
            wish=stars.MarkWish(source, marker, employer, sample, texts),
            now=at,
        )
