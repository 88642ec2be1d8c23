"""`flask people …`: the only way a first account appears outside the demonstration."""

from __future__ import annotations

import click

from core import clock
from core.command_groups import Commands
from core.db import db
from core.errors import DomainError
from people.services import accounts

commands = Commands("people", help="账号和人员。")
CREATE_HELP = "建立管理员账号。\n\n首次登录时绑定动态码。"


@commands.command("create-admin", help=CREATE_HELP)
@click.argument("login")
@click.option("--label", default="系统管理员", help="页面上显示的名字。")
@click.option(
    "--role",
    type=click.Choice(["system_admin", "security_admin"]),
    default="system_admin",
    help="系统管理员或安全管理员；两者不能是同一人。",
)
@click.password_option(
    prompt="密码", confirmation_prompt="再输一遍密码", help="至少 12 个字符；不写则提示输入。"
)
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
