"""The counties and functional zones of Quzhou. The organisation tree is not the area-code tree. Pure."""

from __future__ import annotations

CITY_NAME = "衢州市"
COUNTIES = {
    "330802": "柯城区",
    "330803": "衢江区",
    "330822": "常山县",
    "330824": "开化县",
    "330825": "龙游县",
    "330881": "江山市",
    "QZ-ZHXC": "智慧新城",
    "QZ-ZZXC": "智造新城",
}
"""Area code, or our own key for a functional zone -> name."""


def choices() -> list[tuple[str, str]]:
    """For select fields."""
    return list(COUNTIES.items())


def key_of(name: str) -> str | None:
    """The key for a name as people write it: 柯城, 柯城区, 330802."""
    text = name.strip()
    for key, full in COUNTIES.items():
        if text in (key, full, full[:-1]) and text:
            return key
    return None
