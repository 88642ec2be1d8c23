"""Requests whose body finds no place on disk: read to their end and answered, instead of cut off.

waitress keeps a large body in a temporary file; where that cannot be written, it closes the
connection and the browser shows its own words. Used by `flask ops serve` alone.
"""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.receiver import FixedStreamReceiver
from waitress.utilities import Error

from core.web import DISK_TROUBLE, NO_DISK

PAGE = f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>暂时不能使用</title></head>
<body><h1>暂时不能使用</h1><p>{NO_DISK}</p></body></html>"""


class NoDisk(Error):
    """The answer to such a request."""

    code = 503
    reason = "Service Unavailable"

    def to_response(self, ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
        """Status, headers and body; a page, since a person reads it."""
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
        return f"{self.code} {self.reason}", headers, PAGE.encode()


class _Nowhere:
    """Takes the rest of a body and keeps nothing."""

    def append(self, data: bytes) -> None:
        """Let it go."""

    def close(self) -> None:
        """Nothing is open."""

    def __len__(self) -> int:
        return 0


class Parser(HTTPRequestParser):
    """Reads a request to its end even when its body cannot be kept."""

    full = False

    def received(self, data: bytes) -> int:
        """Take a piece; how many bytes were taken. The error is set once the body has come whole:
        an answer before that would be lost, as browsers read it after they have sent all."""
        try:
            taken: int = super().received(data)
        except OSError as error:
            if error.errno not in DISK_TROUBLE:
                raise
            self.full = True
            if not isinstance(self.body_rcv, FixedStreamReceiver):  # chunks: no end is known
                self.error, self.completed = NoDisk(""), True
                return len(data)
            self.body_rcv.buf.close()
            self.body_rcv.buf = _Nowhere()
            taken = super().received(data)
        if self.full and self.completed:
            self.error = NoDisk("")
        return taken


class Channel(HTTPChannel):
    """A connection that reads its requests so."""

    parser_class: Any = Parser
