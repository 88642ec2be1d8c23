"""The one entry point of the project's commands: `python tools/dev.py help`.

The Makefile calls nothing else, so a machine without make (Windows included) does the same.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13")


def supported_python() -> str:
    """The running Python if the project supports it, else the newest supported one on PATH."""
    if "%d.%d" % sys.version_info[:2] in SUPPORTED:  # noqa: UP031  # this line runs on any Python 3
        return sys.executable
    for version in reversed(SUPPORTED):
        found = shutil.which("python" + version)
        if found:
            return found
    sys.exit(
        "Saixun needs CPython 3.11, 3.12 or 3.13; this is Python {}.{} and none of them is on "
        "PATH. Install one and run it with: python3.11 tools/dev.py ...".format(*sys.version_info)
    )


if __name__ == "__main__":
    python = supported_python()
    if python != sys.executable:
        sys.exit(subprocess.call([python, __file__, *sys.argv[1:]]))
    sys.path.insert(0, str(ROOT))
    from tools.commands import main

    sys.exit(main(sys.argv[1:]))
