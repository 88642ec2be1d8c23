"""What a contestant still has to do."""

from __future__ import annotations

from uuid import UUID

import pytest

from overview.tasks import open_tasks

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"has_profile": False, "claimed": False, "invitations": 0, "entries": []},
            [("实名信息", "people.profile", None)],
        ),
        (
            {"has_profile": False, "claimed": True, "invitations": 0, "entries": []},
            [("核对身份", "people.profile", None)],
        ),
        ({"has_profile": True, "claimed": False, "invitations": 0, "entries": []}, []),
        (
            {"has_profile": True, "claimed": False, "invitations": 2, "entries": []},
            [("组队邀请", "contests.invitations", None)],
        ),
        (
            {
                "has_profile": True,
                "claimed": False,
                "invitations": 0,
                "entries": [
                    (ONE, "胡柚", "returned"),
                    (TWO, "茶", "draft"),
                    (ONE, "竹", "submitted"),
                ],
            },
            [("胡柚", "contests.my_entry", ONE), ("茶", "contests.my_entry", TWO)],
        ),
    ],
)
def test_tasks_stand_in_the_order_of_urgency(facts, expected) -> None:
    found = open_tasks(**facts)
    assert [(one.title, one.endpoint, one.entry_id) for one in found] == expected
