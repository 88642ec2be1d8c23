"""A class, its sessions, who is enrolled, and the attendance as events."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from people.models import Person

LIVE = text("state <> 'dropped'")
FIRST = text("corrects_id IS NULL")


class TrainingClass(Row):
    """One run of a programme. `taken` counts live enrolments and never exceeds the planned seats.

    `min_attendance_percent` is a setting of the office, not of the policy.
    """

    __tablename__ = "training_class"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="days"),
        CheckConstraint("taken >= 0 AND taken <= seats", name="seats"),
        CheckConstraint(
            "min_attendance_percent >= 0 AND min_attendance_percent <= 100", name="attendance"
        ),
    )
    opaque_id = True

    code: Mapped[str] = mapped_column(String(30), unique=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(120))
    county: Mapped[str] = mapped_column(String(12), index=True)
    venue: Mapped[str] = mapped_column(String(120))
    organiser: Mapped[str] = mapped_column(String(120))
    starts: Mapped[date]
    ends: Mapped[date]
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    min_attendance_percent: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    sessions: Mapped[list[ClassSession]] = relationship(
        back_populates="training_class", order_by="ClassSession.day, ClassSession.id"
    )


class ClassSession(Row):
    """One entry of the timetable; `hours` are 课时 of 45 minutes."""

    __tablename__ = "training_class_session"
    __table_args__ = (
        UniqueConstraint("class_id", "day", "topic"),
        CheckConstraint("hours > 0", name="hours"),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("training_class.id"))
    day: Mapped[date]
    hours: Mapped[int]
    topic: Mapped[str] = mapped_column(String(120))

    training_class: Mapped[TrainingClass] = relationship(back_populates="sessions")


class Enrolment(Row):
    """A person in a class, with what the roster said of them. One live enrolment per class and person.

    `attended_hours` and `planned_hours` are written once, when the class closes.
    """

    __tablename__ = "training_enrolment"
    __table_args__ = (
        CheckConstraint("state IN ('enrolled', 'passed', 'failed', 'dropped')", name="state"),
        Index(
            "uq_training_enrolment_live",
            "class_id",
            "person_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    class_id: Mapped[UUID] = mapped_column(ForeignKey("training_class.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people_person.id"), index=True)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_import_job.id"))
    row: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="enrolled")
    name: Mapped[str] = mapped_column(String(60))
    education: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[str] = mapped_column(String(200), default="")
    employer: Mapped[str] = mapped_column(String(200), default="")
    skill_level: Mapped[str] = mapped_column(String(24), default="")
    certificate_no: Mapped[str] = mapped_column(String(200), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")
    attended_hours: Mapped[int | None]
    planned_hours: Mapped[int | None]
    created: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    training_class: Mapped[TrainingClass] = relationship()


@append_only
class AttendanceEvent(Row):
    """One mark, or the correction of one. The mark that nothing corrects is the present one.

    A chain cannot fork: one first mark per session and enrolment, one correction per event.
    """

    __tablename__ = "training_attendance_event"
    __table_args__ = (
        Index(
            "uq_training_attendance_event_first",
            "session_id",
            "enrolment_id",
            unique=True,
            sqlite_where=FIRST,
            postgresql_where=FIRST,
        ),
        UniqueConstraint("corrects_id"),
        CheckConstraint(
            "mark IN ('present', 'late', 'left_early', 'leave', 'sick', 'absent')", name="mark"
        ),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("training_class_session.id"), index=True)
    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("training_enrolment.id"), index=True)
    mark: Mapped[str] = mapped_column(String(10))
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("training_attendance_event.id"))
    by_id: Mapped[UUID | None]
    by_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


STALE = "这一课的考勤刚被别人改过，请核对后再保存一次"
explain("uq_training_class_code", "这个班级编号已经用过，请换一个", "code")
explain("ck_training_class_days", "结束日期不能早于开班日期", "ends")
explain("ck_training_class_seats", "计划人数不能少于已在班的人数", "seats")
explain(
    "uq_training_class_session_class_id_day_topic",
    "这一天已有相同内容的课，请改上课日期或内容",
    "topic",
)
explain("uq_training_enrolment_live", "名册中有人刚刚由别人加入了这个班，请重新打开本页再写入")
explain("uq_training_attendance_event_first", STALE)
explain("uq_training_attendance_event_corrects_id", STALE)
