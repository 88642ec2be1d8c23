"""Settings: production refuses to start without its secrets, and says which."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from core import config
from core.config import ConfigError, load

LONG = "x" * 32
COMPLETE = {
    "SAIXUN_MODE": "production",
    **dict.fromkeys(config.SECRETS, LONG),
    "DATABASE_URL": "postgresql://city@db/saixun",
    "SAIXUN_BASE_URL": "https://saixun.example/",
}


def test_a_complete_production(tmp_path: Path) -> None:
    settings = load(COMPLETE | {"SAIXUN_INSTANCE": str(tmp_path)})
    assert settings.database_url == "postgresql+psycopg://city@db/saixun"
    assert settings.base_url == "https://saixun.example"
    assert settings.https
    assert settings.files == tmp_path / "files"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*config.SECRETS, "DATABASE_URL", "SAIXUN_BASE_URL"])
def test_production_wants_each(name: str, tmp_path: Path) -> None:
    env = {key: value for key, value in COMPLETE.items() if key != name}
    with pytest.raises(ConfigError, match=f"生产模式缺少设置：{name}。"):
        load(env | {"SAIXUN_INSTANCE": str(tmp_path)})


@pytest.mark.parametrize("name", config.SECRETS)
def test_short_secrets_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"{name} 太短"):
        load(COMPLETE | {name: "x" * 31, "SAIXUN_INSTANCE": str(tmp_path)})


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(LONG + "\n")
    env = COMPLETE | {"SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}
    settings = load(env | {"SAIXUN_INSTANCE": str(tmp_path)})
    assert settings.secret_key == load(COMPLETE).secret_key
    with pytest.raises(ConfigError, match="SECRET_KEY_FILE 指向的文件读不了"):
        load(env | {"SECRET_KEY_FILE": str(tmp_path / "gone")})


def test_an_unknown_mode(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SAIXUN_MODE 只能是"):
        load({"SAIXUN_MODE": "live", "SAIXUN_INSTANCE": str(tmp_path)})


def test_the_demonstration_makes_its_secrets_once(tmp_path: Path) -> None:
    env = {"SAIXUN_INSTANCE": str(tmp_path / "instance")}
    first = load(env)
    assert load(env) == first
    assert first.mode == "demo"
    assert first.database_url == f"sqlite:///{tmp_path / 'instance' / 'saixun.db'}"
    kept = sorted((tmp_path / "instance" / "secrets").iterdir())
    assert [path.name for path in kept] == sorted(name.lower() for name in config.SECRETS)
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    found: list[config.Settings] = []
    env = {"SAIXUN_INSTANCE": str(tmp_path)}
    threads = [threading.Thread(target=lambda: found.append(load(env))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
