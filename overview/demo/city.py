"""Loading the whole city, area by area, each in a unit of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from core import installation
from core.db import db
from core.errors import DomainError
from overview.demo import awards, cast, contests, judging, livestream, logins, panels, training


def load(*, folder: Path, now: datetime) -> list[logins.Login]:
    """Fill an empty demonstration database; returns the logins. Refuses any other database."""
    if installation.stored_mode(db.session()) == "production":
        raise DomainError("这是正式数据库，不能装入演示数据。")
    if logins.anybody():
        raise DomainError("数据库里已有账号，演示数据只能装入空库。")
    crowd = cast.people()
    star, password = next(crowd), logins.fresh_password()
    with db.unit():
        made = [*logins.make_officials(now), logins.Login("contestant", star.phone, password)]
        contestant = logins.make_contestant(star, now - timedelta(days=90), password)
    held = contests.load(now=now, folder=folder / "files", crowd=crowd, star=contestant)
    made += judging.load(now=now, held=held, crowd=crowd)
    training.load(now=now, folder=folder / "files", crowd=crowd, star=star)
    made += awards.load(now=now, folder=folder / "files", crowd=crowd)
    livestream.load(now=now, folder=folder / "files", crowd=crowd)
    panels.load(now=now, folder=folder / "files", crowd=crowd)
    _claim(next(crowd), next(crowd), now)
    logins.keep(folder, made)
    return made


def _claim(known: cast.Figure, other: cast.Figure, now: datetime) -> None:
    """Another phone claims to be somebody who is known: the office has to compare identities."""
    with db.unit():
        logins.make_contestant(known, now - timedelta(days=9))
        logins.make_contestant(replace(known, phone=other.phone), now - timedelta(days=1))
