"""What the award office of the demonstration has on file, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from awards.models import Evidence
from awards.services import evidence as service
from awards.services import statements
from contests.results import PublishedResult
from core import clock, files
from core.db import db
from overview.demo import cast, logins
from overview.demo.contests import SAMPLE_PDF
from people.identifiers import uscc_check_character
from people.models import Organisation
from people.services import organisations

FIRMS = {"三衢直播运营有限公司": 1, "信安湖文化传媒有限公司": 2, "衢江技工教育中心": 3}


@dataclass(frozen=True)
class Desk:
    """The officer at work: files at a moment, with a scanned document each."""

    folder: Path
    now: datetime

    def file(self, kind: str, **values: Any) -> Evidence:
        """One matter with its document."""
        with db.unit():
            statement = statements.read(
                actor=logins.official("award_officer"),
                kind=kind,
                values={"dated": clock.day_of(self.now)} | values,
                now=self.now,
            )
            made = service.file(
                actor=logins.official("award_officer"),
                kind=kind,
                statement=statement,
                now=self.now,
            )
            self._scan(made)
        return made

    def voucher(self, result: PublishedResult, yuan: str) -> None:
        """What was really paid for a result of our own."""
        with db.unit():
            values = {
                "dated": clock.day_of(self.now),
                "document_no": f"银行回单 {result.entry_number}（演示）",
                "prize_paid": yuan,
            }
            officer = logins.official("award_officer")
            statement = statements.read(
                actor=officer, kind="prize_paid", values=values, now=self.now
            )
            made = service.file_voucher(
                actor=officer, fact_id=result.entry_number, statement=statement, now=self.now
            )
            self._scan(made)

    def _scan(self, made: Evidence) -> None:
        digest = files.store(self.folder, SAMPLE_PDF)
        upload = service.Upload("材料.pdf", "pdf", len(SAMPLE_PDF), digest)
        service.add_document(
            actor=logins.official("award_officer"),
            evidence_id=made.id,
            upload=upload,
            now=self.now,
        )


def register_firms(now: datetime) -> list[Organisation]:
    """An operator of streamers, its rival, and a school that hosts contests."""
    found = []
    for name, serial in FIRMS.items():
        first = f"91330802MA{serial:07d}"
        with db.unit():
            found.append(
                organisations.register(
                    actor=logins.official("award_officer"),
                    name=name,
                    uscc=first + uscc_check_character(first),
                    county="330802",
                    now=now,
                )
            )
    return found


def file_prizes(desk: Desk, crowd: Iterator[cast.Figure]) -> list[Evidence]:
    """Prizes won elsewhere: one to pay, one of unknown sum, a team without its sum, one that will be
    withdrawn."""
    single, unknown, leader, mistaken = islice(crowd, 4)
    team = "\n".join(f"{one.name} {one.id_number}" for one in islice(crowd, 2))
    return [
        desk.file("contest_result", **_prize(single, "national", "全国焊接技能大赛", "8000")),
        desk.file("contest_result", **_prize(unknown, "world", "世界数控铣技能大赛", "")),
        desk.file(
            "contest_result", **_prize(leader, "provincial", "全省化工技能大赛", ""), members=team
        ),
        desk.file("contest_result", **_prize(mistaken, "provincial", "全省钳工技能大赛", "2000")),
    ]


def _prize(one: cast.Figure, level: str, contest: str, yuan: str) -> dict[str, str]:
    return _who(one) | {
        "document_no": f"{contest}组委会公布文件（演示）",
        "contest": contest,
        "family": "skill",
        "level": level,
        "medal": "金奖",
        "issuer": f"{contest}组委会",
        "prize_paid": yuan,
    }


def _who(one: cast.Figure) -> dict[str, str]:
    return {"name": one.name, "id_number": one.id_number, "county": one.county}


def file_streaming(desk: Desk, firms: list[Organisation], crowd: Iterator[cast.Figure]) -> None:
    """A star for one operator, rated again later; one claimed by two; a contribution; a contest to
    host."""
    operator, rival, school = firms
    star, contested, known = islice(crowd, 3)
    for streamer, firm, number in (
        (star, operator, "5"),
        (star, operator, "6"),
        (contested, operator, "7"),
        (contested, rival, "8"),
    ):
        desk.file("star_rating", **_rating(streamer, firm, number))
    desk.file(
        "contribution",
        **_who(known),
        document_no="地方综合贡献核定书（演示）",
        year=str(clock.day_of(desk.now).year - 1),
        known_streamer="yes",
        contribution="123456.78",
    )
    desk.file(
        "hosting",
        document_no="承办批复（演示）",
        uscc=school.uscc,
        contest="全国茶艺技能大赛",
        scope="national",
        approved="yes",
    )


def _rating(streamer: cast.Figure, firm: Organisation, number: str) -> dict[str, str]:
    return _who(streamer) | {
        "document_no": f"星级主播认定第 {number} 号（演示）",
        "uscc": firm.uscc,
        "star": "3",
        "star_certified": "yes",
        "operator_settled": "yes",
        "cultivated": "yes",
    }


def file_vouchers(desk: Desk, results: Iterable[PublishedResult], sums: tuple[str, ...]) -> None:
    """Vouchers for the first of these results, which are in order of their places."""
    for result, yuan in zip(results, sums, strict=False):
        desk.voucher(result, yuan)


def amend(desk: Desk, team: Evidence, mistaken: Evidence) -> None:
    """The team's sum comes in; the mistaken prize is taken back."""
    officer = logins.official("award_officer")
    with db.unit() as session:
        current = session.get_one(Evidence, team.id).current
        statement = service.Statement(
            current.dated,
            current.document_no,
            current.keys | {"prize_paid_fen": 1_000_000},
            current.members,
        )
        service.correct(
            actor=officer,
            evidence_id=team.id,
            statement=statement,
            reason="补登颁奖单位实发奖金",
            seen=1,
            now=desk.now,
        )
    with db.unit():
        service.withdraw(
            actor=officer,
            evidence_id=mistaken.id,
            reason="颁奖单位来函更正，名次另行公布",
            seen=1,
            now=desk.now,
        )
