"""The eight levels of vocational skill (新八级工) as text codes with ranks."""

from __future__ import annotations

LEVELS = {
    "none": "无等级",
    "apprentice": "学徒工",
    "junior": "初级工",
    "intermediate": "中级工",
    "senior": "高级工",
    "technician": "技师",
    "senior_technician": "高级技师",
    "special_technician": "特级技师",
    "chief_technician": "首席技师",
}
RANK = {code: rank for rank, code in enumerate(LEVELS)}
_SPOKEN = {
    "无": "none",
    "学徒": "apprentice",
    "初级": "junior",
    "五级": "junior",
    "中级": "intermediate",
    "四级": "intermediate",
    "高级": "senior",
    "三级": "senior",
    "二级": "technician",
    "一级": "senior_technician",
} | {label: code for code, label in LEVELS.items()}


def parse_level(text: str) -> str | None:
    """The code of a level as people write it (技师, 二级/技师, 高级工（三级）), None if unknown."""
    parts = text.replace("（", "/").replace("(", "/").replace("）", "").replace(")", "")
    codes = {_SPOKEN.get(part.strip()) for part in parts.split("/")}
    return codes.pop() if len(codes) == 1 else None
