"""Versions of office settings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from awards.models import SettingVersion
from core.db import db
from core.errors import NotFound


def versions_of(setting: str = "") -> dict[str, list[SettingVersion]]:
    """The versions of one setting or of all, the oldest first."""
    query = select(SettingVersion).options(joinedload(SettingVersion.confirmation))
    if setting:
        query = query.where(SettingVersion.setting == setting)
    found: dict[str, list[SettingVersion]] = {}
    for row in db.session.scalars(query.order_by(SettingVersion.setting, SettingVersion.seq)):
        found.setdefault(row.setting, []).append(row)
    return found


def version(version_id: UUID) -> SettingVersion:
    """One version, or NotFound."""
    found = db.session.get(SettingVersion, version_id)
    if found is None:
        raise NotFound("没有这项口径")
    return found
