"""The mentorship office's pages, and what a master or an apprentice sees."""

from __future__ import annotations

from io import BytesIO

from flask import Flask

from core import spreadsheets
from core.db import db
from tests.pages import Person as SignIn
from tests.training import factories as make
from tests.training import rosters as files
from tests.training.test_pairing import roomy, run_of, small
from training.models import MentorshipRound
from training.queries.rounds import assignment, participants


def test_from_the_sheet_to_the_publication(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office", name="赵师办")
    client.get("/office/mentorship")
    assert "还没有配对轮次" in client.text()
    here = client.submit("/office/mentorship/new", year="2026", name="第一轮").location
    client.get(here)
    assert "千名" not in client.text("h1")
    job = client.submit(
        f"{here}/import", file=(BytesIO(files.workbook(files.pairing())), "名单.xlsx")
    ).location
    client.get(job)
    assert "师傅 10 人，徒弟 30 人可以写入" in client.text()
    client.send(job, rows="all")
    client.submit(f"{here}/compute")
    client.get(f"{here}/pairs")
    assert len(client.page.select("tbody tr")) > 5
    assert "徒弟志愿第 1 位" in client.text()
    client.get(f"{here}/unmet")
    assert "没有配上的徒弟" in client.text()
    client.submit(f"{here}/publish")
    client.get(here)
    assert "公布" in client.text()
    db.session.expire_all()
    assert db.session.query(MentorshipRound).one().state == "published"


def test_faults_of_the_sheet(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    found = make.open_round()
    left, right = files.pairing()
    right.set(right.first_row, "第一志愿", "S999")
    right.set(right.first_row + 1, "身份证号码", "33080219850317001")
    job = client.submit(
        f"/office/mentorship/{found.id}/import",
        file=(BytesIO(files.workbook([left, right])), "名单.xlsx"),
    ).location
    client.get(job)
    assert "名单中没有师傅“S999”，请核对姓名或编号" in client.text()
    assert "身份证号码少 1 位，应为 18 位" in client.text()
    assert "徒弟 3" in client.text("td.num")
    client.send(job, rows="all", expect=422)
    assert participants(found.id) == []
    sheet = spreadsheets.read(client.get(f"{job}/errors.xlsx").data, filename="清单.xlsx")
    assert len(sheet.sheets[0].rows) == 3


def test_the_template_can_be_read_back(app: Flask, sign_in: SignIn) -> None:
    answer = sign_in("mentorship_office").get("/office/mentorship/template.xlsx")
    read = spreadsheets.read(answer.data, filename="模板.xlsx")
    assert [sheet.name for sheet in read.sheets] == ["师傅", "徒弟"]
    assert read.sheets[1].rows[0][-1] == "第五志愿"


def test_a_move_shows_first_and_asks_why(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    found = make.computed_round(roomy())
    ids = {one.key: one.id for one in participants(found.id)}
    here = f"/office/mentorship/{found.id}"
    step = client.submit(f"{here}/move/{ids['T001']}", master=str(ids["S002"])).location
    client.get(step)
    assert "会新增 1 个阻塞对" in client.text()
    assert run_of(found).number == 1
    client.send(step, reason="", expect=422)
    assert client.errors() == ["请写明调整原因"]
    client.submit(step, reason="企业已有约定")
    assert run_of(found).number == 2
    client.get(here)
    assert "T001 改跟 S002" in client.text()
    assert "新增阻塞对：T001—S001" in client.text()
    client.get(f"{here}/move/{ids['T001']}/to/{ids['S002']}")
    assert "现在就跟着这位师傅" in client.text()
    assert client.get(f"{here}/move/{ids['S002']}/to/{ids['T001']}").status_code == 404


def test_own_pairing_names_the_other_and_waits_for_publication(app: Flask, sign_in: SignIn) -> None:
    found = make.computed_round(small(employer="江山市机械厂"))
    people = {one.key: one for one in participants(found.id)}
    apprentice = sign_in("contestant", name="徒弟", person_id=people["T002"].person_id)
    apprentice.get("/me/mentorship")
    assert "还没有公布的配对" in apprentice.text()
    make.publish(found.id)
    apprentice.get("/me/mentorship")
    text = apprentice.text()
    assert f"姓名 {people['S002'].name} 所在单位 江山市机械厂" in text
    assert [key for key in ("T001", "T003") if people[key].name in text] == []
    assert "徒弟志愿第 2 位" in text
    assert f"{people['S001'].name}（S001）：第 1 志愿师傅 S001" in text
    master = sign_in("contestant", name="师傅", person_id=people["S001"].person_id)
    master.get("/me/mentorship")
    assert people["T001"].name in master.text()
    assert people["T002"].name not in master.text()
    unpaired = sign_in("contestant", name="落选", person_id=people["T003"].person_id)
    unpaired.get("/me/mentorship")
    assert "没有配上" in unpaired.text()
    stranger = sign_in("contestant", name="旁人", person_id=make.person().id)
    stranger.get("/me/mentorship")
    assert "还没有公布的配对" in stranger.text()
    nobody = sign_in("contestant", name="没有实名")
    nobody.get("/me/mentorship")
    assert "还没有公布的配对" in nobody.text()


def test_who_may_come_in(app: Flask, sign_in: SignIn) -> None:
    found = make.computed_round(roomy())
    here = f"/office/mentorship/{found.id}"
    auditor = sign_in("auditor")
    assert auditor.get(here).status_code == 200
    assert auditor.get(f"{here}/pairs").status_code == 200
    assert auditor.get(f"{here}/compute").status_code == 403
    assert sign_in("training_organiser").get(here).status_code == 403
    assert sign_in("mentorship_office").get("/me/mentorship").status_code == 403


def test_pages_before_the_pairing_say_what_is_missing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    found = make.open_round()
    answer = client.get(f"/office/mentorship/{found.id}/pairs")
    assert answer.status_code == 409
    assert "还没有配对" in client.text()


def test_pages_cost_the_same_for_small_and_large_rounds(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    costs = []
    for name, data in (("小", small()), ("大", files.workbook(files.pairing()))):
        found = make.open_round(name)
        make.import_pairing(found.id, data)
        with db.unit():
            make.pairing.compute(
                actor=make.actor("mentorship_office"),
                round_id=found.id,
                now=make.clock.now(),
            )
        cost = []
        for page in ("", "/pairs", "/unmet"):
            client.get(f"/office/mentorship/{found.id}{page}")
            cost.append(client.queries)
        costs.append(cost)
    assert costs[0] == costs[1]


def test_a_full_master_is_no_dead_end(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    found = make.computed_round(small())
    ids = {one.key: one.id for one in participants(found.id)}
    here = f"/office/mentorship/{found.id}"
    client.get(f"{here}/move/{ids['T003']}")
    assert client.text("#master").count("名额已满") == 2
    client.get(f"{here}/move/{ids['T003']}/to/{ids['S002']}")
    cancel = f"{here}/move/{ids['T002']}/cancel"
    assert cancel in [str(one["href"]) for one in client.page.select("main a")]
    client.get(cancel)
    assert "会新增" in client.text()
    client.submit(cancel, reason="徒弟已离职")
    assert assignment(run_of(found).id) == {"T001": "S001"}
    client.get(f"{here}/unmet")
    assert "人工取消 徒弟已离职" in client.text()
    client.get(cancel)
    assert "徒弟现在没有师傅" in client.text()
    client.get(f"{here}/move/{ids['T003']}")
    assert "还有 1 个名额" in client.text("#master")
    client.submit(f"{here}/move/{ids['T003']}/to/{ids['S002']}", reason="补上空出的名额")
    client.get(f"{here}/pairs?text=t00")
    assert len(client.page.select("tbody tr")) == 2
    assert client.text(".tag.warn") == "人工调整"
    assert "补上空出的名额" in client.text()
    client.get(f"{here}/publish")
    assert "人工调整 2 处" in client.text()
    assert "取消配对。原因：徒弟已离职" in client.text()
    client.submit(f"{here}/compute")
    client.get(f"{here}/publish")
    assert "人工调整" not in client.text()


def test_a_round_without_anybody_acceptable_says_so(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    left, right = files.pairing(masters=1, apprentices=1)
    left.rows[0][4], right.rows[0][4] = "焊工", "茶艺师"
    left.rows[0][9:], right.rows[0][8:] = [None] * 3, [None] * 5
    found = make.computed_round(files.workbook([left, right]))
    client.get(f"/office/mentorship/{found.id}/pairs")
    assert "一对也没有配上" in client.text()
    client.get(f"/office/mentorship/{found.id}")
    assert "1 人没有填志愿" in client.text()


def test_the_dry_run_says_what_is_easily_overlooked(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    found = make.open_round()
    left, right = files.pairing(masters=2, apprentices=2)
    left.set(left.first_row, "名额", None)
    for row in right.rows:
        row[8:] = [None] * 5
    right.set(4, "第一志愿", "S999")
    job = client.submit(
        f"/office/mentorship/{found.id}/import",
        file=(BytesIO(files.workbook([left, right])), "名单.xlsx"),
    ).location
    client.get(job)
    assert "1 位师傅没有填名额（S001），按单位设定的 1 人计" in client.text()
    assert "1 名徒弟没有填志愿（T001）" in client.text()
    row = client.page.select_one("tbody tr")
    assert row is not None
    assert [one.get_text(strip=True) for one in row.select("td")][1:3] == ["第一志愿", "S999"]
    assert "现有的师傅 0 人、徒弟 0 人全部删去" in client.text()
    assert client.page.select("input[type=radio][checked]") == []


def test_what_can_no_longer_be_changed_is_told_before_the_form(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("mentorship_office")
    empty = make.open_round("空的一轮")
    assert client.get(f"/office/mentorship/{empty.id}/compute").status_code == 409
    assert "名单里要有师傅也有徒弟" in client.text()
    found = make.computed_round(small())
    ids = {one.key: one.id for one in participants(found.id)}
    here = f"/office/mentorship/{found.id}"
    client.get(f"{here}/import")
    assert "这一轮已经配对" in client.text()
    assert client.page.select("main form") == []
    make.publish(found.id)
    for page in (
        "compute",
        "publish",
        f"move/{ids['T001']}",
        f"move/{ids['T001']}/cancel",
        f"move/{ids['T001']}/to/{ids['S002']}",
    ):
        assert client.get(f"{here}/{page}").status_code == 409, page
        assert "已经公布" in client.text()
