"""The ways in which a request is refused. Every message is Chinese and says what to do."""

from __future__ import annotations


class DomainError(Exception):
    """A rule refuses the wish; `field` names the form field at which the sentence belongs."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class FieldErrors(DomainError):
    """Several refusals at once, each at its own field: {field: sentence}."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors


class NotAllowed(DomainError):
    """The actor may see the thing but not do this to it (HTTP 403)."""


class NotFound(DomainError):
    """Unknown, or not within the actor's scope: both look the same from outside (HTTP 404)."""


class SameKeyOtherBody(DomainError):
    """An idempotency key came back with another content (HTTP 409)."""


class LoadError(Exception):
    """A data file is refused: which file, which key, and why."""

    def __init__(self, source: str, key: str, reason: str) -> None:
        super().__init__(f"{source}：{key}：{reason}")
        self.source = source
        self.key = key
        self.reason = reason
