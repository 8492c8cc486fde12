"""Faults: the ways in which a request, or a field of it, fails as a top-level error (GEN-3).

INTERNAL has no class: it is every exception that is not one of these.
"""


class Fault(Exception):
    """A failure that we tell on purpose."""

    code: str
    message: str

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)

    @property
    def extensions(self) -> dict[str, object]:
        """graphql-core copies this to the error that it makes of the exception."""
        return {"code": self.code}


class Unauthenticated(Fault):
    """Nobody is to be believed (ROL-6)."""

    code = "UNAUTHENTICATED"
    message = "Sign in first: the credential is missing, expired or false."


class Forbidden(Fault):
    """The caller's role, scopes or kind do not admit it (ROL-5)."""

    code = "FORBIDDEN"
    message = "Your role or key does not allow this."


class BadUserInput(Fault):
    """An id, cursor, page size or scalar that cannot be read."""

    code = "BAD_USER_INPUT"
    message = "This cannot be read as what is asked for."


class InProgress(Fault):
    """Another request holds the same idempotency key (WAL-8)."""

    code = "IN_PROGRESS"
    message = "Another request is busy with the same key. Ask again in a moment, with the same key."


class Overloaded(Fault):
    """No place is free in time; HTTP 503 with Retry-After."""

    code = "OVERLOADED"
    message = "The server is busy. Ask again in a moment."


class Uncertain(Overloaded):
    """The database went away during COMMIT and did not come back in time to say what it kept."""

    message = "It is not known yet whether this was done. Ask again with the same key, or look."
