"""The tables of training: classes, rosters, attendance, pairing rounds. Import them from here."""

from __future__ import annotations

from training.models.classes import AttendanceEvent, ClassSession, Enrolment, TrainingClass
from training.models.imports import ImportJob
from training.models.mentorship import (
    MatchRun,
    MentorshipRound,
    Pair,
    Participant,
    UnmetWish,
    Wish,
)

__all__ = [
    "AttendanceEvent",
    "ClassSession",
    "Enrolment",
    "ImportJob",
    "MatchRun",
    "MentorshipRound",
    "Pair",
    "Participant",
    "TrainingClass",
    "UnmetWish",
    "Wish",
]
