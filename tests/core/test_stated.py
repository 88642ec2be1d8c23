"""What people write down for an act."""

from __future__ import annotations

import pytest

from core.errors import DomainError
from core.stated import stated


def test_words_are_kept_whole() -> None:
    assert stated(f"  {'理' * 200}\n") == "理" * 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  不行 ", "请写明说明（至少 4 个字）"),
        ("理" * 201, "说明最多 200 个字，现在 201 个"),
    ],
)
def test_too_little_and_too_much_are_refused(text: str, told: str) -> None:
    with pytest.raises(DomainError) as refusal:
        stated(text, "answer", what="说明")
    assert (refusal.value.message, refusal.value.field) == (told, "answer")
