"""Three-valued conditions: true, false, or None while the fact does not say (待补证)."""

from __future__ import annotations

from functools import lru_cache

from awards.facts import Fact, key_label, value_label
from awards.rules import Condition, Rule
from core.money import yuan


def holds(condition: Condition, fact: Fact) -> bool | None:
    """Whether a condition holds for a fact; None if the fact lacks the key."""
    value = fact.value(condition.key)
    if value is None:
        return None
    if condition.any_of:
        # True == 1 in Python; a fact that says 1 does not say "yes". All values are of one type.
        return type(value) is type(condition.any_of[0]) and value in condition.any_of
    if not isinstance(value, int) or isinstance(value, bool):
        return False
    above = condition.least is None or condition.least <= value
    return above and (condition.most is None or value <= condition.most)


def no_line_reason(rule: Rule, fact: Fact) -> str | None:
    """Why a fact gives no line under a rule, as a Chinese sentence; None if it gives one."""
    for condition in rule.when:
        if holds(condition, fact) is False:
            return f"条件不符：{_stated(condition, fact)}"
    amount = rule.amount
    if amount.table is not None and amount.by is not None:
        value = fact.value(amount.by)
        if value is not None and value not in amount.table:
            label = key_label(fact.type, amount.by)
            return f"条款所列{label}为{'、'.join(amount.table)}，本事实为{value}"
    return None


def described(condition: Condition, fact: Fact) -> str:
    """A condition with the value of the fact, for the trace."""
    found = holds(condition, fact)
    mark = "待补证" if found is None else "符合" if found else "不符合"
    return f"{_stated(condition, fact)}（{mark}）"


def _stated(condition: Condition, fact: Fact) -> str:
    """What the fact says, and what the clause asks where that is more than the same again."""
    label, value = key_label(fact.type, condition.key), fact.value(condition.key)
    wanted = _wanted(condition, fact.type)
    if value is None:
        return f"{label}：还没有材料证明，条款要求“{wanted}”"
    shown = value_label(fact.type, condition.key, value)
    return f"{label}：{shown}" if shown == wanted else f"{label}：{shown}，条款要求“{wanted}”"


@lru_cache(maxsize=1024)
def _wanted(condition: Condition, fact_type: str) -> str:
    """What a condition asks for; the same for every fact of a type."""
    if condition.any_of:
        names = [value_label(fact_type, condition.key, value) for value in condition.any_of]
        return "或".join(["、".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    least, most = condition.least, condition.most
    bounds = [f"不低于 {_grouped(least)}"] if least is not None else []
    if most is not None:
        bounds.append(f"不高于 {_grouped(most)}")
    return "且".join(bounds)


def _grouped(number: int) -> str:
    """A whole number with its thousands grouped, as money is shown."""
    return yuan(number * 100).removesuffix(".00")
