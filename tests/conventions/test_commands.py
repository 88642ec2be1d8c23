"""Commands speak Chinese to those who run them, in their help as in what they print."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from flask import Flask

from app import PACKAGES
from core import cli as core_cli
from core.command_groups import Commands
from core.db import db

HAN = re.compile(r"[\u4e00-\u9fff]")


def groups() -> list[Commands]:
    modules = [core_cli, *(package.cli for package in PACKAGES)]
    return [one for module in modules for one in vars(module).values() if isinstance(one, Commands)]


def texts() -> Iterator[tuple[str, str]]:
    """Where a help text stands, and the text."""
    for group in groups():
        yield str(group.name), group.help or ""
        for command in group.commands.values():
            place = f"{group.name} {command.name}"
            yield place, command.help or ""
            for option in command.params:
                if isinstance(option, click.Option):
                    yield f"{place} {option.opts[0]}", option.help or ""


@pytest.mark.parametrize(("place", "text"), list(texts()))
def test_help_is_a_chinese_sentence(place: str, text: str) -> None:
    assert (bool(HAN.search(text)), text[-1:]) == (True, "。"), place


def test_each_command_is_told_in_the_list_of_its_group() -> None:
    """click shortens a first paragraph that is too long to three dots."""
    cut = [
        command.name
        for group in groups()
        for command in group.commands.values()
        if command.get_short_help_str(60).endswith("...")
    ]
    assert cut == []


def test_a_wrong_port_is_a_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAIXUN_PORT", "八千")
    answer = app.test_cli_runner().invoke(args=["ops", "serve"])
    assert (answer.exit_code, answer.output) == (
        1,
        "Error: SAIXUN_PORT 应为 1 至 65535 的整数，现在是“八千”。\n",
    )


@pytest.mark.sqlite_only
def test_a_database_without_its_tables_is_a_sentence(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE core_audit_head")
    answer = app.test_cli_runner().invoke(args=["ops", "audit-verify"])
    assert (answer.exit_code, answer.output) == (
        1,
        (
            "Error: 数据库打不开，或结构不是最新的（no such table: core_audit_head）。"
            "请核对 DATABASE_URL 和磁盘空间，再运行 flask ops migrate。\n"
        ),
    )
