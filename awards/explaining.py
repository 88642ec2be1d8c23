"""The reasoning of a line in Chinese, step by step: clause, fact, conditions, sum, outcome."""

from __future__ import annotations

from collections.abc import Mapping

from awards import conditions, lines, setting_values
from awards.amounts import Settings
from awards.drafts import Award, Part
from awards.facts import Fact, type_label
from awards.lines import Line
from awards.rules import Rule, Rulebook
from core import money


def finished(award: Award, asked: Mapping[str, str]) -> list[Line]:
    """The lines of one award, in the order of members and instalments.

    `asked` holds the sentence on each setting (see setting_sentences).
    """
    shared = _grounds(award.rule, award.fact, asked)
    return [_line(award, part, shared) for part in award.parts]


def _line(award: Award, part: Part, shared: tuple[str, ...]) -> Line:
    rule = award.rule
    return Line(
        rule=rule.id,
        clause=rule.clause,
        payee=part.payee,
        fen=part.fen,
        status=part.status,
        why=part.why,
        trace=(*shared, *part.notes, _outcome(part)),
        fact_id=award.fact.id,
        key=award.key,
        instalment=part.instalment,
        instalments=part.instalments,
        year=award.fact.year,
        tax=rule.tax,
        funding=rule.funding,
    )


def _grounds(rule: Rule, fact: Fact, asked: Mapping[str, str]) -> tuple[str, ...]:
    """What all lines of an award rest on."""
    return (
        f"条款 {rule.clause}：“{rule.quote}”",
        fact_sentence(fact),
        *(f"条件：{conditions.described(condition, fact)}" for condition in rule.when),
        *(asked[name] for name in rule.settings),
    )


def fact_sentence(fact: Fact) -> str:
    """A fact in one line, without personal data: day, type, document, id."""
    document = fact.value("document")
    source = f"，文号 {document}" if document else ""
    withdrawn = "，已撤销" if fact.withdrawn else ""
    return f"事实：{fact.date} {type_label(fact.type)}（{fact.id}{source}{withdrawn}）"


def setting_sentences(rulebook: Rulebook, settings: Settings) -> dict[str, str]:
    """The question, value and state of every setting that a rule of the book names."""
    names = {name for rule in rulebook.rules for name in rule.settings}
    return {name: _setting_sentence(name, settings, rulebook) for name in names}


def _setting_sentence(name: str, settings: Settings, rulebook: Rulebook) -> str:
    setting = settings.get(name)
    if setting is None or setting.value is None:
        return f"口径 {name}：未定"
    state = "已确认" if setting.confirmed else "未确认"
    value = setting_values.shown(rulebook, name, setting.value)
    return f"口径 {name}：{setting.ask}：{value}（{state}）"


def _outcome(part: Part) -> str:
    """The last step of every trace."""
    label = lines.STATUS_LABELS[part.status]
    return f"结论：{label}，{money.yuan(part.fen)} 元。{part.why}"
