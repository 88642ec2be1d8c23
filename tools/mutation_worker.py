"""Runs tests again and again in one copy of the tree, each time in a fork that has pytest and the
libraries loaded already. Reads a JSON list of tests a line, answers {"status", "output"}.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Sequence

import pytest
from hypothesis import Phase, settings

LIBRARIES = (
    *("flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf", "psycopg", "argon2"),
    *("bs4", "cryptography.hazmat.primitives.ciphers.aead", "html5lib", "pyotp"),
    *("python_calamine", "sqlalchemy.dialects.sqlite", "waitress", "xlsxwriter"),
)
OPTIONS = ["-x", "-q", "-m", "not browser", "-p", "no:cacheprovider", "-p", "no:xdist"]
OPTIONS += ["-W", "ignore:Module already imported"]


def main() -> None:
    """Serve until the input ends."""
    for name in LIBRARIES:
        importlib.import_module(name)
    # A counter-example is enough here; making it small takes longer than finding it.
    quick = settings(phases=[Phase.explicit, Phase.generate], database=None, derandomize=True)
    settings.register_profile("mutations", quick)
    settings.load_profile("mutations")
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)


def _run(tests: Sequence[str]) -> dict[str, object]:
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        child = os.fork()
        if child == 0:
            os.dup2(told.fileno(), 1)
            os.dup2(told.fileno(), 2)
            os._exit(int(pytest.main([*OPTIONS, *tests])))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.seek(0)
        return {"status": status, "output": told.read()}


if __name__ == "__main__":
    main()
