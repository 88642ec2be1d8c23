"""`flask people …`: the only way a first account appears outside the demonstration."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from core import clock
from core.db import db
from core.errors import DomainError
from people.services import accounts

commands = AppGroup("people", help="Accounts and persons.")


@commands.command("create-admin")
@click.argument("login")
@click.option("--label", default="系统管理员", help="The name shown on pages.")
@click.option(
    "--role",
    type=click.Choice(["system_admin", "security_admin"]),
    default="system_admin",
    help="These two are never one person.",
)
@click.password_option(help="At least 12 characters.")
def create_admin(login: str, label: str, role: str, password: str) -> None:
    """Create an administrator; the authenticator is bound at the first sign-in."""
    try:
        hashed = accounts.make_password_hash(password, staff=True)
        with db.unit():
            made = accounts.create_account(
                actor=None, login=login, label=label, password_hash=hashed, now=clock.now()
            )
            accounts.grant_role(actor=None, account=made, role=role, now=clock.now())
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"已建立账号 {login}。请从“工作人员登录”进入，首次登录时绑定动态码。")
