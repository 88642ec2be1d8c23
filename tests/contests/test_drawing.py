"""Draws by commitment, layers of codes with custodians, and what is told before they are opened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from contests import draw
from contests.models import Contest, Entry, Panel
from contests.queries import fairness
from contests.services import panels, sealing
from core import clock
from core.access import Actor
from core.audit import AuditEntry
from core.db import db
from core.errors import DomainError, NotFound
from tests.contests import judging
from tests.contests.factories import OFFICE, make_contest
from tests.pages import CheckedClient, Person


@pytest.fixture
def contest(app: Flask) -> Contest:
    """A skills contest whose entries are closed: 王芳, 李强, 张伟."""
    made = make_contest()
    judging.make_entries(made, 3)
    return made


@pytest.fixture
def sealed(contest: Contest) -> Panel:
    """Three layers, made by 沈, 汪 and 方."""
    panel = judging.make_panel(contest, layers=3)
    judging.seal_layers(panel)
    return panel


def fresh(panel: Panel) -> Panel:
    return db.session.get_one(Panel, panel.id, populate_existing=True)


def judged(panel: Panel) -> None:
    """Marked, closed and signed by both sides."""
    judging.seat_judges(panel, 3)
    with db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    judging.fill_panel(panel)
    judging.close(panel)
    judging.sign(judging.compute(panel), other=judging.known("邵监督", "supervisor"))


# The commitment


def test_no_draw_without_a_commitment(contest: Contest) -> None:
    with db.unit() as session:
        found = session.get_one(Contest, contest.id)
        place = {"track_id": str(found.tracks[0].id), "stage_id": str(found.stages[0].id)}
    with pytest.raises(DomainError, match="还没有公布这个赛道") as refused, db.unit():
        panels.create_panel(
            actor=OFFICE, contest_id=contest.id, name="一组", blind=False, now=clock.now(), **place
        )
    assert refused.value.field == "track_id"


def test_nobody_commits_twice_and_picks(contest: Contest) -> None:
    judging.commit_draw(contest)
    with pytest.raises(DomainError, match="承诺不能更换"):
        judging.commit_draw(contest)


def test_the_secret_stays_out_of_the_trail(contest: Contest) -> None:
    made = judging.commit_draw(contest)
    panel = judging.make_panel(contest, blind=False)
    told = [str(one.changes) for one in db.session.scalars(select(AuditEntry))]
    assert [one for one in told if made.secret in one] == []
    assert draw.commitment(made.secret) in "".join(told)
    assert fresh(panel).draw_seed == made.secret


def test_a_draw_is_repeated_from_its_public_record(
    contest: Contest, client: CheckedClient, tmp_path: Path, app: Flask
) -> None:
    judging.commit_draw(contest)
    client.get(f"/contests/{contest.slug}/draws")
    assert "等待抽签" in client.text()
    panel = judging.make_panel(contest, blind=False)
    client.get(f"/contests/{contest.slug}/draws")
    told = client.get(f"/contests/{contest.slug}/draws/{panel.id}").get_json()
    assert [one["position"] for one in told["rows"]] == [1, 2, 3]
    assert draw.replay(told) == []
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(told))
    done = app.test_cli_runner().invoke(args=["contests", "replay-draw", str(file)])
    assert (done.exit_code, done.output.strip()) == (0, "与重新抽签的结果一致")
    first, second, _ = told["rows"]
    first["position"], second["position"] = second["position"], first["position"]
    file.write_text(json.dumps(told))
    assert app.test_cli_runner().invoke(args=["contests", "replay-draw", str(file)]).exit_code == 1
    file.write_text("[]")
    assert app.test_cli_runner().invoke(args=["contests", "replay-draw", str(file)]).exit_code == 2


def test_a_blind_draw_is_told_with_the_notice(contest: Contest, client: CheckedClient) -> None:
    panel = judging.make_panel(contest, blind=True)
    client.get(f"/contests/{contest.slug}/draws")
    assert "已抽签，代码启封、成绩公布后公开" in client.text()
    assert client.get(f"/contests/{contest.slug}/draws/{panel.id}").status_code == 404


# Pure


def test_a_record_that_was_bent_is_found() -> None:
    numbers = ["QZ26-A-001", "QZ26-A-002", "QZ26-A-003"]
    order = draw.draw_order(numbers, draw.seed_of("秘密", "五十七"))
    codes = draw.chain(numbers, ["一", "二"])
    told = {
        "secret": "秘密",
        "witness": "五十七",
        "commitment": draw.commitment("秘密"),
        "layers": [{"secret": one, "commitment": draw.commitment(one)} for one in "一二"],
        "rows": [
            {"number": one, "position": place, "codes": list(codes[one])}
            for place, one in enumerate(order, start=1)
        ],
    }
    assert draw.replay(told) == []
    assert draw.replay(told | {"commitment": "0" * 64}) == ["种子与事先公布的承诺不符"]
    bent = told["layers"][:1] + [{"secret": "三", "commitment": draw.commitment("二")}]  # type: ignore[index]
    assert len(draw.replay(told | {"layers": bent})) == 4
    rows = [dict(one) for one in told["rows"]]  # type: ignore[arg-type, call-overload]
    rows[0]["position"], rows[1]["position"] = 2, 1
    assert len(draw.replay(told | {"rows": rows})) == 2
    with pytest.raises(DomainError, match="不是抽签记录"):
        draw.replay({"rows": []})


@pytest.mark.parametrize("count", [1, 3, 400])
def test_codes_of_all_layers_are_different(count: int) -> None:
    codes = draw.chain([f"N{place}" for place in range(count)], ["甲", "乙", "丙"])
    for layer in range(3):
        assert len({one[layer] for one in codes.values()}) == count
    below = {one[0] for one in codes.values()}
    assert below & {one[1] for one in codes.values()} == set()


# Layers


def test_each_layer_has_another_custodian(contest: Contest) -> None:
    panel = judging.make_panel(contest, layers=2)
    first, second = judging.coders(contest.id, 2)
    with db.unit():
        sealing.make_layer(actor=first, panel_id=panel.id, now=clock.now())
    with (
        pytest.raises(DomainError, match="您已经保管了一层，下一层须由另一位加密裁判来做"),
        db.unit(),
    ):
        sealing.make_layer(actor=first, panel_id=panel.id, now=clock.now())
    with pytest.raises(DomainError, match="还差 1 层加密"), db.unit():
        panels.open_panel(actor=OFFICE, panel_id=panel.id, now=clock.now())
    with db.unit():
        sealing.make_layer(actor=second, panel_id=panel.id, now=clock.now())
    third = judging.coders(contest.id)[2]
    with pytest.raises(DomainError, match="不用再加密"), db.unit():
        sealing.make_layer(actor=third, panel_id=panel.id, now=clock.now())


def test_the_codes_follow_from_all_secrets(sealed: Panel) -> None:
    panel = fresh(sealed)
    numbers = fairness.admission_numbers(panel)
    codes = draw.chain(numbers.values(), [one.secret for one in fairness.layers_of(panel.id)])
    assert {one.code for one in panel.performances} == {one[-1] for one in codes.values()}
    assert {one.id: one.code for one in panel.performances} == {
        place: codes[number][-1] for place, number in numbers.items()
    }
    assert [one.code for one in panel.performances] == sorted(
        one.code for one in panel.performances
    )


def test_a_custodian_sees_the_own_layer_only(sealed: Panel) -> None:
    first, second, third = judging.coders(sealed.contest_id)
    view = fairness.sealed_panel(first, sealed.id)
    tables = [fairness.own_layer(one, view) for one in (first, second, third)]
    assert [one.number for one in tables if one] == [1, 2, 3]
    upper = [dict(one.rows) for one in tables if one]
    assert set(upper[0]) == set(fairness.admission_numbers(fresh(sealed)).values())
    assert set(upper[0].values()) == set(upper[1])
    assert set(upper[1].values()) == set(upper[2])
    assert fairness.own_layer(OFFICE, view) is None


def test_opening_needs_signatures_order_and_two_persons(sealed: Panel) -> None:
    first, _, third = judging.coders(sealed.contest_id)
    boss = judging.known("孔监督", "supervisor")

    def opened(actor: Actor, reason: str = "") -> None:
        with db.unit():
            sealing.open_layer(actor=actor, panel_id=sealed.id, reason=reason, now=clock.now())

    def confirmed(actor: Actor) -> None:
        with db.unit():
            sealing.unseal(actor=actor, panel_id=sealed.id, now=clock.now())

    with pytest.raises(DomainError, match="成绩还没有两方签字，不能启封"):
        opened(third)
    judged(sealed)
    with pytest.raises(DomainError, match="现在该启封第 3 层，由保管人方加密来做"):
        opened(first)
    opened(third)
    with pytest.raises(DomainError, match="第 1 层、第 2 层还没有由保管人启封"):
        confirmed(boss)
    substitute = judging.official("余加密", "coding_judge")
    with pytest.raises(DomainError, match="请写明原因"):
        opened(substitute)
    opened(substitute, "汪加密住院，电话确认")
    opened(first)
    with pytest.raises(NotFound):
        confirmed(first)
    confirmed(boss)
    assert fresh(sealed).unsealed_by == "孔监督"
    with pytest.raises(DomainError, match="没有封着的代码"):
        confirmed(boss)


def test_no_notice_while_sealed(sealed: Panel) -> None:
    judged(sealed)
    run = judging.compute(sealed)
    with pytest.raises(DomainError, match="代码还封着"):
        judging.publish_signed(run)
    judging.unseal(sealed)
    assert judging.publish_signed(run).run_id == run.id


# Nobody who scores sees a person


def words_of(panel: Panel) -> list[str]:
    """All that would tell who performs."""
    query = select(Entry).where(Entry.id.in_([one.entry_id for one in fresh(panel).performances]))
    found = list(db.session.scalars(query))
    return [
        word
        for one in found
        for word in (str(one.id), one.title, one.leader.name, one.employer, one.admission_no or "")
    ]


STARTS = ["/office/panels", "/office/seals", "/office/contests"]


def crawl(client: CheckedClient, start: list[str]) -> dict[str, str]:
    """Every page that links lead to from here, by address."""
    seen: dict[str, str] = {}
    due = list(start)
    while due:
        path = due.pop()
        if path in seen or len(seen) > 200:
            continue
        answer = client.get(path)
        seen[path] = answer.get_data(as_text=True)
        if answer.status_code != 200 or client.page is None:
            continue
        links = [str(one["href"]) for one in client.page.select("a[href]")]
        due += [
            one.split("#")[0]
            for one in links
            if one.startswith(("/office", "/judge")) and "out" not in one
        ]
    return seen


@pytest.mark.parametrize("state", ["open", "signed"])
def test_scoring_roles_see_no_person_while_sealed(
    sealed: Panel, sign_in: Person, app: Flask, state: str
) -> None:
    if state == "signed":
        judged(sealed)
    else:
        judging.seat_judges(sealed, 3)
        with db.unit():
            panels.open_panel(actor=OFFICE, panel_id=sealed.id, now=clock.now())
    telling = words_of(sealed)
    crowd = {"judge": judging.sit(app, judging.seats_of(sealed)[0])}
    for role in ("chief_judge", "score_clerk", "supervisor", "coding_judge"):
        crowd[role] = sign_in(role, scope="contest", scope_id=sealed.contest_id)
    for role, client in crowd.items():
        pages = crawl(client, STARTS if role != "judge" else ["/judge/"])
        assert len(pages) > 3, role
        found = [(path, word) for path, text in pages.items() for word in telling if word in text]
        assert found == [], role


def test_the_office_sees_names_but_no_codes(sealed: Panel, sign_in: Person) -> None:
    judged(sealed)
    client = sign_in("contest_office", scope="contest", scope_id=sealed.contest_id)
    codes = [one.code for one in fresh(sealed).performances]
    keys = [str(one.id) for one in fresh(sealed).performances]
    for path, text in crawl(client, STARTS).items():
        named = any(word in text for word in words_of(sealed))
        coded = [one for one in (*codes, *keys) if one in text]
        assert not (named and coded), (path, coded)
