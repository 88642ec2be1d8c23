"""The reference application: what the machine can do with Flask, raw SQL and nothing else.

    python -m bench.reference DATABASE_URL [PAGE.html]

POST /insert commits one row durably, GET /row/<key> reads one by key, GET /list renders PAGE with
constant rows and literal links, GET /ok answers "ok". Prints its address, then serves.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sqlite3
import sys
import threading
import uuid

import psycopg
import waitress
from flask import Flask, render_template_string, request
from markupsafe import Markup

TABLE = "CREATE TABLE IF NOT EXISTS reference (id TEXT PRIMARY KEY, body TEXT NOT NULL)"
INSERT = "INSERT INTO reference VALUES (?, ?)"
SELECT = "SELECT body FROM reference WHERE id = ?"
ROWS = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
local = threading.local()


def connection(url: str) -> sqlite3.Connection:
    """One connection a thread, durable: SQLite in WAL mode with FULL, or PostgreSQL as it is."""
    if not hasattr(local, "connection"):
        if url.startswith("sqlite"):
            local.connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
            local.connection.isolation_level = None
            local.connection.execute("PRAGMA journal_mode=WAL")
            local.connection.execute("PRAGMA synchronous=FULL")
        else:
            local.connection = psycopg.connect(url, autocommit=True)
    return local.connection


def template(page: str) -> tuple[str, list[str]]:
    """A page as the same template with its table rows taken out as constants."""
    rows = ROWS.findall(page)
    marked = ROWS.sub("\0", page).replace("{", "&#123;")
    once = "{% for row in rows %}{{ row }}{% endfor %}"
    head, *rest = re.split("\0\\s*", marked)
    return head + once + "".join(rest), rows


def create_app(url: str, page: str) -> Flask:
    """The four addresses."""
    app = Flask(__name__)
    mark = "?" if url.startswith("sqlite") else "%s"
    insert, select = INSERT.replace("?", mark), SELECT.replace("?", mark)
    text, rows = template(page)
    lock = threading.Lock() if mark == "?" else contextlib.nullcontext()  # SQLite has one writer
    connection(url).execute(TABLE)
    known = str(uuid.uuid4())
    connection(url).execute(insert, (known, "known"))

    @app.post("/insert")
    def add() -> str:
        values = (str(uuid.uuid4()), request.get_data(as_text=True))
        with lock:
            connection(url).execute(insert, values)
        return "ok"

    @app.get("/row")
    def read() -> str:
        return connection(url).execute(select, (known,)).fetchone()[0]

    @app.get("/list")
    def show() -> str:
        return render_template_string(text, rows=[Markup(row) for row in rows])

    @app.get("/ok")
    def ok() -> str:
        return "ok"

    return app


if __name__ == "__main__":
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    html = open(sys.argv[2], encoding="utf-8").read() if len(sys.argv) > 2 else ""  # noqa: SIM115
    server = waitress.create_server(
        create_app(sys.argv[1], html),
        host="127.0.0.1",
        port=0,
        threads=8,
        connection_limit=2000,
        channel_timeout=20,
    )
    print(f"http://127.0.0.1:{server.effective_port}/", flush=True)
    server.run()
