"""What certificates (证书) are made of: the code that anybody can look up, the prize in words, why one
is revoked. Pure."""

from __future__ import annotations

import re
from base64 import b32encode

from contests.prizes import MEDAL_TITLES

TOKEN_BYTES = 10
_TOKEN = re.compile(r"[A-Z2-7]{16}")
REPLACED = "replaced"
CAUSES = {
    "misprint": "证书上的内容有误",
    "ineligible": "经查实不符合参赛或获奖的条件",
    "other": "由颁发单位撤销",
}
"""What the office chooses from. Everybody may read it, so that it says nothing about a person; the
reason in full stays with the office."""
PUBLIC_CAUSES = {REPLACED: "成绩的公示已经撤回，原来的成绩不再有效", **CAUSES}


def token_of(chance: bytes) -> str:
    """Ten random bytes as 16 letters that can be typed."""
    return b32encode(chance).decode()


def read_token(typed: str) -> str:
    """The token in what was typed or scanned, blanks and dashes put aside; "" if it can be none."""
    token = re.sub(r"[\s-]", "", typed).upper()
    return token if _TOKEN.fullmatch(token) else ""


def grouped(token: str) -> str:
    """As printed: ABCD EFGH IJKL MNOP."""
    return " ".join(token[start : start + 4] for start in range(0, len(token), 4))


def prize_text(medal: str, prize: str) -> str:
    """What was won, in words; "" for nothing."""
    return "、".join(filter(None, (MEDAL_TITLES.get(medal), prize)))
