"""The code on a 准考证."""

from __future__ import annotations

from flask import Flask

from contests import verification
from core import qr


def test_a_code_carries_its_number(app: Flask) -> None:
    code = verification.code_of("QZ26-DG-00718")
    assert code.startswith("QZ26-DG-00718-")
    assert verification.admission_no_of(code) == "QZ26-DG-00718"
    assert verification.admission_no_of(f" {code.lower()} ") == "QZ26-DG-00718"


def test_any_change_is_noticed(app: Flask) -> None:
    code = verification.code_of("QZ26-DG-00718")
    changed = [code.replace("718", "719"), code[:-1], f"{code}A", code[14:], "", "二维码", "-" * 17]
    assert [verification.admission_no_of(one) for one in changed] == [None] * len(changed)


def test_the_picture_stays_small(app: Flask) -> None:
    address = f"https://saixun.example.cn/verify/{verification.code_of('QZ26-DG-00718')}"
    assert len(qr.matrix(address)) <= 37 + 8
