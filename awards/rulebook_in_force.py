"""The rulebook that this installation follows; read once. Its `confirmed` flags never count."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from awards import rulebook
from awards.rules import Rule, Rulebook

PATH = Path(__file__).parent / "rulebooks" / "quwei-2020-7.toml"
# The rules whose facts this version collects; the others of the book are shown, not applied.
APPLIED = ("18.skill_match", "18.star_operator", "18.streamer_contribution", "12.host")


@cache
def book() -> Rulebook:
    """The rulebook of 衢委发〔2020〕7号."""
    return rulebook.load(PATH)


def rule_of(rule_id: str) -> Rule:
    """The newest version of a rule."""
    return [rule for rule in book().rules if rule.id == rule_id][-1]
