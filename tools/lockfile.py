"""Writes requirements.lock: one version set for all supported Pythons, with all wheels' hashes.

pip itself resolves and reports; addresses are dropped, so that any index or folder can serve.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tools.environment import LOCK, PYTHON, REQUIREMENTS, ROOT, RUN, TEST, Refusal

PYTHONS = ("3.11", "3.12", "3.13")
LINUX = [f"manylinux_2_{minor}" for minor in range(5, 36)] + ["manylinux2014", "manylinux1"]
MACS = [f"macosx_{major}_0" for major in range(11, 16)]
PLATFORMS = {
    "linux x86_64": [f"{name}_x86_64" for name in LINUX],
    "linux aarch64": [f"{name}_aarch64" for name in LINUX],
    "mac arm64": [f"{name}_{cpu}" for name in MACS for cpu in ("arm64", "universal2")],
    "windows": ["win_amd64"],
}
# Wanted on Windows only; pip judges markers by the machine on which it runs.
WINDOWS_ONLY = {"colorama": "0.4.6"}
HEAD = """\
# Every package of requirements-dev.txt with its dependencies, exact, for CPython 3.11-3.13.
# The hashes are those of the wheels for Linux, macOS and Windows. Each block ends with the
# commands that need it. Written by `python tools/dev.py lock`; do not edit.
"""


def write() -> int:
    """Resolve on the oldest Python, collect the hashes everywhere, write requirements.lock."""
    pins = _resolve(REQUIREMENTS[TEST])
    needed_to_run = set(_resolve(REQUIREMENTS[RUN]))
    hashes: dict[str, set[str]] = {name: set() for name in [*pins, *WINDOWS_ONLY]}
    for platform in PLATFORMS:
        for python in PYTHONS:
            print(f"Hashes for {platform}, Python {python} ...", flush=True)
            for name, _version, digest in _report_pins({**pins, **WINDOWS_ONLY}, python, platform):
                hashes[name].add(digest)
    needed_to_run |= set(WINDOWS_ONLY)
    blocks = [HEAD]
    for name, version in sorted({**pins, **WINDOWS_ONLY}.items()):
        marker = ' ; sys_platform == "win32"' if name in WINDOWS_ONLY else ""
        lines = [f"{name}=={version}{marker}"]
        lines += [f"    --hash=sha256:{digest}" for digest in sorted(hashes[name])]
        use = "# run" if name in needed_to_run else "# test"
        blocks.append(" \\\n".join(lines) + f"\n    {use}\n")
    LOCK.write_text("\n".join(blocks), encoding="utf-8")
    print(f"{LOCK.name}: {len(pins) + len(WINDOWS_ONLY)} packages")
    return 0


def _resolve(requirements: Path) -> dict[str, str]:
    """{package: version}, dependencies included, as the oldest Python on Linux takes them."""
    report = _report(["-r", str(requirements)], PYTHONS[0], "linux x86_64")
    return {name: version for name, version, _digest in report}


def _report_pins(pins: dict[str, str], python: str, platform: str) -> list[tuple[str, str, str]]:
    lines = [f"{name}=={version}" for name, version in pins.items()]
    return _report(["--no-deps", *lines], python, platform)


def _report(wanted: list[str], python: str, platform: str) -> list[tuple[str, str, str]]:
    """(normalised name, version, sha256) of the files pip would install there."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [str(PYTHON), "-m", "pip", "install", "--dry-run", "--ignore-installed"]
        command += ["-qq", "--report", str(report), "--target", folder]
        command += ["--only-binary=:all:", "--python-version", python, "--platform", "any"]
        command += [f"--platform={tag}" for tag in PLATFORMS[platform]]
        if subprocess.run([*command, *wanted], cwd=ROOT).returncode:
            raise Refusal(f"pip cannot resolve the requirements for {platform}, Python {python}.")
        return [_row(item) for item in json.loads(report.read_text(encoding="utf-8"))["install"]]


def _row(item: dict[str, Any]) -> tuple[str, str, str]:
    metadata = item["metadata"]
    name = metadata["name"].lower().replace("_", "-").replace(".", "-")
    return name, metadata["version"], item["download_info"]["archive_info"]["hashes"]["sha256"]
