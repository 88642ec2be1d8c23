"""A load client without a dependency: keep-alive connections in one loop, about 30 µs a request."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
HEAD_END = b"\r\n\r\n"
FORM_TYPE = "application/x-www-form-urlencoded"
Maker = Callable[[], bytes]
Wanted = tuple[int, bytes]


class WrongAnswer(Exception):
    """The server answered with another status than the measurement expects."""


@dataclass
class Window:
    """What one window of load came to; latencies in seconds, sorted."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def quantile(self, share: float) -> float:
        """The latency below which `share` of the answers lie."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)]


@dataclass
class _Connection:
    socket: socket.socket
    make: Maker
    received: bytearray = field(default_factory=bytearray)
    sent_at: float = 0

    def send(self) -> None:
        self.received.clear()
        request = self.make()
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def complete(self) -> bool:
        """Take what has come; whether the answer is whole."""
        part = self.socket.recv(262144)
        if not part:
            raise WrongAnswer("the server closed the connection")
        self.received += part
        end = self.received.find(HEAD_END)
        if end < 0:
            return False
        length = LENGTH.search(self.received, 0, end + 2)
        return len(self.received) - end - len(HEAD_END) >= (int(length[1]) if length else 0)

    def require(self, wanted: Wanted) -> None:
        status, part = wanted
        if int(self.received[9:12]) != status or part not in self.received:
            answer = bytes(self.received[:2000]).decode(errors="replace")
            raise WrongAnswer(f"expected {status} with {part!r}, got:\n{answer}")


def run(port: int, makers: list[Maker], *, seconds: float, wanted: Wanted = (200, b"")) -> Window:
    """One connection for each maker of request bytes, all busy for `seconds`; then the last answers
    are awaited, uncounted, so that the makers know what the server has done. Every answer must have
    the status and contain the bytes `wanted`."""
    selector = selectors.DefaultSelector()
    latencies: list[float] = []
    connections = [
        _Connection(socket.create_connection(("127.0.0.1", port), timeout=30), make)
        for make in makers
    ]
    try:
        for connection in connections:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        started = time.perf_counter()
        for connection in connections:
            connection.send()
        while time.perf_counter() - started < seconds:
            for key, _events in selector.select(timeout=1):
                if (latency := _step(key.data, wanted)) is not None:
                    latencies.append(latency)
                    key.data.send()
        elapsed = time.perf_counter() - started
        while selector.get_map():
            for key, _events in selector.select(timeout=1):
                if _step(key.data, wanted) is not None:
                    selector.unregister(key.fileobj)
        return Window(elapsed, sorted(latencies))
    finally:
        selector.close()
        for connection in connections:
            connection.socket.close()


def _step(connection: _Connection, wanted: Wanted) -> float | None:
    """The latency of an answer that has come whole and right."""
    if not connection.complete():
        return None
    connection.require(wanted)
    return time.perf_counter() - connection.sent_at


def request(
    method: str, path: str, *, cookie: str = "", body: bytes = b"", kind: str = FORM_TYPE
) -> bytes:
    """The bytes of one HTTP/1.1 request as a page of the same site would send it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Sec-Fetch-Site: same-origin"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    if method == "POST":
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + HEAD_END + body
