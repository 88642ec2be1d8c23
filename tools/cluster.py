"""A PostgreSQL cluster for one test run: in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.environment import WINDOWS, Refusal

if sys.platform != "win32":
    import pwd

SETTINGS = {"timezone": "UTC", "max_connections": "100"}
# Nothing in a test outlives the run, so it need not reach the disk.
IN_MEMORY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@contextmanager
def throw_away(binaries: Path, *, durable: bool = False) -> Iterator[str]:
    """Start a cluster; yields the address of its empty database (libpq form).

    `durable` for measurements: commits wait for the disk as in real use.
    """
    folder = Path(tempfile.mkdtemp(prefix="saixun-pg-"))
    who = _unprivileged(folder)
    data = folder / "data"
    control = [str(binaries / "pg_ctl"), "-D", str(data), "-w"]
    try:
        make = [str(binaries / "initdb"), "-D", str(data), "-U", "saixun", "-A", "trust"]
        _run([*make, "-E", "UTF8", "--no-locale", "--no-sync"], who)
        settings = SETTINGS | ({} if durable else IN_MEMORY) | _listen(folder)
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        _run([*control, "-l", str(folder / "log"), "-o", options, "start"], who)
        try:
            yield _address(settings)
        finally:
            _run([*control, "-m", "immediate", "stop"], who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then the user `postgres` (or `nobody`) runs it."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names.get("nobody")
    if user is None:
        raise Refusal("PostgreSQL cannot run as root and there is no user postgres or nobody.")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _listen(folder: Path) -> dict[str, str]:
    """A socket in the private folder; on Windows a free port of the loopback address."""
    if not WINDOWS:
        return {"unix_socket_directories": str(folder), "listen_addresses": ""}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return {"listen_addresses": "127.0.0.1", "port": str(probe.getsockname()[1])}


def _address(settings: dict[str, str]) -> str:
    if "port" in settings:
        return f"postgresql://saixun@127.0.0.1:{settings['port']}/postgres"
    folder = quote(settings["unix_socket_directories"], safe="")
    return f"postgresql://saixun@/postgres?host={folder}"


def _run(command: list[str], who: dict[str, Any]) -> None:
    """Run quietly; what the program says is shown when it fails."""
    with tempfile.TemporaryFile() as told:
        outcome = subprocess.run(command, stdout=told, stderr=told, cwd="/" if who else None, **who)
        if outcome.returncode:
            told.seek(0)
            raise Refusal(f"{command[0]} failed:\n{told.read().decode(errors='replace')}")
