"""`flask ops …`: migrate, serve, doctor, audit-verify."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from pathlib import Path

import click
import flask_migrate
import waitress
from flask import current_app

from core import append_only, audit, clock, files, installation
from core.command_groups import Commands
from core.db import db
from core.errors import DomainError
from core.request_bodies import Channel

commands = Commands("ops", help="运行和看护：迁移、启动、体检、核对审计链。")
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
THREADS = 8
CONNECTIONS = 2000
CHANNEL_TIMEOUT_SECONDS = 20
PORTS_TRIED = 50
LAST_PORT = 65_535
AUDIT_HELP = "逐条核对审计链。\n\n有断裂时指出每条流的第一处，退出码 1。"
DOCTOR_HELP = "检查安装。\n\n查防改触发器、存储的文件、运行模式和数据库设置；有问题退出码 1。"


@commands.command("migrate", help="把数据库升到最新结构，并定下运行模式。")
def migrate() -> None:
    """Bring the database to the newest form and settle its mode."""
    settings = current_app.extensions["settings"]
    settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    flask_migrate.upgrade(str(MIGRATIONS))
    try:
        with db.unit() as session:
            installation.settle_mode(session, mode=settings.mode, now=clock.now())
    except DomainError as error:
        raise click.ClickException(error.message) from error


@commands.command("serve", help="启动服务（waitress）。")
def serve() -> None:
    """Serve with waitress, the one WSGI server that survives slow clients alone."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news here
    files.sweep(current_app.extensions["settings"].files, now=clock.now().timestamp())
    host = os.environ.get("SAIXUN_HOST", "127.0.0.1")
    listener = _listener(host, _wanted_port())
    port = listener.getsockname()[1]
    server = waitress.create_server(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=CHANNEL_TIMEOUT_SECONDS,
        ident=None,
    )
    server.channel_class = Channel
    click.echo(f"赛训已启动，按 Ctrl+C 停止。请在浏览器打开：\nhttp://{host}:{port}/")
    sys.stdout.flush()
    server.run()


def _wanted_port() -> int:
    text = os.environ.get("SAIXUN_PORT", "8000").strip()
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_PORT):  # 0: any free one
        raise click.ClickException(f"SAIXUN_PORT 应为 1 至 {LAST_PORT} 的整数，现在是“{text}”。")
    return int(text)


def _listener(host: str, wanted: int) -> socket.socket:
    """The wanted port, or the next free one."""
    for port in range(wanted, wanted + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
            continue
        return listener
    raise click.ClickException(
        f"端口 {wanted} 到 {wanted + PORTS_TRIED - 1} 都被占用，请设置 SAIXUN_PORT。"
    )


@commands.command("audit-verify", help=AUDIT_HELP)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def audit_verify(as_json: bool) -> None:
    """Verify the chain of every stream; names the first broken row of each. Exit 1 if any."""
    broken = list(audit.verify(db.session()))
    if as_json:
        click.echo(json.dumps({"broken": [vars(item) for item in broken]}, ensure_ascii=False))
    for item in [] if as_json else broken:
        click.echo(f"审计链断裂：流 {item.stream} 第 {item.seq} 条，{item.why}。")
    if not broken and not as_json:
        click.echo("审计链完整。")
    sys.exit(1 if broken else 0)


@commands.command("doctor", help=DOCTOR_HELP)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON。")
def doctor(as_json: bool) -> None:
    """Check the installation: guards of the append-only tables, mode, database profile."""
    findings = list(_findings())
    if as_json:
        click.echo(json.dumps({"findings": findings}, ensure_ascii=False))
    else:
        click.echo("\n".join(findings) or "没有发现问题。")
    sys.exit(1 if findings else 0)


def _findings() -> list[str]:
    settings = current_app.extensions["settings"]
    with db.engine.connect() as connection:
        found = [
            f"表 {name} 缺少防改触发器，请运行 flask ops migrate。"
            for name in append_only.missing(connection)
        ]
        if connection.dialect.name == "sqlite":
            sync = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            if sync != 2:
                found.append("SQLite 的 synchronous 不是 FULL，断电会丢数据。")
    for name in files.damaged(settings.files, current_app.extensions["vault"]):
        found.append(f"文件 {name} 的内容与校验值不符，请从备份恢复。")
    mode = installation.stored_mode(db.session())
    if mode != settings.mode:
        found.append(f"数据库模式是 {mode or '未建立'}，运行模式是 {settings.mode}。")
    return found
