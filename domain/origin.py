"""Where a request comes from, and the name by which it is found again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """What the trail and the logs keep of a request."""

    request_id: str
    ip_address: str | None = None
    accept_language: str | None = None
