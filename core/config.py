"""Settings from the environment. Production refuses to start without its secrets."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

MODES = ("demo", "production", "test")
SECRETS = ("SECRET_KEY", "SAIXUN_FIELD_KEY", "SAIXUN_INDEX_KEY", "SAIXUN_AUDIT_KEY")
SHORTEST_SECRET = 32


class ConfigError(click.ClickException):
    """The environment does not allow a start; the message says which variable and why."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. Keys are 32 bytes each."""

    mode: str
    instance: Path
    database_url: str
    base_url: str
    secret_key: bytes
    field_key: bytes
    index_key: bytes
    audit_key: bytes

    @property
    def https(self) -> bool:
        """Whether cookies may be `__Host-` and Secure."""
        return self.base_url.startswith("https://")

    @property
    def files(self) -> Path:
        """The root of the content-addressed file store."""
        return self.instance / "files"


def load(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raises ConfigError. Outside production, missing secrets are made once
    and kept under instance/secrets with mode 0600."""
    env = os.environ if env is None else env
    mode = env.get("SAIXUN_MODE", "demo")
    if mode not in MODES:
        raise ConfigError(f"SAIXUN_MODE 只能是 {'、'.join(MODES)}，现在是“{mode}”。")
    instance = Path(env.get("SAIXUN_INSTANCE", "instance")).resolve()
    if mode == "production":
        _require(env, (*SECRETS, "DATABASE_URL", "SAIXUN_BASE_URL"))
    keys = [_key(env, name, mode, instance) for name in SECRETS]
    return Settings(
        mode,
        instance,
        _database_url(_value(env, "DATABASE_URL"), instance),
        _value(env, "SAIXUN_BASE_URL").rstrip("/"),
        *keys,
    )


def _require(env: Mapping[str, str], names: tuple[str, ...]) -> None:
    missing = [name for name in names if not _value(env, name)]
    if missing:
        raise ConfigError(
            f"生产模式缺少设置：{'、'.join(missing)}。请设置同名环境变量，或用“变量名_FILE”指向文件。"
        )


def _value(env: Mapping[str, str], name: str) -> str:
    """A variable, or the content of the file that NAME_FILE names."""
    path = env.get(f"{name}_FILE")
    if not path:
        return env.get(name, "").strip()
    try:
        return Path(path).read_text("utf-8").strip()
    except OSError as error:
        raise ConfigError(f"{name}_FILE 指向的文件读不了：{path}。") from error


def _key(env: Mapping[str, str], name: str, mode: str, instance: Path) -> bytes:
    text = _value(env, name)
    if not text and mode != "production":
        text = _kept_secret(instance / "secrets" / name.lower())
    if len(text) < SHORTEST_SECRET:
        raise ConfigError(f"{name} 太短：至少 {SHORTEST_SECRET} 个字符。")
    return hashlib.sha256(text.encode()).digest()


def _kept_secret(path: Path) -> str:
    """A random secret that two processes starting at once agree on."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all; the first one wins
        os.unlink(draft)
    return path.read_text("utf-8")


def _database_url(url: str, instance: Path) -> str:
    if not url:
        return f"sqlite:///{instance / 'saixun.db'}"
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
