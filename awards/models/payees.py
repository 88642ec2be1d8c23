"""Where awards are paid to: accounts in versions, an organisation's confirmed by a second person."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.append_only import append_only
from core.db import Row, UtcDateTime, explain
from core.vault import Sealed
from people.models import Organisation, Person

WAITING, CONFIRMED, REFUSED = "waiting", "confirmed", "refused"


@append_only
class PayeeAccount(Row):
    """A bank account as entered; the newest of a payee counts. A person enters the own one."""

    __tablename__ = "awards_payee_account"
    __table_args__ = (
        UniqueConstraint("person_id", "seq"),
        UniqueConstraint("organisation_id", "seq"),
        CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="owner"),
    )

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_person.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("people_organisation.id"))
    seq: Mapped[int]
    holder: Mapped[str] = mapped_column(String(120))
    bank: Mapped[str] = mapped_column(String(120))
    bank_code: Mapped[str] = mapped_column(String(12), default="")
    account_sealed: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    entered_label: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account_number = Sealed("account_sealed")
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    decision: Mapped[AccountDecision | None] = relationship(back_populates="account")
    mismatches: Mapped[list[AccountMismatch]] = relationship(
        back_populates="account", order_by="AccountMismatch.at, AccountMismatch.id"
    )

    @property
    def usable(self) -> bool:
        """Whether money may go there: one's own, or confirmed by a second person."""
        return self.person_id is not None or self.stage == CONFIRMED

    @property
    def stage(self) -> str:
        """Where an organisation's account stands: waiting, confirmed or refused."""
        if self.decision is None:
            return WAITING
        return CONFIRMED if self.decision.accepted else REFUSED


@append_only
class AccountDecision(Row):
    """A second person typed an organisation's account again and it was the same, or refused it for
    a reason that the organisation reads."""

    __tablename__ = "awards_account_decision"
    __table_args__ = (
        CheckConstraint("decided_by <> entered_by", name="second_person"),
        CheckConstraint("accepted = (reason = '')", name="reason"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("awards_payee_account.id"), unique=True)
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    decided_label: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[PayeeAccount] = relationship(back_populates="decision")


@append_only
class AccountMismatch(Row):
    """A second person typed another number than the one on file. Neither is kept here in clear."""

    __tablename__ = "awards_account_mismatch"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("awards_payee_account.id"), index=True)
    typed_by: Mapped[UUID] = mapped_column(ForeignKey("people_account.id"))
    typed_label: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[PayeeAccount] = relationship(back_populates="mismatches")


_AGAIN = "收款账户刚刚改过，请重新打开页面"
explain("uq_awards_payee_account_person_id_seq", _AGAIN)
explain("uq_awards_payee_account_organisation_id_seq", _AGAIN)
explain("uq_awards_account_decision_account_id", "这个收款账户已经核对过")
explain("ck_awards_account_decision_second_person", "收款账户须由填写人以外的人核对")
