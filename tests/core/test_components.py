"""The design system: what every page relies on, seen in the HTML and CSS that comes out."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Blueprint, Flask, render_template, render_template_string, request
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FileField, HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional

from core import assets, qr

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static/css"
NORMAL_PAGE = ("tokens", "dark", "base", "components", "print")
ERRORS = sorted(path.stem for path in (ROOT / "templates/errors").glob("*.html"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAV = [("赛事", "/contests", True), ("村播学院", "/training", False)]


class EntryForm(FlaskForm):
    form_token = HiddenField(default="token-1")
    name = StringField("姓名", [InputRequired("请填写姓名")])
    id_number = StringField("身份证号码", [Length(18, 18, "身份证号码少 1 位，应为 18 位")])
    village = StringField("所在村", [Optional()])
    division = RadioField(
        "参赛组别",
        [InputRequired("请选择组别")],
        choices=[SelectChoice("a", "农户组"), SelectChoice("b", "企业组")],
    )
    photo = FileField("照片")
    links = FieldList(StringField("作品链接", [Length(max=3, message="链接太长")]))


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    app = Flask("test", root_path=str(ROOT), static_folder=None)
    app.secret_key = "for this test"
    CSRFProtect(app)
    assets.init_app(app)
    core, people = Blueprint("core", "core"), Blueprint("people", "people")
    core.add_url_rule("/display", "set_display", lambda: "", methods=["POST"])
    people.add_url_rule("/sign-in", "sign_in", lambda: "")
    people.add_url_rule("/sign-out", "sign_out", lambda: "", methods=["POST"])
    app.register_blueprint(core)
    app.register_blueprint(people)
    app.context_processor(lambda: {"here": request.full_path})
    with app.test_request_context("/here?page=2"):
        yield app


def surroundings(**changed: Any) -> dict[str, Any]:
    return {
        "mode": "production",
        "display": SimpleNamespace(size="standard", theme="auto"),
        "actor": None,
        "nav": NAV,
        **changed,
    }


def shown(source: str, **context: Any) -> Any:
    imports = "".join(
        f'{{% import "components/{file}.html" as {name} %}}'
        for file, name in {
            "page": "page",
            "form": "forms",
            "data": "data",
            "flow": "flow",
            "chart": "chart",
            "doc": "doc",
            "judge": "judge",
        }.items()
    )
    head, _, body = source.rpartition("%%")
    return parsed(render_template_string(head + imports + body, **surroundings(**context)))


def parsed(html: str) -> Any:
    soup = BeautifulSoup(html, "html5lib")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))
    forbidden = [
        (tag.name, name)
        for tag in soup.find_all(True)
        for name in tag.attrs
        if name == "style" or name.startswith("on")
    ]
    assert forbidden == []
    assert [tag for tag in soup.find_all("script") if not tag.get("src")] == []
    return soup


def page(layout: str, content: str, **context: Any) -> Any:
    head = f'{{% extends "layouts/{layout}.html" %}}{{% set title = "填写报名信息" %}}%%'
    body = "{% block content %}{{ page.heading(title) }}" + content + "{% endblock %}"
    return shown(head + body, **context)


def refused() -> EntryForm:
    typed = MultiDict({"id_number": "33082419880312204", "links-0": "ok", "links-1": "too long"})
    form = EntryForm(formdata=typed, meta={"csrf": False})
    form.validate()
    form.form_errors = ["本场比赛报名人数已满，可以选择候补"]
    return form


@pytest.mark.usefixtures("app")
class TestLayouts:
    @pytest.mark.parametrize("layout", ["public", "workspace", "tablet", "print"])
    def test_title_begins_with_the_one_heading(self, layout: str) -> None:
        soup = page(layout, "")
        assert [tag.text for tag in soup.find_all("h1")] == ["填写报名信息"]
        assert soup.title.text == "填写报名信息 - 衢州市赛训管理平台"
        assert soup.html["lang"] == "zh-CN"
        assert len(soup.find_all("main", id="main")) == 1

    @pytest.mark.parametrize(
        ("theme", "media"),
        [
            ("auto", ["screen and (prefers-color-scheme: dark)"]),
            ("dark", ["screen"]),
            ("light", []),
        ],
    )
    def test_dark_colours_are_linked_as_chosen(self, theme: str, media: list[str]) -> None:
        soup = page("public", "", display=SimpleNamespace(size="large", theme=theme))
        dark = [link.get("media") for link in soup.find_all("link") if "dark" in link["href"]]
        assert dark == media
        assert (soup.html["data-size"], soup.html["data-theme"]) == ("large", theme)

    @pytest.mark.parametrize("layout", ["public", "workspace", "tablet", "print"])
    def test_the_demonstration_says_so_and_nothing_else_does(self, layout: str) -> None:
        assert "演示数据" in page(layout, "", mode="demo").text
        assert "演示数据" not in page(layout, "", mode="production").text

    @pytest.mark.parametrize("layout", ["public", "workspace"])
    def test_phones_reach_every_link_without_javascript(self, layout: str) -> None:
        menu = page(layout, "").select_one("details.menu nav")
        assert [a["href"] for a in menu.find_all("a")] == ["/contests", "/training"]

    def test_settings_lead_back_to_this_page(self) -> None:
        form = page("public", "").find("form", action="/display")
        assert form.find("input", attrs={"name": "next"})["value"] == "/here?page=2"
        pressed = [b["value"] for b in form.find_all("button") if b["aria-pressed"] == "true"]
        assert pressed == ["standard", "auto"]

    def test_signing_out_is_a_post(self) -> None:
        soup = page("public", "", actor=SimpleNamespace(label="王芳"))
        out = soup.find("form", action="/sign-out")
        assert out["method"] == "post"
        assert out.find("input", attrs={"name": "csrf_token"})["value"] != ""
        assert soup.find("a", href="/sign-in") is None

    def test_a_tablet_page_without_entries_has_no_empty_landmarks(self) -> None:
        soup = page("tablet", "")
        assert (soup.find("nav"), soup.select_one(".tally")) == (None, None)

    @pytest.mark.parametrize("status", ERRORS)
    def test_error_pages_stand_without_any_context(self, status: str) -> None:
        soup = parsed(render_template(f"errors/{status}.html"))
        assert soup.title.text.startswith(soup.h1.text)
        assert "系统错误" not in soup.text

    def test_the_error_pages_that_the_application_needs_exist(self) -> None:
        needed = "400 401 403 404 405 409 413 415 422 429 500 503".split()
        assert needed == ERRORS


@pytest.mark.usefixtures("app")
class TestForms:
    def test_the_layout_lists_every_error_and_links_to_its_field(self) -> None:
        content = """{{ forms.open(form) }}{{ forms.field(form.name) }}
            {{ forms.field(form.id_number) }}{{ forms.radios(form.division) }}
            {% for link in form.links %}{{ forms.field(link) }}{% endfor %}</form>"""
        soup = page("public", content, form=refused())
        summary = soup.find(id="errors")
        assert summary.h2.text == "有 5 处需要修改"
        assert [li.text for li in summary.find_all("li")] == [
            "本场比赛报名人数已满，可以选择候补",
            "请填写姓名",
            "身份证号码少 1 位，应为 18 位",
            "请选择组别",
            "链接太长",
        ]
        targets = [a["href"].removeprefix("#") for a in summary.find_all("a")]
        assert targets == ["name", "id_number", "division", "links-1"]
        assert [soup.find(id=target) is None for target in targets] == [False] * 4

    def test_a_page_without_errors_has_no_summary(self) -> None:
        form = EntryForm(meta={"csrf": False})
        assert page("public", "", form=form).find(id="errors") is None
        assert page("public", "", form=None).find(id="errors") is None

    def test_a_wrong_field_names_hint_and_error(self) -> None:
        soup = shown('{{ forms.field(form.id_number, hint="18 位", width="w18") }}', form=refused())
        control = soup.find("input")
        assert control["aria-invalid"] == "true"
        assert control["value"] == "33082419880312204"
        assert control["class"] == ["in", "w18"]
        described = control["aria-describedby"].split()
        assert [soup.find(id=name).text for name in described] == [
            "18 位",
            "✕ 错误：身份证号码少 1 位，应为 18 位",
        ]
        assert soup.find("label", attrs={"for": "id_number"}).text == "身份证号码"

    def test_a_good_field_carries_no_marks_of_error(self) -> None:
        control = shown("{{ forms.field(form.village) }}", form=refused()).find("input")
        assert (control.get("aria-invalid"), control.get("aria-describedby")) == (None, None)

    def test_attributes_of_the_page_reach_the_control(self) -> None:
        call = '{{ forms.field(form.name, inputmode="tel", autocomplete="tel") }}'
        control = shown(call, form=refused()).find("input")
        assert (control["inputmode"], control["autocomplete"]) == ("tel", "tel")

    def test_optional_fields_say_so(self) -> None:
        soup = shown("{{ forms.field(form.village) }}{{ forms.field(form.name) }}", form=refused())
        assert [label.text for label in soup.find_all("label")] == ["所在村（选填）", "姓名"]

    def test_choices_are_a_group_with_its_own_words(self) -> None:
        call = '{{ forms.radios(form.division, hints={"a": "在册农户"}) }}'
        soup = shown(call, form=EntryForm(formdata=MultiDict({"division": "b"})))
        group = soup.find("fieldset", id="division")
        assert group.legend.text.strip() == "参赛组别"
        boxes = group.find_all("input")
        assert [(box["value"], box.has_attr("checked")) for box in boxes] == [
            ("a", False),
            ("b", True),
        ]
        assert group.find("small").text == "在册农户"

    def test_a_form_carries_its_tokens_once_and_without_ids(self) -> None:
        form = EntryForm(formdata=None)
        soup = shown('{{ forms.open(form, action="/x", multipart=true) }}</form>', form=form)
        hidden = soup.find_all("input", type="hidden")
        assert sorted(box["name"] for box in hidden) == ["csrf_token", "form_token"]
        assert [box.get("id") for box in hidden] == [None, None]
        assert soup.form["enctype"] == "multipart/form-data"
        assert (soup.form["method"], soup.form["action"]) == ("post", "/x")

    def test_a_bare_form_still_carries_csrf(self) -> None:
        hidden = shown("{{ forms.open() }}</form>").find_all("input", type="hidden")
        assert [box["name"] for box in hidden] == ["csrf_token"]

    def test_upload_says_what_is_there(self) -> None:
        call = '{{ forms.upload(form.photo, accept="image/*", present="王芳.jpg") }}'
        soup = shown(call, form=refused())
        assert soup.find("input")["accept"] == "image/*"
        assert "已上传：王芳.jpg" in soup.text

    def test_typed_text_is_escaped(self) -> None:
        form = EntryForm(formdata=MultiDict({"name": '"><script>'}), meta={"csrf": False})
        soup = shown("{{ forms.field(form.name) }}", form=form)
        assert soup.find("input")["value"] == '"><script>'
        assert soup.find("script") is None


@pytest.mark.usefixtures("app")
class TestData:
    def test_table(self) -> None:
        soup = shown(
            """{% call data.table("报名", ["姓名", ("得分", "num", "?sort=1", "descending")]) %}
            <tr><th scope="row">王芳</th><td class="num" data-l="得分">86.50</td></tr>{% endcall %}"""
        )
        heads = soup.find_all("th", scope="col")
        assert [head.text for head in heads] == ["姓名", "得分 ▼"]
        assert [head.get("aria-sort") for head in heads] == [None, "descending"]
        assert heads[1].a["href"] == "?sort=1"
        assert soup.caption.text == "报名"

    @pytest.mark.parametrize(
        ("n", "classes"), [(1, ["rank", "r1"]), (3, ["rank", "r3"]), (4, ["rank"])]
    )
    def test_rank(self, n: int, classes: list[str]) -> None:
        chip = shown("{{ data.rank(n) }}", n=n).find("span")
        assert (chip["class"], chip.text) == (classes, str(n))

    def test_filters_keep_what_was_chosen(self) -> None:
        soup = shown(
            """{% call data.filters("/x") %}{{ data.filter_text("q", "姓名", "王") }}
            {{ data.filter_select("year", "年度", [(2025, "2025 年"), (2026, "2026 年")], "2026") }}
            {% endcall %}"""
        )
        assert soup.form["method"] == "get"
        assert soup.find("input")["value"] == "王"
        assert [o["value"] for o in soup.find_all("option", selected=True)] == ["2026"]

    def test_answers_show_what_is_missing_and_where_to_mend_it(self) -> None:
        soup = shown('{{ flow.check_answers([("姓名", "王芳", "/a"), ("备注", none, "/b")]) }}')
        values = [dd.text for dd in soup.select("dd:not(.edit)")]
        assert values == ["王芳", "未填写"]
        assert [a.text for a in soup.find_all("a")] == ["修改姓名", "修改备注"]

    def test_zero_is_an_answer(self) -> None:
        assert shown('{{ flow.check_answers([("人数", 0, none)]) }}').dd.text == "0"

    def test_steps(self) -> None:
        items = shown('{{ flow.steps(["组别", "个人", "核对"], 1) }}').find_all("li")
        assert [item.get("aria-current") for item in items] == [None, "step", None]
        assert [item.get("class") for item in items] == [["done"], None, None]

    def test_a_second_thought_is_a_post_that_needs_no_javascript(self) -> None:
        call = '{{ flow.confirm("/quit", "退出比赛", "确定退出吗？") }}'
        soup = shown(call)
        assert soup.details.summary.text == "退出比赛"
        assert (soup.form["method"], soup.form["action"]) == ("post", "/quit")
        assert soup.form.button.text == "确认退出比赛"

    def test_target_board_draws_and_lists_the_same_figures(self) -> None:
        soup = shown(
            """{{ chart.target_board("培训", [("柯城区", 1820, 2400, 2000), ("龙游县", 0, 0, none)]) }}"""
        )
        assert [t.text for t in soup.find_all("title")] == [
            "柯城区：1,820 人，2,400 人次，目标 2,000，完成 91.0%",
            "龙游县：0 人，0 人次，目标 —，完成 未设目标",
        ]
        widths = [bar["width"] for bar in soup.select(".bars rect.a, .bars rect.b")]
        assert widths == ["75.8%", "100.0%", "0.0%", "0.0%"]
        assert [len(row.find_all("td")) for row in soup.select("tbody tr")] == [4, 4]

    def test_bars_of_nothing_do_not_divide_by_zero(self) -> None:
        soup = shown('{{ chart.bar_h("报名", [("农户组", 0)], " 人") }}')
        assert soup.select_one("rect.a")["width"] == "0.0%"

    def test_a_red_head(self) -> None:
        soup = shown("""{{ doc.red_head("市人力社保局", "衢人社发〔2026〕12 号") }}""")
        assert [one.text for one in soup.find_all("p")] == ["市人力社保局", "衢人社发〔2026〕12 号"]

    def test_a_certificate_tells_team_and_rank_where_there_are_any(self) -> None:
        row = {
            "number": "QZ26-ZS2026-00001", "name": "王芳", "title": "云上队", "prize": "一等奖", "rank": 1,
            "contest_name": "技能大赛", "track_name": "电工", "issuer": "市人力社保局",
        }  # fmt: skip
        text = """{{ doc.certificate(row, "2026 年 11 月 22 日", "ABCD EFGH", qr) }}"""
        picture = qr.svg("https://example.test/c/1", title="查验码")
        full = shown(text, row=row, qr=picture)
        assert [one.text for one in full.select(".name, .prize")] == [
            "王芳（云上队）：",
            "一等奖（第 1 名）",
        ]
        alone = shown(text, row=row | {"title": "", "rank": None}, qr=picture)
        assert [one.text for one in alone.select(".name, .prize")] == ["王芳：", "一等奖"]

    def test_admission_card(self) -> None:
        soup = shown(
            """{{ doc.admission_card("2026 年技能大赛", [("姓名", "王芳"), ("性别", "女"),
            ("准考证号", "QZ26-001")], [("理论考试", "09:00")], ["带身份证"], qr, "19:20", "0570") }}""",
            qr=qr.svg("https://example.test/c/1", title="检录码"),
        )
        rows = [[cell.text for cell in row.find_all(["th", "td"])] for row in soup.find_all("tr")]
        assert rows == [
            ["姓名", "王芳", "性别", "女"],
            ["准考证号", "QZ26-001"],
            ["理论考试", "09:00"],
        ]
        assert soup.svg.title.text == "检录码"


@pytest.mark.usefixtures("app")
class TestJudge:
    def test_a_figure(self) -> None:
        soup = shown(
            '{{ judge.crit_num("m1", "1．政策", "20", "25", error="最高 20 分，未保存") }}'
        )
        box = soup.find("input")
        assert (box["name"], box["value"], box["data-max"]) == ("m1", "25", "20")
        assert (box["inputmode"], box["aria-invalid"], box.get("type")) == ("decimal", "true", None)
        assert soup.find(id="m1-state").text == "✕ 最高 20 分，未保存"
        assert soup.find("label", attrs={"for": "m1"}).text == "1．政策"

    @pytest.mark.parametrize(("value", "checked"), [(None, []), (0, ["0"]), ("2", ["2"])])
    def test_zero_is_not_unmarked(self, value: object, checked: list[str]) -> None:
        call = (
            '{{ judge.crit_judge("m4", "仪表", ["未达", "达到", "部分优于", "明显优于"], value) }}'
        )
        soup = shown(call, value=value)
        boxes = soup.find_all("input", type="radio")
        assert [box["value"] for box in boxes] == ["0", "1", "2", "3"]
        assert [box["value"] for box in boxes if box.has_attr("checked")] == checked
        assert soup.find(role="radiogroup")["aria-labelledby"] == "m4-label"

    @pytest.mark.parametrize(
        ("value", "saved", "words"),
        [(None, None, "未评"), ("0", None, "未保存"), ("0", "已保存 10:32", "✓ 已保存 10:32")],
    )
    def test_the_sheet_says_what_is_saved(
        self, value: str | None, saved: str | None, words: str
    ) -> None:
        call = '{{ judge.crit_num("m1", "政策", "20", value, saved=saved) }}'
        assert shown(call, value=value, saved=saved).find(id="m1-state").text == words

    def test_a_closed_sheet_takes_no_marks(self) -> None:
        soup = shown('{{ judge.crit_yesno("m5", "时长", yes="4", disabled=true) }}')
        assert [box["value"] for box in soup.find_all("input", disabled=True)] == ["4", "0"]

    def test_the_keypad_waits_for_javascript(self) -> None:
        pad = shown("{{ judge.keypad() }}").find("div")
        assert pad.has_attr("hidden")
        assert [b["value"] for b in pad.find_all("button")] == [*"789456123.0", "back", "next"]


def test_templates_hold_nothing_that_the_content_policy_forbids() -> None:
    wrong = re.compile(r"\sstyle=|\son[a-z]+=|<style|javascript:|https?://", re.IGNORECASE)
    found = [
        (path.name, hit.group()) for path in TEMPLATES for hit in wrong.finditer(path.read_text())
    ]
    assert found == []


def test_the_style_sheets_of_a_page_are_light() -> None:
    sheets = [gzip.compress((CSS / f"{name}.css").read_bytes(), 9) for name in NORMAL_PAGE]
    assert sum(map(len, sheets)) <= 9_000


@pytest.mark.parametrize(("name", "limit"), [("enhance", 4_000), ("judge", 3_000)])
def test_scripts_are_light(name: str, limit: int) -> None:
    data = (ROOT / f"static/js/{name}.js").read_bytes()
    assert len(gzip.compress(data, 9)) <= limit


def tokens(*sheets: str) -> dict[str, str]:
    text = "".join((CSS / f"{sheet}.css").read_text() for sheet in sheets)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", text))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_ON = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-2", "ink-3")
        for ground in ("bg", "surface", "surface-2")
    ),
    *((ink, "brand-50") for ink in ("ink", "ink-3", "brand", "brand-d")),
    *((tone, f"{tone}-50") for tone in ("ok", "warn", "err", "gold")),
    *((tone, "surface") for tone in ("brand", "brand-d", "ok", "warn", "err", "seal")),
    ("brand", "bg"),
    ("on-brand", "brand"),
    ("on-brand", "brand-d"),
]


@pytest.mark.parametrize("sheets", [("tokens",), ("tokens", "dark")])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_is_legible(sheets: tuple[str, ...], text: str, ground: str) -> None:
    colours = tokens(*sheets)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("sheets", [("tokens",), ("tokens", "dark")])
@pytest.mark.parametrize("ground", ["bg", "surface"])
def test_borders_of_controls_are_visible(sheets: tuple[str, ...], ground: str) -> None:
    colours = tokens(*sheets)
    assert contrast(colours["line-2"], colours[ground]) >= 3
