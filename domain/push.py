"""How a message travels to one phone, and what the push service says of it (NOT-2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from domain.notification import NotificationStatus

RECEIPT_AFTER = timedelta(minutes=15)
"""When a push service can say whether an accepted message arrived."""


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


@dataclass(frozen=True, slots=True)
class SentPush:
    """What the service said of a message to one phone."""

    token: str
    outcome: PushOutcome
    ticket: str | None
    reason: str | None

    @property
    def open_ticket(self) -> str | None:
        """The ticket by which its receipt can still be asked for."""
        return self.ticket if self.outcome is PushOutcome.ACCEPTED else None


def told(token: str, answer: Accepted | Rejected) -> SentPush:
    """What is kept of an answer of the service."""
    if isinstance(answer, Accepted):
        return SentPush(token, PushOutcome.ACCEPTED, answer.ticket, None)
    return SentPush(token, PushOutcome.REJECTED, None, answer.reason)


def fate(sent: Sequence[SentPush]) -> tuple[NotificationStatus, str | None]:
    """What became of a message, and why it failed: it arrived where one phone has it (NOT-1)."""
    outcomes = {push.outcome for push in sent}
    if PushOutcome.DELIVERED in outcomes:
        return NotificationStatus.DELIVERED, None
    if PushOutcome.ACCEPTED in outcomes:
        return NotificationStatus.SENT, None
    if sent:
        return NotificationStatus.FAILED, sent[-1].reason
    return NotificationStatus.NO_DEVICE, None
