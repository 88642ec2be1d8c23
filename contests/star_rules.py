"""星级主播: the three criteria of clause 18, the sources of clause 17, and what the office must set. Pure.

The policy names criteria and sources and nothing else: weights, the marks from which a star is given and
how many there may be are settings of the office. Nothing is worked out before they are set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from contests.spec import Spec, load_spec
from core.errors import FieldErrors
from core.exact import decimal, decimal_text

CLAUSE, SOURCE_CLAUSE = "18", "17"
QUOTE = (
    "对落户衢州的直播运营主体，每培养一名社会知名度高、产业带动性强、营销业绩突出的“星级”主播，"
    "给予一次性 10 万元奖励"
)
SOURCE_QUOTE = "建立“问东家、问专家、问大家”的多元评价体系"
CRITERIA = {"fame": "社会知名度高", "driving": "产业带动性强", "sales": "营销业绩突出"}
SOURCES = {"employer": "问东家", "expert": "问专家", "customers": "问大家"}
STARS = (1, 2, 3, 4, 5)
FULL, STEP = Fraction(100), Fraction(1, 100)
UNSET = "评定办法还没有设定：政策原文没有规定权重、分数线和名额，由主管部门设定并写明依据后才能计算"


@dataclass(frozen=True)
class StarRule:
    """What the office has set: percents by criterion and by source, how many experts at least, the mark
    from which each star is given, how many may have a star (None: no limit)."""

    criteria: Mapping[str, int]
    sources: Mapping[str, int]
    experts: int
    floors: Mapping[int, Fraction]
    most: int | None

    def as_json(self) -> dict[str, Any]:
        """What is stored; `read_rule` reads it back."""
        return {
            "criteria": dict(self.criteria),
            "sources": dict(self.sources),
            "experts": self.experts,
            "floors": {str(star): decimal_text(floor) for star, floor in self.floors.items()},
            "most": self.most,
        }


def read_rule(stored: Mapping[str, Any]) -> StarRule:
    """A stored rule; it was checked when it was made."""
    floors = {int(star): Fraction(text) for star, text in stored["floors"].items()}
    return StarRule(
        stored["criteria"], stored["sources"], stored["experts"], floors, stored["most"]
    )


def check_rule(typed: Mapping[str, Any]) -> StarRule:
    """The rule of a form: whole percents `weight_<criterion>` and `source_<source>`, `experts`, decimals
    `floor_<star>` ("" where a star is not given), `most`. FieldErrors with all that is wrong."""
    wrong: dict[str, str] = {}
    criteria = _percents(typed, "weight", CRITERIA, wrong)
    sources = _percents(typed, "source", SOURCES, wrong)
    floors = _floors(typed, wrong)
    experts, most = typed["experts"] or 0, typed["most"]
    if not 1 <= experts <= 50:
        wrong["experts"] = "专家人数填 1 到 50"
    if most is not None and most < 1:
        wrong["most"] = "名额至少 1 名；不限名额的请留空"
    if wrong:
        raise FieldErrors(wrong)
    return StarRule(criteria, sources, experts, floors, most)


def _percents(
    typed: Mapping[str, Any], start: str, keys: Mapping[str, str], wrong: dict[str, str]
) -> dict[str, int]:
    """Each at least 1, so that no criterion and no source is left out; together 100."""
    found = {key: typed[f"{start}_{key}"] or 0 for key in keys}
    for key, percent in found.items():
        if percent < 1:
            wrong[f"{start}_{key}"] = f"“{keys[key]}”的权重至少 1%"
    if not wrong and sum(found.values()) != 100:
        wrong[f"{start}_{next(iter(keys))}"] = f"合计 {sum(found.values())}%，应为 100%"
    return found


def _floors(typed: Mapping[str, Any], wrong: dict[str, str]) -> dict[int, Fraction]:
    """From which mark each star is given; a higher star needs a higher mark."""
    found: dict[int, Fraction] = {}
    for star in STARS:
        text = typed[f"floor_{star}"].strip()
        floor = decimal(text) if text else None
        if text and (floor is None or not 0 < floor <= FULL or floor % STEP):
            wrong[f"floor_{star}"] = "分数线填大于 0、不超过 100 的数，最多两位小数"
        elif floor is not None and any(floor <= earlier for earlier in found.values()):
            wrong[f"floor_{star}"] = "星级越高，分数线要越高"
        elif floor is not None:
            found[star] = floor
    if not found and not wrong:
        wrong["floor_1"] = "至少设定一个星级的分数线"
    return found


def aspect_of(source: str, criterion: str) -> str:
    """The key of a mark in the SPEC: employer_fame."""
    return f"{source}_{criterion}"


def spec_of_rule(rule: StarRule) -> Spec:
    """The rule as a SPEC for the scoring engine: the mean of each source, the sources weighted within a
    criterion, the criteria weighted to the total, rounded to two places."""
    parts = {key: _share(percent) for key, percent in rule.criteria.items()}
    total = _weighted("total", "综合得分", parts)
    total["steps"].append({"op": "round", "places": 2})
    figures = [figure for key in CRITERIA for figure in _figures(key, rule)]
    stage = {
        "key": "review",
        "title": "星级主播年度评审",
        "criterion": [_criterion(source, rule) for source in SOURCES],
        "figure": [*figures, total],
    }
    ranking = {"tie": [{"by": "shared", "title": "名次并列"}]}
    return load_spec(
        {"title": "星级主播评定办法", "stage": [stage], "ranking": ranking}, "评定办法"
    )


def _figures(criterion: str, rule: StarRule) -> list[dict[str, Any]]:
    """The mean of each source in one criterion, and the sources weighted."""
    title = CRITERIA[criterion]
    means = {source: f"mean_{aspect_of(source, criterion)}" for source in SOURCES}
    found = [
        {
            "key": means[source],
            "title": f"{told}：{title}",
            "of": [aspect_of(source, criterion)],
            "steps": [{"op": "mean", "over": "judges"}],
        }
        for source, told in SOURCES.items()
    ]
    parts = {means[source]: _share(percent) for source, percent in rule.sources.items()}
    return [*found, _weighted(criterion, title, parts)]


def _weighted(key: str, title: str, parts: Mapping[str, str]) -> dict[str, Any]:
    step = {"op": "weighted_sum", "over": "parts", "weights": dict(parts)}
    return {"key": key, "title": title, "of": list(parts), "steps": [step]}


def _criterion(source: str, rule: StarRule) -> dict[str, Any]:
    least = rule.experts if source == "expert" else 1
    return {
        "key": source,
        "title": SOURCES[source],
        "panel": {"min": least, "max": 200},
        "aspect": [
            {
                "key": aspect_of(source, key),
                "title": f"{SOURCES[source]}：{title}",
                "max": "100",
                "step": "0.01",
            }
            for key, title in CRITERIA.items()
        ],
    }


def _share(percent: int) -> str:
    return decimal_text(Fraction(percent, 100))


def star_of(total: Fraction | None, rank: int | None, rule: StarRule) -> int | None:
    """The star that a total and a rank give, None for none. Those who share the last place that may have a
    star all have it."""
    if total is None or rank is None or (rule.most is not None and rank > rule.most):
        return None
    return max([star for star, floor in rule.floors.items() if total >= floor], default=None)
