"""The base of all command groups: what the machine refuses ends in a sentence, not in a stack trace."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError

from core.web import DISK_TROUBLE

NO_DATABASE = (
    "数据库打不开，或结构不是最新的（{detail}）。请核对 DATABASE_URL 和磁盘空间，"
    "再运行 flask ops migrate。"
)


class Commands(AppGroup):
    """A group whose commands exit 1 with a sentence when database or disk do not do their part."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises ClickException for what no command can mend."""
        try:
            return super().invoke(ctx)
        except (OperationalError, InternalError, ProgrammingError) as error:
            detail = (str(error.orig).splitlines() or [""])[0]
            raise click.ClickException(NO_DATABASE.format(detail=detail)) from error
        except OSError as error:
            if error.errno not in DISK_TROUBLE:
                raise
            raise click.ClickException(f"磁盘已满或不能写入（{error.strerror}）。") from error
