"""How a message travels to one phone, and what the push service says of it (NOT-2)."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Push:
    """One message to one phone."""

    notification_id: str
    token: str
    title: str
    message: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The service took it; by the ticket it tells later whether it arrived.

    Without a ticket it never will.
    """

    ticket: str | None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The service will not deliver it, by the service's own word for why."""

    reason: str
    unregistered: bool = False
    """Whether the app is no longer on the phone, whose token is dead."""


class PushOutcome(StrEnum):
    """How far the message to one phone has come."""

    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    REJECTED = "REJECTED"
