"""Python's cycle collector, held back while a large result is worked out.

A computation that builds hundreds of thousands of small values and keeps them to its end has nothing
for the collector to find; being walked again and again costs it almost half its time.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_holders = 0


@contextmanager
def held_back() -> Iterator[None]:
    """No collection until the last of those who asked for it is done."""
    global _holders
    with _LOCK:
        _holders += 1
        gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            _holders -= 1
            if not _holders:
                gc.enable()
