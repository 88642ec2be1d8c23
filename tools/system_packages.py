"""The programs outside Python that the tests need: a chromium, a Chinese font, PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def chromium() -> str | None:
    """The browser's path: SAIXUN_CHROMIUM first, then what is on PATH."""
    named = os.environ.get("SAIXUN_CHROMIUM")
    if named:
        return shutil.which(named)
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    return found or (str(MAC_BROWSER) if MAC_BROWSER.exists() else None)


def chinese_font() -> bool:
    """Whether a font with Chinese characters is installed; only Linux has to be asked."""
    if not sys.platform.startswith("linux"):
        return True
    if not shutil.which("fc-list"):
        return False
    fonts = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True).stdout
    return bool(fonts.strip())


def postgres_bin() -> Path | None:
    """The folder of initdb and pg_ctl; the newest where there are several."""
    folders = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout
        folders.append(Path(told.strip()))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in folders if list(folder.glob("initdb*"))), None)


def provide(parts: list[str]) -> None:
    """Install with apt-get what `parts` (browser, postgres) lack, as root on Debian; else say how.

    Nothing is raised: a part that still lacks its program is reported as not run.
    """
    packages = _missing(parts)
    if not packages:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not (is_root and shutil.which("apt-get")):
        print("Missing on this machine. On Debian and Ubuntu: sudo " + " ".join(command))
        return
    print("Installing with apt-get: " + " ".join(packages), flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environ, stdout=subprocess.DEVNULL)
    subprocess.run([*command, "-q"], env=environ, stdout=subprocess.DEVNULL)


def _missing(parts: list[str]) -> list[str]:
    packages = []
    if "browser" in parts and not chromium():
        packages.append("chromium")
    if "browser" in parts and not chinese_font():
        packages += ["fonts-noto-cjk", "fontconfig"]
    if "postgres" in parts and not postgres_bin():
        packages.append("postgresql")
    return packages
