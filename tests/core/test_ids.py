"""Keys: ordered by time, or telling nothing."""

from __future__ import annotations

import time

import pytest

from core import ids


def test_ordered_keys_sort_by_time() -> None:
    first = ids.ordered()
    time.sleep(0.003)
    second = ids.ordered()
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert first < second


def test_opaque_keys_tell_no_time() -> None:
    assert ids.opaque().version == 4
    assert len({ids.opaque() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("01890000-0000-7000-8000-00000000000a", True),
        ("01890000-0000-7000-8000-00000000000A", False),
        ("0189000000007000800000000000000a", False),
        ("{01890000-0000-7000-8000-00000000000a}", False),
        ("", False),
        ("x" * 400, False),
    ],
)
def test_keys_have_one_written_form(text: str, right: bool) -> None:
    assert ids.is_key(text) is right
