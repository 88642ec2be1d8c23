"""The catalogue of programmes, read once a process."""

from __future__ import annotations

from functools import cache

from people.scopes import ScopeKind
from training import catalogue
from training.catalogue import Catalogue, ClassRules, MentorshipRules, Programme


@cache
def programmes() -> Catalogue:
    """All programmes."""
    return catalogue.load()


def taught() -> list[Programme]:
    """The programmes that hold classes."""
    return [programme for programme in programmes().programmes if programme.class_rules]


def titles() -> dict[str, str]:
    """{code: title} of all programmes."""
    return {programme.code: programme.title for programme in programmes().programmes}


def class_rules(code: str) -> ClassRules | None:
    """The office's settings for classes of a programme, None if it holds none."""
    found = programmes().find(code)
    return found.class_rules if found else None


def mentorship_rules() -> MentorshipRules:
    """The office's settings for pairing rounds."""
    return next(p.mentorship for p in programmes().programmes if p.mentorship)


SCOPE = ScopeKind("programme", "培训项目", lambda: [(one.code, one.title) for one in taught()])
"""Roles within the classes of one programme."""
