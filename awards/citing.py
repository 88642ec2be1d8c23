"""The citation check of a rule: verbatim quote, existing clause, no figure out of thin air."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from awards.rules import Rule
from core.citations import Policy, bare, figures
from core.toml_tables import Table


def check(rule: Rule, policy: Policy, table: Table) -> None:
    """Refuse (LoadError) a rule whose quote or figures the policy text does not carry."""
    if not policy.contains(rule.quote):
        raise table.refuse("quote", "引文与政策原文不一致（除空白外须逐字相同）")
    clause = policy.clause(rule.clause)
    if clause is None:
        raise table.refuse("clause", f"政策原文没有第 {rule.clause} 条")
    if bare(rule.quote) not in clause:
        raise table.refuse("clause", f"引文不在政策原文第 {rule.clause} 条里")
    named = figures(rule.quote)
    for key, figure in _claimed(rule):
        if figure not in named:
            raise table.refuse(key, f"引文里没有 {figure} 这个数")


def _claimed(rule: Rule) -> Iterator[tuple[str, Fraction]]:
    """Every figure that a rule claims, with the key at which it stands."""
    amount = rule.amount
    single = {
        "amount.yuan": amount.yuan,
        "amount.ratio" if amount.kind == "match" else "amount.rate": amount.rate,
        "amount.max": amount.most,
        "amount.cap": amount.cap,
        "amount.max_years": amount.max_years,
    }
    yield from ((key, Fraction(value)) for key, value in single.items() if value is not None)
    for name, yuan in (amount.table or {}).items():
        yield f"amount.table.{name}", Fraction(yuan)
    for condition in rule.when:
        for name, bound in (("min", condition.least), ("max", condition.most)):
            if bound is not None:
                yield f"when.{condition.key}.{name}", Fraction(bound)
