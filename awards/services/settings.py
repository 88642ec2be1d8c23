"""Office settings: one person sets, a second one confirms; nothing is ever overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from awards import rulebook_in_force, setting_values
from awards.models import SettingConfirmation, SettingVersion
from awards.queries.settings import versions_of
from awards.rules import Setting
from core import audit
from core.access import Actor
from core.db import db
from core.errors import DomainError, NotAllowed, NotFound

STREAM = "awards"


def in_force() -> Mapping[str, Setting]:
    """The settings as the engine takes them: the newest confirmed version, else the newest one
    unconfirmed (simulation only), else without a value."""
    book = rulebook_in_force.book()
    newest = {name: _ruling(rows) for name, rows in versions_of().items()}
    found: dict[str, Setting] = {}
    for name, asked in book.settings.items():
        row = newest.get(name)
        value = setting_values.restored(row.value) if row else None
        confirmed = bool(row and row.confirmation)
        found[name] = Setting(name, asked.ask, value, confirmed)
    return found


def _ruling(rows: list[SettingVersion]) -> SettingVersion:
    confirmed = [row for row in rows if row.confirmation]
    return (confirmed or rows)[-1]


def set_value(
    *, actor: Actor, setting: str, text: str, document_no: str, now: datetime
) -> SettingVersion:
    """A new version of a setting, unconfirmed. Raises DomainError at value."""
    book = rulebook_in_force.book()
    if setting not in book.settings:
        raise NotFound("没有这项口径")
    value = setting_values.parse(book, setting, text)
    last = db.session.scalar(
        select(func.max(SettingVersion.seq)).where(SettingVersion.setting == setting)
    )
    stored = list(value) if isinstance(value, tuple) else value
    made = SettingVersion(
        setting=setting,
        seq=(last or 0) + 1,
        value=stored,
        document_no=document_no,
        set_by=actor.account_id,
        set_label=actor.label,
        set_at=now,
    )
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="set_setting",
        subject=made,
        now=now,
        stream=STREAM,
        changes={"setting": setting, "value": stored, "document_no": document_no},
    )
    db.session.flush()
    return made


def confirm(*, actor: Actor, version_id: UUID, now: datetime) -> SettingConfirmation:
    """A second person confirms the newest version. Never the one who set it, whatever roles."""
    version = db.session.get(SettingVersion, version_id)
    if version is None:
        raise NotFound("没有这项口径")
    if version.set_by == actor.account_id:
        raise NotAllowed("这项口径是您设定的，须由另一人确认")
    newest = db.session.scalar(
        select(func.max(SettingVersion.seq)).where(SettingVersion.setting == version.setting)
    )
    if newest != version.seq:
        raise DomainError("这项口径已有更新的值，请回到口径页面确认新的值")
    if version.confirmation:
        raise DomainError("这项口径已经确认过")
    made = SettingConfirmation(
        version=version,
        set_by=version.set_by,
        confirmed_by=actor.account_id,
        confirmed_label=actor.label,
        confirmed_at=now,
    )
    db.session.add(made)
    audit.record(
        actor=actor,
        verb="confirm_setting",
        subject=version,
        now=now,
        stream=STREAM,
        changes={"setting": version.setting, "version": version.seq},
    )
    db.session.flush()
    return made
