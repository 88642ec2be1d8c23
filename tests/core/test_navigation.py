"""Which section of the masthead a page belongs to."""

from __future__ import annotations

import pytest
from flask import Flask, g

from core import navigation
from core.access import Actor, Grant


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/", "首页"),
        ("/contests/tea-2026", "赛事"),
        ("/office/panels/7/desk", "评审和成绩"),
        ("/office/sheets/7/return", "评审和成绩"),
        ("/judge/", ""),
    ],
)
def test_one_section_is_the_present_one(app: Flask, path: str, section: str) -> None:
    with app.test_request_context(path):
        g.actor = Actor(None, None, None, "周裁判", (Grant("chief_judge", "contest", "7"),))
        assert [label for label, _, here in navigation.links() if here] == [section] * bool(section)
