"""A full disk: nothing half written, and a sentence for whoever was about to save."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from waitress.adjustments import Adjustments

from core import files
from core.request_bodies import PAGE, Parser
from core.vault import vault
from core.web import NO_DISK
from tests import disks
from tests.pages import CheckedClient

BODY = b"x" * 700_000
# waitress and werkzeug leave the temporary file that they could not write to the collector.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def test_a_file_that_finds_no_room_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    root = tmp_path / "store"
    for store in (files.store, lambda *given: files.store_sealed(*given, vault())):
        with disks.full(1000), pytest.raises(OSError, match="File too large"):
            store(root, BODY)
        assert [path for path in root.rglob("*") if path.is_file()] == []


@LEFT_OPEN
def test_a_body_that_finds_no_room_is_read_to_its_end_and_answered() -> None:
    parser = Parser(Adjustments(inbuf_overflow=1000))
    head = b"POST /me/files HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    assert parser.received(head) == len(head)
    with disks.full(1000):
        taken = 0
        while taken < len(BODY):
            assert parser.error is None
            taken += parser.received(BODY[taken : taken + 8192])
    assert (parser.completed, taken) == (True, len(BODY))
    status, headers, body = parser.error.to_response()
    assert (status, headers[0][1], body) == (
        "503 Service Unavailable",
        "text/html; charset=utf-8",
        PAGE.encode(),
    )
    parser.close()


@LEFT_OPEN
def test_a_body_in_chunks_is_answered_at_once() -> None:
    parser = Parser(Adjustments(inbuf_overflow=1000))
    parser.received(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    with disks.full(1000):
        parser.received(b"AAE60\r\n" + BODY)
    assert (parser.completed, parser.error.code) == (True, 503)


@LEFT_OPEN
def test_a_form_that_finds_no_room_is_a_sentence(client: CheckedClient) -> None:
    client.get("/sign-in")
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    sent = head + BODY + b"\r\n--x--\r\n"
    with disks.full(1000):
        answer = client.post("/sign-in", data=sent, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 503
    assert NO_DISK in client.text()
