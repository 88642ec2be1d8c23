"""The invented people of the demonstration. Pure and deterministic.

ID numbers have right check digits and the serial 000, which no real card carries; phone numbers
begin with 1990000. Employers and villages sound like Quzhou and do not exist.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from people.counties import COUNTIES
from people.identifiers import id_check_digit

SURNAMES = "徐郑毛叶姜王陈周吴程方祝余汪刘黄何胡杨朱"
GIVEN = (
    "慧敏 国强 丽娟 秀兰 建平 志远 晓燕 军 文斌 春梅 海波 雪芬 永康 雅琴 立新 巧云 明华 小红 子轩 玉珍 "
    "伟东 佳怡 根土 梦洁 德福 思远 美仙 成龙 水英 俊杰"
).split()
EMPLOYERS = (
    "衢江莲花家庭农场 常山胡柚专业合作社 开化清水鱼合作社 龙游发糕食品厂 江山蜂业合作社 柯城柑橘专业合作社 "
    "浙西装备制造公司 信安电气公司 三衢化工公司 烂柯山茶业公司 双港机械厂 石梁村播工作室"
).split()
AREA_CODES = {key: key if key.isdigit() else "330802" for key in COUNTIES}
OLDEST, BIRTHDAYS = date(1968, 3, 1), 13_007  # a prime: no number comes twice


@dataclass(frozen=True)
class Figure:
    """One invented person, as they would type themselves."""

    name: str
    id_number: str
    phone: str
    county: str
    employer: str


def people() -> Iterator[Figure]:
    """An endless line of different people, the same at every call."""
    counties = list(COUNTIES)
    for position in itertools.count():
        surname = SURNAMES[position * 7 % len(SURNAMES)]
        given = GIVEN[(position * 11 + position // len(GIVEN)) % len(GIVEN)]
        county = counties[position % len(counties)]
        birth = OLDEST + timedelta(days=position * 13 % BIRTHDAYS)
        yield Figure(
            name=surname + given,
            id_number=_id_number(AREA_CODES[county], birth, position),
            phone=f"1990{position:07d}",
            county=county,
            employer=EMPLOYERS[position * 5 % len(EMPLOYERS)],
        )


def _id_number(area: str, birth: date, position: int) -> str:
    """A number that no card carries: serial 000 with the sex digit 1 or 2."""
    first = f"{area}{birth:%Y%m%d}00{position % 2 + 1}"
    return first + id_check_digit(first)
