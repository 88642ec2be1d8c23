"""A server that dies at one place: `python -m tests.mortal_server FOLDER DATABASE MODULE:FUNCTION`.

Serves as `flask ops serve` does, over the database of a test and with the keys of tests. As soon as the
function returned for the first time, the process gets SIGKILL: nothing is rolled back or tidied.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from pathlib import Path
from typing import Any

from flask.cli import ScriptInfo

import app as application
from tests.conftest import settings_for


def main(folder: str, url: str, place: str) -> None:
    made = application.create_app(settings_for(Path(folder), url))
    module, _, name = place.partition(":")
    _die_after(importlib.import_module(module), name)
    made.cli.main(args=["ops", "serve"], obj=ScriptInfo(create_app=lambda: made))


def _die_after(module: Any, name: str) -> None:
    function = getattr(module, name)

    def last_act(*given: Any, **named: Any) -> None:
        function(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, last_act)


if __name__ == "__main__":
    main(*sys.argv[1:])
