"""Who may do what in training. Scoped loaders narrow each action to the classes within reach."""

from __future__ import annotations

from core.access import allow
from core.navigation import NavItem

_RUN = allow("training_organiser", "county_office")
_READ = allow("training_organiser", "county_office", "auditor")
_PAIR = allow("mentorship_office")

ACTIONS = {
    "training.classes": _READ,
    "training.open_class": _RUN,
    "training.edit_class": _RUN,
    "training.timetable": _RUN,
    "training.import": _RUN,
    "training.attendance": _RUN,
    "training.drop": _RUN,
    "training.close": _RUN,
    "training.board": _READ,
    "mentorship.rounds": allow("mentorship_office", "auditor"),
    "mentorship.open": _PAIR,
    "mentorship.import": _PAIR,
    "mentorship.compute": _PAIR,
    "mentorship.move": _PAIR,
    "mentorship.publish": _PAIR,
    "mentorship.own": allow("contestant"),
}

NAV = [
    NavItem("培训", "training.programmes", "public", 20),
    NavItem("培训班", "training.classes", "training.classes", 30, ("/office/training/",)),
    NavItem("目标看板", "training.board", "training.board", 31),
    NavItem("师徒配对", "training.rounds", "mentorship.rounds", 35),
    NavItem("我的师徒", "training.own_pairing", "mentorship.own", 24),
]
