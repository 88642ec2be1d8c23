"""`flask demo …`: the demonstration city."""

from __future__ import annotations

import json
import sys

import click
from flask import current_app

from core import clock
from core.command_groups import Commands
from core.errors import DomainError
from overview.demo import city, logins, routes

commands = Commands("demo", help="演示城市，不与真实数据混用。")


@commands.command("load", help="装入演示城市，列出各角色的账号。")
@click.option("--if-empty", is_flag=True, help="数据库里已有账号时什么也不做。")
def load(if_empty: bool) -> None:
    """Load the city and print one login per role."""
    folder = current_app.extensions["settings"].instance
    try:
        if if_empty and logins.anybody():
            _print_where(folder)
            return
        made = city.load(folder=folder, now=clock.now())
    except DomainError as error:
        raise click.ClickException(error.message) from error
    _print(made)
    _print_where(folder)


@commands.command("logins", help="再次列出演示账号。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def show_logins(as_json: bool) -> None:
    """Print the logins again."""
    try:
        made = list(logins.read(current_app.extensions["settings"].instance))
    except DomainError as error:
        raise click.ClickException(error.message) from error
    if as_json:
        click.echo(json.dumps({"logins": [vars(one) for one in made]}, ensure_ascii=False))
    else:
        _print(made)


@commands.command("code", help="工作人员账号此刻的六位动态码。")
@click.argument("role")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def code(role: str, as_json: bool) -> None:
    """The present six-digit code of an official's account."""
    try:
        digits = logins.present_code(role)
    except DomainError as error:
        click.echo(error.message, err=True)
        sys.exit(2)
    click.echo(json.dumps({"role": role, "code": digits}) if as_json else digits)


@commands.command("routes", help="每个页面：能看的角色和示例网址。")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def show_routes(as_json: bool) -> None:
    """Every page with the role that may see it and the address of its sample."""
    found = routes.addresses()
    if as_json:
        click.echo(json.dumps([vars(one) for one in found], ensure_ascii=False))
    else:
        click.echo("\n".join(f"{one.role:20} {one.url}" for one in found))


def _print(made: list[logins.Login]) -> None:
    click.echo("演示账号（每次安装随机生成；工作人员另需动态码：flask demo code 账号）：")
    for one in made:
        click.echo(f"  {one.role:20} {one.name}  {one.password}")


def _print_where(folder: object) -> None:
    click.echo(f"演示账号保存在 {folder}/{logins.FILE}，用 flask demo logins 再次查看。")
