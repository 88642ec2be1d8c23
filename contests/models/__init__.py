"""The tables of contests: editions, entries, judging, results. Import them from here."""

from __future__ import annotations

from contests.models.certificates import Certificate, CertificateRevocation
from contests.models.editions import Contest, Division, Stage, Track
from contests.models.entries import Entry, EntryDocument, EntryMember, EntryReview
from contests.models.fairness import BlindLayer, DrawCommitment
from contests.models.feedback import Feedback
from contests.models.halts import Halt, Reopening
from contests.models.judging import (
    Assignment,
    GivenValue,
    Mark,
    MarkOperation,
    Panel,
    Performance,
    Seat,
)
from contests.models.livestream import (
    LiveProduct,
    LiveSession,
    LiveSlot,
    MetricFile,
    MetricRuling,
    MetricValue,
    PlatformAccount,
)
from contests.models.publishing import FinalRelease, Objection
from contests.models.results import (
    FirmnessCheck,
    Publication,
    RecheckFinding,
    ResultLine,
    ResultRun,
    RunSignature,
)
from contests.models.stages import AdjustmentAct, StageAdmission
from contests.models.star_review import (
    StarCandidate,
    StarEvidence,
    StarLine,
    StarMark,
    StarNotice,
    StarReview,
    StarRun,
    StarSignature,
)

__all__ = [
    "AdjustmentAct",
    "Assignment",
    "BlindLayer",
    "Certificate",
    "CertificateRevocation",
    "Contest",
    "Division",
    "DrawCommitment",
    "Entry",
    "EntryDocument",
    "EntryMember",
    "EntryReview",
    "Feedback",
    "FinalRelease",
    "FirmnessCheck",
    "GivenValue",
    "Halt",
    "LiveProduct",
    "LiveSession",
    "LiveSlot",
    "Mark",
    "MarkOperation",
    "MetricFile",
    "MetricRuling",
    "MetricValue",
    "Objection",
    "Panel",
    "Performance",
    "PlatformAccount",
    "Publication",
    "RecheckFinding",
    "Reopening",
    "ResultLine",
    "ResultRun",
    "RunSignature",
    "Seat",
    "Stage",
    "StageAdmission",
    "Track",
    "StarCandidate",
    "StarEvidence",
    "StarLine",
    "StarMark",
    "StarNotice",
    "StarReview",
    "StarRun",
    "StarSignature",
]
