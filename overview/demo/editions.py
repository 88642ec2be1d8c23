"""The contests of the demonstration and who enters them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from contests.edition_rules import Plan
from core import clock

CONTACT = "赛事办，0570-0000000"


@dataclass(frozen=True)
class Edition:
    """A preset, a plan, how many entries, and how they stand (states in turn)."""

    key: str
    preset: str
    plan: Plan
    entries: int
    states: tuple[str, ...]
    titles: tuple[str, ...] = ()
    members: int = 0
    star: bool = False
    """Whether the contestant who can sign in enters first."""
    announced: bool = True


STARTUP_TITLES = (
    "氟硅电子化学品回收", "山区农产品冷链共享仓", "数字孪生水电站巡检", "胡柚精深加工", "银发康养上门服务",
    "工业视觉缺陷检测", "清水鱼溯源平台", "高端阀门密封材料", "乡村民宿智能管家", "竹纤维可降解包装",
    "氢能物流车队调度", "锂电回收梯次利用",
)  # fmt: skip


LAST_YEAR = timedelta(days=370)


def editions(now: datetime) -> list[Edition]:
    """Dated relative to `now`: last year's, under judging, published, open, planned."""
    return [
        Edition(
            "past", "skill",
            plan(now - LAST_YEAR, "衢州市职业技能竞赛", "city-skills", "SJ", "city", (-75, -35, -25),
                  "QG 钳工", "职工组\n学生组", "衢州市技师学院"),
            6, ("qualified",),
        ),
        Edition(
            "startup", "startup",
            plan(now, "“衢时代杯”创新创业大赛", "qushidai", "QS", "city", (-40, -5, 0),
                  "SZ 数字经济\nXC 新材料\nXZ 乡村振兴", "初创组\n成长组", "衢州市创业服务中心"),
            24, ("qualified",), STARTUP_TITLES, members=2,
        ),
        Edition(
            "skill", "skill",
            plan(now, "浙江省职业技能竞赛衢州赛", "skills", "QZ", "provincial", (-75, -35, -25),
                  "HG 焊工\nDG 电工\nCY 茶艺师", "职工组\n学生组", "衢州市技师学院"),
            48, ("qualified",), star=True,
        ),
        Edition(
            "livestream", "livestream",
            plan(now, "全国村播大赛", "cunbo", "CB", "national", (-12, 15, 25),
                  "NH 农户主播\nQY 企业主播", "个人组", "衢州村播学院"),
            60, ("returned", "qualified", "submitted", "draft", "submitted", "rejected", "withdrawn"),
            star=True,
        ),
        Edition(
            "campus", "startup",
            plan(now, "“衢时代杯”大学生创业赛", "campus", "DX", "city", (-6, 20, 30),
                  "WC 文化创意\nKJ 科技", "在校生组\n毕业生组", "衢州市创业服务中心"),
            2, ("draft",), STARTUP_TITLES, members=1, star=True,
        ),
        Edition(
            "planned", "livestream",
            plan(now, "村播新秀邀请赛", "rising", "XX", "city", (20, 40, 50),
                  "XX 新秀", "个人组", "衢州村播学院"),
            0, (), announced=False,
        ),
    ]  # fmt: skip


def plan(
    now: datetime,
    name: str,
    slug: str,
    start: str,
    level: str,
    days: tuple[int, int, int],
    tracks: str,
    divisions: str,
    organizer: str,
) -> Plan:
    """A plan in the demonstration's words. `days`: entry opens, entry closes, contest day, counted from today."""
    opens, closes, held = (now + timedelta(days=count) for count in days)
    year = clock.day_of(now).year
    return Plan(
        name=f"{year} 年{name}",
        slug=f"{slug}-{year}",
        number_start=f"{start}{year % 100}",
        level=level,
        sponsor="衢州市人民政府",
        organizer=organizer,
        summary="演示赛事，人物和单位均为虚构。",
        contact=CONTACT,
        venue=f"{organizer} 2 号楼",
        held_on=clock.day_of(held),
        entry_opens=opens,
        entry_closes=closes,
        tracks=tracks,
        divisions=divisions,
    )
