"""Finding by a part of a text, whatever its case and width."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

_TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def matching(columns: Iterable[InstrumentedAttribute[str]], text: str) -> ColumnElement[bool]:
    """Rows of which one of the columns contains the text. Latin letters and digits are found in
    either width; a database folds the case of ASCII alone, so full-width ones are asked in both."""
    plain = unicodedata.normalize("NFKC", text).strip()
    wide = {plain.lower().translate(_TO_FULL_WIDTH), plain.upper().translate(_TO_FULL_WIDTH)}
    wanted = sorted({plain, text.strip(), *wide})
    return or_(*(column.icontains(one, autoescape=True) for column in columns for one in wanted))
