"""What is missing in an entry, and which answers pass."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contests import entry_rules
from contests.catalogue import FormField, load_presets
from contests.entry_rules import Document, EntryRules, Gap, Present, check_answers, missing
from core.errors import DomainError, FieldErrors

FIELDS = (
    FormField("name", "项目名称", "", "text", True, ()),
    FormField("size", "全职人数", "", "number", True, ()),
    FormField("industry", "领域", "", "choice", True, ("农业", "文旅")),
    FormField("site", "网址", "", "url", False, ()),
    FormField("summary", "简介", "", "textarea", False, ()),
)
TEAM = EntryRules(
    "team",
    2,
    3,
    FIELDS,
    (Document("document_1", "商业计划书"), Document("document_2", "承诺书")),
    "五人打分",
)
PERSON = replace(TEAM, entrant="person", least=1, most=1)
FULL = {"name": "云上", "size": "3", "industry": "农业"}


@pytest.mark.parametrize("key", ["startup", "skill", "livestream"])
def test_rules_of_a_preset_survive_their_storage(key: str) -> None:
    preset = load_presets()[key]
    stored = json.loads(json.dumps(entry_rules.from_preset(preset)))
    found = entry_rules.read(stored)
    assert found.fields == preset.fields
    assert tuple(one.title for one in found.documents) == preset.documents
    assert found.method == preset.method
    assert found.is_team == (preset.entrant == "team")


def test_all_gaps_at_once_in_the_order_of_the_tasks() -> None:
    assert missing(TEAM, Present({"name": "云上"}, {"document_2"}, 0, ("陈涛",))) == [
        Gap("answers", "answer_size", "还没有填写“全职人数”"),
        Gap("answers", "answer_industry", "还没有填写“领域”"),
        Gap("members", "members", "陈涛 还没有确认邀请，请提醒本人确认，或者移除"),
        Gap("members", "members", "队伍至少 2 人（含队长），现在 1 人已确认"),
        Gap("documents", "document_1", "还没有上传“商业计划书”"),
    ]


def test_a_complete_entry_lacks_nothing() -> None:
    documents = {"document_1", "document_2"}
    assert missing(TEAM, Present(FULL, documents, 1)) == []
    assert missing(PERSON, Present(FULL, documents)) == []


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("size", "三", "“全职人数”只能填整数，不要带单位，例如 3"),
        ("size", "3.5", "“全职人数”只能填整数，不要带单位，例如 3"),
        ("size", "-1", "“全职人数”只能填整数，不要带单位，例如 3"),
        ("size", "1" * 10, "“全职人数”有 10 个字，最多 9 个字，请缩短"),
        ("industry", "航天", "“领域”请从列出的选项中选一项"),
        ("site", "example", "“网址”请填完整网址，以 http:// 或 https:// 开头"),
        ("site", "javascript:alert(1)", "“网址”请填完整网址，以 http:// 或 https:// 开头"),
        ("name", "名" * 121, "“项目名称”有 121 个字，最多 120 个字，请缩短"),
        ("summary", "字" * 2001, "“简介”有 2001 个字，最多 2000 个字，请缩短"),
    ],
)
def test_a_wrong_answer_is_refused_at_its_field(field: str, typed: str, sentence: str) -> None:
    with pytest.raises(FieldErrors) as refused:
        check_answers(TEAM, FULL | {field: typed})
    assert refused.value.errors == {f"answer_{field}": sentence}


def test_all_wrong_answers_are_told_at_once() -> None:
    with pytest.raises(FieldErrors) as refused:
        check_answers(TEAM, {"size": "三", "industry": "航天"})
    assert sorted(refused.value.errors) == ["answer_industry", "answer_size"]


def test_answers_are_trimmed_and_digits_of_a_phone_made_plain() -> None:
    typed = {"name": " 云上 ", "size": "１２", "site": "", "summary": "一\r\n二", "other": "x"}
    assert check_answers(TEAM, typed) == {"name": "云上", "size": "12", "summary": "一\n二"}


@given(st.dictionaries(st.sampled_from([f.key for f in FIELDS]), st.text(max_size=200)))
def test_what_passes_once_passes_again_unchanged(typed: dict[str, str]) -> None:
    try:
        kept = check_answers(TEAM, typed)
    except FieldErrors:
        return
    assert check_answers(TEAM, kept) == kept


@pytest.mark.parametrize(("members", "fits"), [(0, True), (1, True), (2, False)])
def test_the_leader_counts_towards_the_limit(members: int, fits: bool) -> None:
    if fits:
        entry_rules.check_room(TEAM, members=members)
        return
    with pytest.raises(DomainError) as refused:
        entry_rules.check_room(TEAM, members=members)
    assert refused.value.message == "每队最多 3 人（含队长），已经满了；要换人请先移除一位成员"


def test_a_single_person_invites_nobody() -> None:
    with pytest.raises(DomainError) as refused:
        entry_rules.check_room(PERSON, members=0)
    assert refused.value.message == "这个赛事是个人参赛，不能添加成员"


def test_every_field_has_a_task_to_mend_it() -> None:
    fields = ["answer_name", "document_1", "members", "title", "division_id", "general"]
    assert [entry_rules.task_of(field) for field in fields] == [
        "answers",
        "documents",
        "members",
        "basics",
        "basics",
        "",
    ]
    assert [one.key for one in entry_rules.tasks(TEAM)] == [
        "basics",
        "answers",
        "members",
        "documents",
    ]
    assert [one.key for one in entry_rules.tasks(PERSON)] == ["basics", "answers", "documents"]
