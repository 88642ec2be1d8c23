"""The virtual environment: made once, installed again only when a requirement file changes."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
LOCK = ROOT / "requirements.lock"
RUN = "run"
TEST = "test"
REQUIREMENTS = {RUN: ROOT / "requirements.txt", TEST: ROOT / "requirements-dev.txt"}


class Refusal(Exception):
    """Something outside the project is missing; the sentence says what, and what to do."""


def child_environ() -> dict[str, str]:
    """The environment of everything that is started here: UTF-8, unbuffered, the app's name."""
    return {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "FLASK_APP": "app"}


def flask(*words: str) -> list[str]:
    """The command line `flask WORDS` inside the virtual environment."""
    return [str(PYTHON), "-m", "flask", *words]


def become(command: list[str], environ: dict[str, str]) -> int:
    """Run as the last step: in place of this process where the system can, else as a child."""
    sys.stdout.flush()
    if WINDOWS:
        return subprocess.call(command, cwd=ROOT, env=environ)
    os.chdir(ROOT)
    os.execve(command[0], command, environ)


def install(kind: str) -> None:
    """Make .venv hold what `kind` (RUN or TEST) needs; a second time it only compares a hash."""
    stamp = VENV / f".saixun-{kind}"
    wanted = _fingerprint()
    if _is_current(stamp, wanted) or (
        kind == RUN and _is_current(VENV / f".saixun-{TEST}", wanted)
    ):
        return
    if not _pip_works():
        _create()
    print(f"Installing {REQUIREMENTS[kind].name} with the hashes of {LOCK.name} ...", flush=True)
    outcome = subprocess.run([*_pip("install"), *_selection(kind)], cwd=ROOT)
    if outcome.returncode:
        raise Refusal(
            "The requirements could not be installed (see above). Without a network, fill a "
            "folder on another machine with: pip download --require-hashes -r requirements.lock "
            "-d FOLDER, and set SAIXUN_WHEELS=FOLDER."
        )
    stamp.write_text(wanted, encoding="utf-8")


def _fingerprint() -> str:
    """Changes when a requirement file, the lock or the Python version changes."""
    digest = hashlib.sha256(".".join(map(str, sys.version_info[:2])).encode())
    for path in (*REQUIREMENTS.values(), LOCK):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _is_current(stamp: Path, wanted: str) -> bool:
    return PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted


def _pip_works() -> bool:
    """False for a missing, half-made or moved environment and for one of another Python."""
    if not PYTHON.exists():
        return False
    question = "import sys, pip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(PYTHON), "-c", question], capture_output=True, text=True)
    except OSError:
        return False
    return answer.stdout.strip() == ".".join(map(str, sys.version_info[:2]))


def _create() -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    version = ".".join(map(str, sys.version_info[:2]))
    if missing:
        raise Refusal(
            f"{sys.executable} lacks the module {' and '.join(missing)}, so no virtual "
            f"environment can be made. On Debian and Ubuntu: apt-get install python{version}-venv"
        )
    print(f"Creating {VENV.name} with Python {version} ...", flush=True)
    outcome = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if outcome.returncode:
        raise Refusal(
            f"Python could not make a virtual environment in {VENV} (see above). "
            f"On Debian and Ubuntu try: apt-get install python{version}-venv"
        )


def _pip(command: str) -> list[str]:
    """pip, from the wheel folder alone when SAIXUN_WHEELS names one."""
    words = [str(PYTHON), "-m", "pip", command, "--disable-pip-version-check", "-qq"]
    wheels = os.environ.get("SAIXUN_WHEELS")
    if not wheels:
        return words
    if not Path(wheels).is_dir():
        raise Refusal(f"SAIXUN_WHEELS names {wheels}, which is not a folder.")
    return [*words, "--no-index", "--find-links", wheels]


def _selection(kind: str) -> list[str]:
    """The part of the lock that `kind` needs; its packages are marked `# run` or `# test`."""
    if kind == TEST:
        return ["--require-hashes", "-r", str(LOCK)]
    part = VENV / "requirements-run.lock"
    blocks = LOCK.read_text(encoding="utf-8").split("\n\n")
    part.write_text("\n\n".join(b for b in blocks if "# test" not in b), encoding="utf-8")
    return ["--require-hashes", "-r", str(part)]
